/**
 * Types the columns of a table once: by header, proved against a sample of the values, or by the values
 * alone. In: the header names, if there are any, and sample rows. Out: for each column the rule that reads
 * its cells, or undefined. Deterministic in its input, so that every page and byte range of a table that
 * carries the same header and sample types its cells alike.
 */
import type { Entity } from '../core/entity.js';
import { foldText } from '../core/fold.js';
import type { Rule } from '../core/rule.js';
import { typeByValues } from './columns-by-values.js';
import { type ColumnType, evaluateCell } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { type ColumnRules, type HeaderHit, lookupHeader, namesThing, roleOf } from './columns-rules.js';
import { isPlaceholder } from './columns-values.js';
import { GENERIC_NAME, NOT_PERSON } from './columns-words.js';
import { isRank } from './rank-words.js';

export { type CellValue, type ColumnType, compileCell, evaluateCell, jsFits } from './columns-cell.js';
export { findHeader, type HeaderRow } from './columns-header.js';
export { normalizeHeader } from './columns-normalize.js';
export { type CellFits, type ColumnRules, compileColumnRules, isKnownHeader } from './columns-rules.js';
export { type ColumnFacts, columnFacts, withoutStatistics } from './columns-table.js';

export type ColumnSample = {
  readonly header: readonly string[] | undefined;
  readonly sample: readonly (readonly string[])[];
};

/** Share of the non-empty cells that must fit. */
const MIN_FIT = 0.6;
/** Rows looked at; a table's first rows are like its others. */
export const SAMPLE_ROWS = 200;
/** A value on more than this share of the rows belongs to a place, not to a person. */
const REPEATED_SHARE = 0.2;
/** Rules below this cell confidence have headers that mean something beside persons only. */
const VAGUE = 0.6;
const REPEATED_ENTITIES: ReadonlySet<Entity> = new Set(['PHONE_NUMBER', 'ADDRESS', 'EMAIL_ADDRESS']);

/** Types every column of the header or of the widest sample row. */
export function classifyColumns(
  input: ColumnSample,
  rules: ColumnRules,
): readonly (ColumnType | undefined)[] {
  const sample = input.sample.slice(0, SAMPLE_ROWS);
  const width = sample.reduce((max, row) => Math.max(max, row.length), input.header?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) => columnOf(sample, i));
  const { header } = input;
  const types = header
    ? columns.map((cells, i) => byHeader(header[i] ?? '', cells, rules))
    : typeByValues(columns, rules);
  return demandEvidence(types, columns, rules).map((type, i) => withRepeated(type, columns[i] as string[]));
}

function columnOf(sample: ColumnSample['sample'], column: number): string[] {
  return sample.map((row) => (row[column] ?? '').trim()).filter((cell) => !isPlaceholder(cell));
}

function byHeader(header: string, cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  let best: ColumnType | undefined;
  for (const hit of lookupHeader(header, rules)) {
    for (const rule of hit.rules) {
      const type = judge(hit, { rule, header, cells }, rules);
      if (type && (!best || better(type, best))) best = type;
    }
    // A longer phrase that fits its values settles it.
    if (best && best.confidence >= 0.6) return best;
  }
  return best;
}

function better(a: ColumnType, b: ColumnType): boolean {
  if (Math.abs(a.confidence - b.confidence) > 0.01) return a.confidence > b.confidence;
  return a.rule.rank < b.rule.rank || (a.rule.rank === b.rule.rank && a.rule.id < b.rule.id);
}

type Candidate = { readonly rule: Rule; readonly header: string; readonly cells: readonly string[] };

function judge(hit: HeaderHit, candidate: Candidate, rules: ColumnRules): ColumnType | undefined {
  const { rule, header, cells } = candidate;
  if (rule.entity === 'PERSON' && namesThing(hit)) return undefined;
  const draft: ColumnType = { rule, confidence: 1, by: 'header', header, role: roleOf(header) };
  const fit = fitOf(draft, cells, rules);
  if (fit < MIN_FIT || hit.quality < 0.35 || isStretched(hit, rule)) return undefined;
  // A header that only speaks about the thing must be outvoted by its values.
  if (hit.quality < 0.6 && (rule.cell === undefined || fit < 0.9 || cells.length < 5)) return undefined;
  return { ...draft, confidence: hit.quality * rule.cellConfidence * (0.7 + 0.3 * fit) };
}

/** `Access Card No` is no `No`, `Agency Type` no `Agency`: vague headers mean something only by themselves. */
function isStretched(hit: HeaderHit, rule: Rule): boolean {
  if (rule.cellConfidence >= VAGUE) return false;
  return hit.quality < (isNumber(rule.entity) ? 0.9 : 0.6);
}

/** Share of the cells the rule accepts; an empty column contradicts nothing. */
function fitOf(type: ColumnType, cells: readonly string[], rules: ColumnRules): number {
  if (cells.length === 0) return 1;
  let fitting = 0;
  for (const cell of cells) {
    if (evaluateCell(type, cell, rules.fits)) fitting++;
  }
  return fitting / cells.length;
}

/** Strong entities around a column called `Name` or `Title` tell that the table is about persons. */
const PERSONAL: ReadonlySet<Entity> = new Set<Entity>([
  'STAFF_NUMBER',
  'BADGE_NUMBER',
  'PAY_NUMBER',
  'DATE_OF_BIRTH',
  'SALARY',
  'FR_NIR',
  'US_SSN',
  'UK_NINO',
  'EMAIL_ADDRESS',
  'VETTING',
  'PASSPORT',
  'NATIONAL_ID',
]);

function demandEvidence(
  types: readonly (ColumnType | undefined)[],
  columns: readonly string[][],
  rules: ColumnRules,
): (ColumnType | undefined)[] {
  const ranks = types.map(
    (type, i) => type?.rule.entity === 'RANK' && rankShare(columns[i] as string[]) >= 0.3,
  );
  const personal = types.some((type) => type && PERSONAL.has(type.rule.entity) && type.confidence >= 0.7);
  const named = types.some((type) => type?.rule.entity === 'PERSON' && !isGeneric(type));
  return types.map((type, i) => {
    if (type === undefined) return undefined;
    const cells = columns[i] as string[];
    const { entity } = type.rule;
    if (entity === 'RANK') return rankType(type, cells, { personal: personal || named });
    if (entity === 'UNIT' || entity === 'POSTCODE') return placeType(type, personal || named);
    if (isNumber(entity)) return numberType(type, cells, { named, ranked: ranks.includes(true) });
    if (entity !== 'PERSON') return type;
    const support = { named, personal: personal || ranks.includes(true) };
    return personType(type, cells, { support, rules });
  });
}

function isGeneric(type: ColumnType): boolean {
  return type.by === 'header' && GENERIC_NAME.has(headerTokens(type.header ?? '').join('+'));
}

/** Any organisation has departments and towns: they say something only beside persons. */
function placeType(type: ColumnType, isPersonal: boolean): ColumnType {
  if (!isPersonal) return { ...type, confidence: Math.min(type.confidence, 0.4) };
  return type.rule.entity === 'UNIT' ? { ...type, confidence: Math.max(type.confidence, 0.65) } : type;
}

const isNumber = (entity: Entity) => entity === 'STAFF_NUMBER' || entity === 'BADGE_NUMBER';

/** Headers such as `Serial No` or `Star` number people only where names and ranks stand beside them. */
function numberType(
  type: ColumnType,
  cells: readonly string[],
  table: { named: boolean; ranked: boolean },
): ColumnType {
  if (type.rule.cellConfidence >= VAGUE) return type;
  const distinct = new Set(cells).size >= 0.9 * cells.length || type.rule.entity === 'BADGE_NUMBER';
  const fits = table.named && table.ranked && distinct && cells.length > 0;
  return { ...type, confidence: fits ? 0.65 : Math.min(type.confidence, 0.35) };
}

/** `Rank` over things that are no ranks stays a weak guess; job titles count where persons are named. */
function rankType(
  type: ColumnType,
  cells: readonly string[],
  table: { personal: boolean },
): ColumnType | undefined {
  if (type.by === 'values' || cells.length === 0) return type;
  const share = rankShare(cells);
  if (share >= 0.3) return { ...type, confidence: Math.max(type.confidence, 0.85) };
  if (share >= 0.05 || (table.personal && lowVariety(cells))) {
    return { ...type, confidence: type.rule.cellConfidence < VAGUE ? Math.min(type.confidence, 0.65) : 0.65 };
  }
  return table.personal ? { ...type, confidence: Math.min(type.confidence, 0.5) } : undefined;
}

function rankShare(cells: readonly string[]): number {
  return cells.length === 0 ? 0 : cells.filter(isRank).length / cells.length;
}

function lowVariety(cells: readonly string[]): boolean {
  const distinct = new Set(cells.map(foldText)).size;
  return distinct < 60 && distinct <= Math.max(3, cells.length * 0.7);
}

/** `Name` over products is no person: first names, or other columns about persons, must stand by it. */
function personType(
  type: ColumnType,
  cells: readonly string[],
  with_: { support: { named: boolean; personal: boolean }; rules: ColumnRules },
): ColumnType | undefined {
  if (cells.length === 0 || type.by === 'values') return type;
  const known = cells.filter((cell) => hasFirstName(cell, with_.rules)).length / cells.length;
  const odd = cells.filter(namesOffice).length / cells.length;
  if (odd > 0.4 && known < 0.5) return undefined;
  const certain = known >= 0.5 || (with_.support.personal && odd < 0.2);
  if (!isGeneric(type))
    return known < 0.1 && odd > 0.2 ? { ...type, confidence: type.confidence * 0.6 } : type;
  if (certain) return type;
  if (with_.support.named || known >= 0.3) return { ...type, confidence: Math.min(type.confidence, 0.7) };
  return { ...type, confidence: Math.min(type.confidence, 0.35) };
}

/** Two words, one of them a first name; a lone `Victoria` may be anything. */
function hasFirstName(cell: string, rules: ColumnRules): boolean {
  const words = foldText(cell).split(/[\s,]+/);
  if (words.filter((word) => /^\p{L}/u.test(word)).length < 2 || namesOffice(cell)) return false;
  return words.some((word) => word.split('-').some((part) => part.length > 1 && rules.firstNames.has(part)));
}

function namesOffice(cell: string): boolean {
  return foldText(cell)
    .split(/[^\p{L}]+/u)
    .some((word) => NOT_PERSON.has(word));
}

function withRepeated(type: ColumnType | undefined, cells: readonly string[]): ColumnType | undefined {
  if (!type || !REPEATED_ENTITIES.has(type.rule.entity) || cells.length < 5) return type;
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const key = cell.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const floor = Math.max(2, cells.length * REPEATED_SHARE);
  const repeated = new Set([...counts].filter(([, count]) => count > floor).map(([key]) => key));
  return repeated.size === 0 ? type : { ...type, repeated };
}
