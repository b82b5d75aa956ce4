/**
 * Facts about columns besides their types: which person they describe, which of their values belong to a place, which
 * hold lists of recipients, and whether the table counts things instead of listing persons. Input: header, sample
 * rows, types; output: facts per column, and the types without those that a statistic refutes. Pure.
 */

import type { Entity } from '../../core/entity.js';
import { entitiesWith } from '../../core/entity.js';
import type { ColumnType } from './columns-cell.js';
import { deniedEntities } from './columns-denial.js';
import { roleOf } from './columns-rules.js';
import { isPlaceholder } from './columns-values.js';

export type ColumnFacts = {
  /** The role of another person whose data the column holds. */
  readonly role?: string;
  /** Values on many rows, folded: a station's address, a switchboard. */
  readonly repeated: ReadonlySet<string>;
  /** One value on nearly every row. */
  readonly isConstant: boolean;
  /** Cells hold lists of e-mail addresses, none of which is the row's own. */
  readonly isList: boolean;
  /** Entities that the header rules out, even where values have their shape. */
  readonly denied: ReadonlySet<Entity>;
};

const MIN_ROWS = 5;
const REPEATED_SHARE = 0.2;
const CONSTANT_SHARE = 0.8;
const LIST_ADDRESSES = 3;

type Sample = readonly (readonly string[])[];

export function columnFacts(
  names: readonly string[],
  sample: Sample,
  types: readonly (ColumnType | undefined)[] = [],
): ColumnFacts[] {
  const width = sample.reduce((max, row) => Math.max(max, row.length), names.length);
  return Array.from({ length: width }, (_, i) => factsOf(names[i] ?? '', cellsOf(sample, i), types[i]));
}

function factsOf(name: string, cells: readonly string[], type: ColumnType | undefined): ColumnFacts {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell.toLowerCase(), (counts.get(cell.toLowerCase()) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const floor = Math.max(2, cells.length * REPEATED_SHARE);
  const enough = cells.length >= MIN_ROWS;
  const role = roleOf(name);
  return {
    ...(role !== undefined && { role }),
    repeated: new Set(enough ? [...counts].filter(([, n]) => n > floor).map(([cell]) => cell) : []),
    isConstant: enough && most >= CONSTANT_SHARE * cells.length,
    denied: deniedEntities(name, type),
    isList: cells.some((cell) => (cell.match(/\S@\S/g) ?? []).length >= LIST_ADDRESSES && !/[<>]/.test(cell)),
  };
}

function cellsOf(sample: Sample, column: number): string[] {
  return sample.map((row) => (row[column] ?? '').trim()).filter((cell) => !isPlaceholder(cell));
}

/** `Rank` over distinct categories beside counts, without typed persons: a statistic of a service. */
export function withoutStatistics(
  types: readonly (ColumnType | undefined)[],
  sample: Sample,
): readonly (ColumnType | undefined)[] {
  if (!types.every((type) => type === undefined || mayBeCounted(type))) return types;
  const counts = types.filter((type, i) => type === undefined && isNumeric(cellsOf(sample, i))).length;
  if (counts === 0) return types;
  return types.map((type, i) => {
    if (type === undefined) return undefined;
    if (NUMBERS.has(type.rule.entity)) return counts > 1 ? undefined : type;
    return isDistinct(cellsOf(sample, i)) ? undefined : type;
  });
}

const NUMBERS = entitiesWith('rosterNumber');
/** `Warrants executed`: the header has more words than those for a number. */
const LOOSE = 0.7;
/** Shares of the cells that make a column one of counts, and one of distinct categories. */
const NUMERIC_SHARE = 0.7;
const DISTINCT_SHARE = 0.9;

function mayBeCounted({ rule, confidence }: ColumnType): boolean {
  return rule.entity === 'RANK' || rule.entity === 'UNIT' || (NUMBERS.has(rule.entity) && confidence < LOOSE);
}

function isNumeric(cells: readonly string[]): boolean {
  const numbers = cells.filter((cell) =>
    /^[<>~*]?\s?\d{1,3}(?:[\s.,]?\d{3})*(?:[.,]\d+)?\s?%?\*?$/.test(cell),
  );
  return cells.length > 0 && numbers.length >= NUMERIC_SHARE * cells.length;
}

function isDistinct(cells: readonly string[]): boolean {
  return new Set(cells.map((cell) => cell.toLowerCase())).size >= DISTINCT_SHARE * cells.length;
}
