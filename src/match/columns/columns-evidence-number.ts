/**
 * Rates headers of numbers, pay and addresses. Input: a type from the header, its cells, and what the table says
 * about persons; output: the type with its confidence, or undefined if the values are of another kind.
 */
import { areYears, isCounter } from './columns-by-values.js';
import type { ColumnType } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { isAddressLike, isPlacedAddress } from './columns-values.js';
import { atMost, BORNE_OUT, DOUBTED, VAGUE } from './columns-worth.js';

/**
 * Headers such as `Serial No` or `Star` are staff numbers only beside names and ranks, or if the table certainly
 * lists persons and the numbers are long and no counter. Numbers of another person in the row (`Supv ID`) may repeat.
 */
export function numberType(
  type: ColumnType,
  cells: readonly string[],
  table: { named: boolean; ranked: boolean; told: boolean },
): ColumnType {
  if (type.rule.cellConfidence >= VAGUE) return type;
  const repeats = type.rule.entity === 'BADGE_NUMBER' || type.role !== undefined;
  const distinct = repeats || new Set(cells).size >= 0.9 * cells.length;
  const told = table.told || (table.named && !isBareNumber(type));
  const fits = (table.named && table.ranked && !isOfRow(type, cells)) || (told && areCodes(type, cells));
  return fits && distinct && cells.length > 0 ? { ...type, confidence: BORNE_OUT } : atMost(type, DOUBTED);
}

/** `ID`, `Serial No`: more often of things than of people. */
function isBareNumber(type: ColumnType): boolean {
  return headerTokens(type.header ?? '').every((word) => BARE_NUMBER.has(word));
}

const BARE_NUMBER = new Set(
  'id identifiant identifier number nr unique uid pid record serial ser sequence seq file ref reference post mat service person'.split(
    ' ',
  ),
);

/** `SEQ#`, `Post Unique Reference`, `id` over `#12`: numbers the row or the post, not its holder. */
function isOfRow(type: ColumnType, cells: readonly string[]): boolean {
  const words = headerTokens(type.header ?? '');
  if (words.some((word) => OF_POST.has(word))) return true;
  const numbers = cells.map(withoutSign);
  if (numbers.filter((cell) => /^\d+$/.test(cell)).length < 0.9 * cells.length) return false;
  if (words.some((word) => OF_ROW.has(word))) return true;
  return isCounter(numbers) && (isBareNumber(type) || Number(numbers[0]) < MAX_FIRST_ROW);
}

/** Row counters start at a small number; consecutive personnel numbers are longer. */
const MAX_FIRST_ROW = 1000;

const withoutSign = (cell: string) => cell.replace(/^#/, '');

const OF_POST = new Set(['post', 'position', 'vacancy', 'poste']);
const OF_ROW = new Set(['sequence', 'seq', 'row', 'record', 'line', 'index', 'rownum']);

/** True if most have four or more digits and are neither years nor consecutive. */
function areCodes(type: ColumnType, cells: readonly string[]): boolean {
  const long = cells.filter((cell) => cell.replace(/\D/g, '').length >= 4).length;
  return long >= 0.9 * cells.length && !areYears(cells) && !isCounter(cells) && !isOfRow(type, cells);
}

/** Decimals, a currency, thousands separators, or four and more digits; not a step, share or count. */
const AMOUNT =
  /^[($£€-]*\s?(?:\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+(?:[.,]\d{1,4})?|\d+[.,]\d{1,4}|\d{4,7}|(?<=[$£€]\s?)\d{1,3})\s?(?:[)€£$]|eur|usd|gbp|k)*$/i;
const NOTHING = /^[-($£€ ]*0*(?:[.,]0+)?[)€£$ ]*$/;

/** Headers for other money too (`Overtime`, `Pay Floor`) mean pay in tables of persons. */
export function payType(
  type: ColumnType,
  cells: readonly string[],
  isPersonal: boolean,
): ColumnType | undefined {
  const paid = cells.filter((cell) => !NOTHING.test(cell));
  const amounts = paid.filter((cell) => AMOUNT.test(cell)).length;
  const areAmounts = paid.length === 0 || (amounts >= 0.6 * paid.length && !areYears(paid));
  if (type.rule.cellConfidence >= VAGUE) return areAmounts ? type : atMost(type, DOUBTED);
  return areAmounts && isPersonal ? { ...type, confidence: BORNE_OUT } : atMost(type, 0.5);
}

/** Share of the cells in an address column that must look like an address; second lines and towns need not. */
const ADDRESS_SHARE = 0.5;
/** Share of those that must have a house number or a street word: place names alone do not suffice. */
const PLACED_SHARE = 0.3;

/** A column with an address header must hold some: `ADDR` in a log is over request identifiers. */
export function addressType(type: ColumnType, cells: readonly string[]): ColumnType | undefined {
  if (cells.length === 0) return type;
  if (cells.filter(isAddressLike).length < ADDRESS_SHARE * cells.length) return undefined;
  const placed = cells.filter(isPlacedAddress).length;
  return placed >= PLACED_SHARE * cells.length ? type : atMost(type, DOUBTED);
}
