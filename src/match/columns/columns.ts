/**
 * Types the columns of a table once: from the header, checked against a sample of the values, or from the values
 * alone. Input: the header names, if there are any, and sample rows; output: for each column the rule that reads its
 * cells, or undefined. Deterministic: every page and byte range of a table with the same header and sample types its
 * cells alike.
 */
import { bandOf, entitiesWith } from '../../core/entity.js';
import type { Rule } from '../../core/rule.js';
import { typeByValues } from './columns-by-values.js';
import { type ColumnType, evaluateCell } from './columns-cell.js';
import { demandEvidence } from './columns-evidence.js';
import { besideNames } from './columns-name-cell.js';
import { headerTokens, normalizeHeader } from './columns-normalize.js';
import {
  type ColumnRules,
  type HeaderHit,
  isReckoned,
  lookupHeader,
  namesThing,
  namesWork,
  roleOf,
  saysOtherKind,
} from './columns-rules.js';
import { typeUnknownHeaders } from './columns-unknown-header.js';
import { isPlaceholder } from './columns-values.js';
import { SURE, VAGUE } from './columns-worth.js';

export { type CellValue, type ColumnType, compileCell, evaluateCell, jsFits } from './columns-cell.js';
export { findHeader, type HeaderRow, isCommon as isHeaderLike } from './columns-header.js';
export { normalizeHeader } from './columns-normalize.js';
export { type CellFits, type ColumnRules, compileColumnRules, isKnownHeader } from './columns-rules.js';
export { type ColumnFacts, columnFacts, withoutStatistics } from './columns-table.js';

export type ColumnSample = {
  readonly header: readonly string[] | undefined;
  readonly sample: readonly (readonly string[])[];
};

/** Share of the non-empty cells that must fit. */
const MIN_FIT = 0.6;
/** Rows sampled from the start of a table, which represent the rest. */
export const SAMPLE_ROWS = 200;
/** A value on more than this share of the rows belongs to a place, not to a person. */
const REPEATED_SHARE = 0.2;
const NUMBERS = entitiesWith('rosterNumber');
const REPEATED_ENTITIES = entitiesWith('repeated');

/** Types every column of the header or of the widest sample row. */
export function classifyColumns(
  input: ColumnSample,
  rules: ColumnRules,
): readonly (ColumnType | undefined)[] {
  const sample = input.sample.slice(0, SAMPLE_ROWS);
  const width = sample.reduce((max, row) => Math.max(max, row.length), input.header?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) => columnOf(sample, i));
  const { header } = input;
  const types = header ? typeByHeader(header, columns, rules) : typeByValues(columns, rules);
  return types.map((type, i) =>
    withBeside(withRepeated(type, columns[i] as string[]), columns[i] as string[]),
  );
}

/** Types from headers, weighed against the values; then types that only the other columns' values give. */
function typeByHeader(
  header: readonly string[],
  columns: readonly string[][],
  rules: ColumnRules,
): readonly (ColumnType | undefined)[] {
  const read = columns.map((cells, i) => byHeader(header[i] ?? '', cells, rules));
  return typeUnknownHeaders(withoutPosts(demandEvidence(read, columns, rules)), { header, columns }, rules);
}

/** Beside a column of ranks, titles and posts are what the same persons do. */
const POSTS = 'rank.title-column';

function withoutPosts(types: readonly (ColumnType | undefined)[]): readonly (ColumnType | undefined)[] {
  const isRank = (type: ColumnType | undefined) =>
    type?.rule.entity === 'RANK' && type.rule.id !== POSTS && bandOf(type.confidence) !== 'low';
  return types.some(isRank) ? types.map((type) => (type?.rule.id === POSTS ? undefined : type)) : types;
}

function columnOf(sample: ColumnSample['sample'], column: number): string[] {
  return sample.map((row) => (row[column] ?? '').trim()).filter((cell) => !isPlaceholder(cell));
}

/** Differences in confidence below this are ties. */
const TIE = 0.01;
/** Least quality of a header's reading that counts at all, and that needs no proof by the values. */
const MIN_QUALITY = 0.35;
const CLEAR_QUALITY = 0.6;
/** What the values must prove below CLEAR_QUALITY. */
const CLEAR_FIT = 0.9;
const CLEAR_CELLS = 5;
/** Least quality for a vague header: of numbers, and of other entities. */
const VAGUE_QUALITY = { number: 0.9, other: 0.6 } as const;
/** The part of the confidence that does not depend on the fit of the values. */
const FIXED_PART = 0.7;
/** Fewer cells say nothing about repeated values. */
const MIN_REPEATED_CELLS = 5;

function byHeader(header: string, cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  let best: ColumnType | undefined;
  for (const hit of lookupHeader(header, rules)) {
    for (const rule of hit.rules) {
      const type = judge(hit, { rule, header, cells }, rules);
      if (type && (!best || better(type, best))) best = type;
    }
    // A longer phrase that fits its values decides.
    if (best && best.confidence >= SURE) return best;
  }
  return best;
}

function better(a: ColumnType, b: ColumnType): boolean {
  if (Math.abs(a.confidence - b.confidence) > TIE) return a.confidence > b.confidence;
  return a.rule.rank < b.rule.rank || (a.rule.rank === b.rule.rank && a.rule.id < b.rule.id);
}

type Candidate = { readonly rule: Rule; readonly header: string; readonly cells: readonly string[] };

function judge(hit: HeaderHit, candidate: Candidate, rules: ColumnRules): ColumnType | undefined {
  const { rule, header, cells } = candidate;
  if ((rule.entity === 'PERSON' && namesThing(hit)) || isUserAgent(header)) return undefined;
  if (rule.entity === 'RANK' && namesWork(hit)) return undefined;
  if (saysOtherKind(hit, rule.entity, headerTokens(header))) return undefined;
  const quality = rule.entity === 'SALARY' && isReckoned(hit) ? Math.max(hit.quality, RECKONED) : hit.quality;
  const draft: ColumnType = { rule, confidence: 1, by: 'header', header, role: roleOf(header) };
  const fit = fitOf(draft, cells, rules);
  if (fit < MIN_FIT || quality < MIN_QUALITY || isStretched(quality, rule)) return undefined;
  // A header that only mentions the entity needs clear values.
  if (quality < CLEAR_QUALITY && (rule.cell === undefined || fit < CLEAR_FIT || cells.length < CLEAR_CELLS))
    return undefined;
  return { ...draft, confidence: quality * rule.cellConfidence * (FIXED_PART + (1 - FIXED_PART) * fit) };
}

/** Quality of a header that is a word for pay and says how it is calculated: `Total Base Pay - Amount`. */
const RECKONED = 0.95;

/** `userAgent` is a program. */
function isUserAgent(header: string): boolean {
  return /(?:^| )user agent(?: |$)/.test(normalizeHeader(header));
}

/** `Access Card No` is no `No`, `Agency Type` no `Agency`: vague headers count only without further words. */
function isStretched(quality: number, rule: Rule): boolean {
  if (rule.cellConfidence >= VAGUE) return false;
  return quality < (NUMBERS.has(rule.entity) ? VAGUE_QUALITY.number : VAGUE_QUALITY.other);
}

/** Share of the cells that the rule accepts; an empty column contradicts nothing. */
function fitOf(type: ColumnType, cells: readonly string[], rules: ColumnRules): number {
  if (cells.length === 0) return 1;
  let fitting = 0;
  for (const cell of cells) {
    if (evaluateCell(type, cell, rules.fits)) fitting++;
  }
  return fitting / cells.length;
}

function withBeside(type: ColumnType | undefined, cells: readonly string[]): ColumnType | undefined {
  const beside = type?.rule.entity === 'PERSON' ? besideNames(cells) : undefined;
  return type && beside ? { ...type, beside } : type;
}

function withRepeated(type: ColumnType | undefined, cells: readonly string[]): ColumnType | undefined {
  if (!type || !REPEATED_ENTITIES.has(type.rule.entity) || cells.length < MIN_REPEATED_CELLS) return type;
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const key = cell.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const floor = Math.max(2, cells.length * REPEATED_SHARE);
  const repeated = new Set([...counts].filter(([, count]) => count > floor).map(([key]) => key));
  return repeated.size === 0 ? type : { ...type, repeated };
}
