/**
 * Types the columns of a table without a header from their values: by default at least 60 % of the non-empty cells
 * must fit. Only entities that a value can prove are tried alone; a bare number is a staff number only beside names
 * and ranks.
 */
import type { Entity } from '../../core/entity.js';
import { foldText } from '../../core/fold.js';
import type { Rule } from '../../core/rule.js';
import { type ColumnType, evaluateCell } from './columns-cell.js';
import type { ColumnRules } from './columns-rules.js';
import { isBirthDate, isMixedCase, nameSpan } from './columns-values.js';
import { NOT_PERSON } from './columns-words.js';
import { isRank } from './rank-words.js';

const MIN_FIT = 0.6;
/** Fewer cells prove nothing about a column. */
const MIN_CELLS = 4;
/** Confidences of columns typed by their values. Set by hand, below those of a matching header; held by `npm run score`. */
const BY_VALUE_CONFIDENCE = 0.75;
const PROVED_CONFIDENCE = 0.85;
const BIRTH_DATE_CONFIDENCE = 0.65;
const PHONE_CONFIDENCE = 0.7;
const STAFF_NUMBER_CONFIDENCE = 0.6;
/** Share of the cells that must fit where the shape alone proves less: initials, ranks before names, dates, phones. */
const MIN_FIT_OF_SHAPE = 0.8;
/** Share of distinct values below which a column repeats labels: names, first names, surnames and phones. */
const MIN_VARIETY = { names: 0.4, firstNames: 0.2, surnames: 0.5, phones: 0.1 } as const;
/** Services have fewer ranks than this, and a short table at most this share of distinct ones. */
const MAX_RANKS = 60;
const MAX_RANK_SHARE = 0.6;
/** Share of rows that are one more than the last in a column that counts its rows. */
const COUNTER_SHARE = 0.6;
/** Staff numbers have one shape and are nearly all distinct. */
const STAFF_NUMBER_SHAPE_SHARE = 0.9;
const STAFF_NUMBER_VARIETY = 0.95;
/** A French number without its zero. */
const MIN_PHONE_DIGITS = 9;
/** Birth years of people of working age. */
const FIRST_BIRTH_YEAR = 1930;
const LAST_BIRTH_YEAR = 2003;

/** Entities whose cell expressions or validators suffice without a header, with the share of cells that must fit. */
const PROVABLE: readonly (readonly [Entity, number])[] = [
  ['EMAIL_ADDRESS', 0.6],
  ['FR_NIR', 0.6],
  ['IBAN_CODE', 0.6],
  ['UK_NINO', 0.6],
  ['CREDIT_CARD', 0.8],
];

type Types = (ColumnType | undefined)[];
type Columns = readonly (readonly string[])[];

export function typeByValues(columns: Columns, rules: ColumnRules): Types {
  const types: Types = columns.map((cells) => provable(cells, rules) ?? rankColumn(cells, rules));
  nameColumns(types, columns, rules);
  if (types.some((type) => type?.rule.entity === 'PERSON')) personalColumns(types, columns, rules);
  return types;
}

function typed(rule: Rule | undefined, confidence = BY_VALUE_CONFIDENCE): ColumnType | undefined {
  return rule && { rule, confidence, by: 'values' };
}

function ruleFor(rules: ColumnRules, entity: Entity, id = ''): Rule | undefined {
  return rules.rules.find((rule) => rule.entity === entity && rule.id.endsWith(id));
}

function provable(cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  if (cells.length < 2) return undefined;
  for (const [entity, share] of PROVABLE) {
    for (const rule of rules.rules) {
      if (rule.entity !== entity || (rule.cell === undefined && rule.validator === undefined)) continue;
      if (fitOf(rule, cells, rules) >= share) return typed(rule, PROVED_CONFIDENCE);
    }
  }
  return undefined;
}

function fitOf(rule: Rule, cells: readonly string[], rules: ColumnRules): number {
  const type: ColumnType = { rule, confidence: 1, by: 'values' };
  return cells.filter((cell) => evaluateCell(type, cell, rules.fits)).length / cells.length;
}

/** Rank terms with few distinct values: 200 different job titles are no ranks. */
export function rankColumn(cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  if (cells.length < MIN_CELLS || cells.filter(isRank).length < MIN_FIT * cells.length) return undefined;
  const distinct = new Set(cells.map(foldText)).size;
  if (distinct >= MAX_RANKS || distinct > Math.max(MIN_CELLS, cells.length * MAX_RANK_SHARE))
    return undefined;
  return typed(ruleFor(rules, 'RANK'));
}

/** Most cells hold two or more words, one of them a first name. */
export function fullNames(cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  if (cells.length < MIN_CELLS) return undefined;
  const fitting = cells.map(wordsOfName).filter((words) => {
    return words.length >= 2 && words.some((word) => rules.firstNames.has(word));
  });
  const areNames = fitting.length >= MIN_FIT * cells.length || initialedShare(cells) >= MIN_FIT_OF_SHAPE;
  return areNames || rankLedShare(cells) >= MIN_FIT_OF_SHAPE
    ? typed(ruleFor(rules, 'PERSON', '.full'))
    : undefined;
}

const INITIALED =
  /^(?:\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+){0,2},? \p{Lu}(?:[. -]{0,2}\p{Lu}){0,2}\.?|\p{Lu}(?:\.[ -]?\p{Lu}){0,2}\.? ?\p{Lu}[\p{L}'’-]{2,}(?:[ -]\p{Lu}[\p{L}'’-]+){0,2})$/u;

/**
 * Share of surnames with initials: `SMITH JA`, `J. Smith`. Excludes labels that share their words: `Group A`, `Group
 * B`.
 */
export function initialedShare(cells: readonly string[]): number {
  const fitting = cells.filter((cell) => INITIALED.test(cell) && !isOffice(cell));
  const longest = (cell: string) => cell.split(/[\s.,]+/).sort((a, b) => b.length - a.length)[0] as string;
  const distinct = new Set(fitting.map(longest)).size;
  return distinct >= MIN_VARIETY.names * fitting.length ? fitting.length / cells.length : 0;
}

const LED = /^(\p{L}[\p{L}/-]*\.?) (?=\p{Lu}[\p{L}'’-]{2,}(?:[ -]\p{Lu}[\p{L}'’.-]*){0,3}$)/u;

/** Share of cells with a rank and a name, mostly distinct: `CDT BERTHIER`, `Sgt. Alice Moore`. */
function rankLedShare(cells: readonly string[]): number {
  const fitting = cells.filter((cell) => {
    const lead = LED.exec(cell);
    return (
      lead !== null && isRank(lead[1] as string) && !isOffice(cell) && !isRank(cell.slice(lead[0].length))
    );
  });
  return variety(fitting) >= MIN_VARIETY.names ? fitting.length / cells.length : 0;
}

function wordsOfName(cell: string): string[] {
  return nameSpan(cell) && !isOffice(cell) && !isMixedCase(cell) ? nameWords(cell) : [];
}

/** Full names, or a column of first names with surnames beside it. */
function nameColumns(types: Types, columns: Columns, rules: ColumnRules): void {
  columns.forEach((cells, i) => {
    if (types[i] || cells.length < MIN_CELLS) return;
    const words = cells.map(wordsOfName);
    const share = (test: (name: readonly string[]) => boolean) => words.filter(test).length / cells.length;
    const known = (word: string | undefined) => word !== undefined && rules.firstNames.has(word);
    types[i] = fullNames(cells, rules);
    if (types[i]) return;
    if (
      share((w) => w.length >= 1 && w.length <= 2 && known(w[0])) >= MIN_FIT &&
      variety(cells) >= MIN_VARIETY.firstNames
    ) {
      types[i] = typed(ruleFor(rules, 'PERSON', '.first'));
    }
  });
  columns.forEach((cells, i) => {
    if (types[i] || cells.length < MIN_CELLS) return;
    const besideFirst = [types[i - 1], types[i + 1]].some((type) => type?.rule.id.endsWith('.first'));
    const shaped =
      cells.filter((cell) => nameSpan(cell) && cell.split(/\s+/).length <= 3).length / cells.length;
    if (besideFirst && shaped >= MIN_FIT_OF_SHAPE && variety(cells) >= MIN_VARIETY.surnames)
      types[i] = typed(ruleFor(rules, 'PERSON', '.last'));
  });
}

function nameWords(cell: string): string[] {
  return foldText(cell)
    .split(/[^\p{L}'’]+/u)
    .filter((word) => word.length > 1);
}

function isOffice(cell: string): boolean {
  return nameWords(cell).some((word) => NOT_PERSON.has(word));
}

function variety(cells: readonly string[]): number {
  if (cells.length === 0) return 0;
  return new Set(cells.map((cell) => cell.toLowerCase())).size / cells.length;
}

/** Types that count only beside persons: birth dates, bare phones, and one column of staff numbers. */
function personalColumns(types: Types, columns: Columns, rules: ColumnRules): void {
  const hasRank = types.some((type) => type?.rule.entity === 'RANK');
  columns.forEach((cells, i) => {
    if (types[i] || cells.length < MIN_CELLS) return;
    if (
      cells.filter((cell) => isBirthDate(cell) && birthYear(cell)).length >=
      MIN_FIT_OF_SHAPE * cells.length
    ) {
      types[i] = typed(ruleFor(rules, 'DATE_OF_BIRTH'), BIRTH_DATE_CONFIDENCE);
    } else types[i] = phoneColumn(cells, rules) ?? (hasRank ? numberColumn(cells, rules) : undefined);
  });
}

/** Birth years of people of working age, so that dates of service or of events do not count. */
function birthYear(cell: string): boolean {
  const year = Number(/(?:19|20)\d{2}/.exec(cell)?.[0] ?? 0);
  return year >= FIRST_BIRTH_YEAR && year <= LAST_BIRTH_YEAR;
}

function phoneColumn(cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  if (cells.some((cell) => cell.replace(/\D/g, '').length < MIN_PHONE_DIGITS)) return undefined;
  if (variety(cells) < MIN_VARIETY.phones) return undefined;
  const fitting = rules.rules
    .filter(
      (rule) => rule.entity === 'PHONE_NUMBER' && (rule.cell !== undefined || rule.validator !== undefined),
    )
    .map((rule) => ({ rule, share: fitOf(rule, cells, rules) }))
    .sort((a, b) => b.share - a.share || a.rule.rank - b.rule.rank);
  return fitting[0] && fitting[0].share >= MIN_FIT_OF_SHAPE
    ? typed(fitting[0].rule, PHONE_CONFIDENCE)
    : undefined;
}

/** True for four-digit years from 1500 to 2100 in all cells: years of birth, of death, of entry. */
export function areYears(cells: readonly string[]): boolean {
  return cells.every((cell) => /^(?:1[5-9]|20)\d{2}$/.test(cell));
}

/** True where each row is one more than the last: the table counts its rows. */
export function isCounter(cells: readonly string[]): boolean {
  const steps = cells.slice(1).filter((cell, i) => Number(cell) - Number(cells[i]) === 1);
  return steps.length >= COUNTER_SHARE * (cells.length - 1);
}

/** Distinct numbers of one length beside ranks and names are staff numbers. */
export function numberColumn(cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  const shaped = cells.filter((cell) => /^[A-Z]{0,2}\d{3,8}[A-Z]{0,2}$/.test(cell)).length;
  if (shaped < STAFF_NUMBER_SHAPE_SHARE * cells.length || variety(cells) < STAFF_NUMBER_VARIETY)
    return undefined;
  if (areYears(cells)) return undefined;
  return typed(ruleFor(rules, 'STAFF_NUMBER'), STAFF_NUMBER_CONFIDENCE);
}
