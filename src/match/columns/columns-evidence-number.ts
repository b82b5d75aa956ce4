/**
 * What headers of numbers, amounts of pay and addresses are worth. In: a type by header, its cells, and what
 * the table tells of persons. Out: the type with its worth, or none where the values are of another kind.
 */
import { areYears, isCounter } from './columns-by-values.js';
import type { ColumnType } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { isAddressLike, isPlacedAddress } from './columns-values.js';
import { atMost, BORNE_OUT, DOUBTED, VAGUE } from './columns-worth.js';

/**
 * Headers such as `Serial No` or `Star` number people only where names and ranks stand beside them, or else
 * where the table is surely of persons and the numbers are long and no counter. Numbers of another person of
 * the row (`Supv ID`) repeat.
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

/** `ID`, `Serial No`: things have them more often than people. */
function isBareNumber(type: ColumnType): boolean {
  return headerTokens(type.header ?? '').every((word) => BARE_NUMBER.has(word));
}

const BARE_NUMBER = new Set(
  'id identifiant identifier number nr unique uid pid record serial ser sequence seq file ref reference post mat service person'.split(
    ' ',
  ),
);

/** `SEQ#`, `Post Unique Reference`, `id` over `#12`: the record or the post is numbered, not its holder. */
function isOfRow(type: ColumnType, cells: readonly string[]): boolean {
  const words = headerTokens(type.header ?? '');
  if (words.some((word) => OF_POST.has(word))) return true;
  const numbers = cells.map(withoutSign);
  if (numbers.filter((cell) => /^\d+$/.test(cell)).length < 0.9 * cells.length) return false;
  if (words.some((word) => OF_ROW.has(word))) return true;
  return isCounter(numbers) && (isBareNumber(type) || Number(numbers[0]) < MAX_FIRST_ROW);
}

/** Records are counted from a small number on; personnel numbers that follow each other are longer. */
const MAX_FIRST_ROW = 1000;

const withoutSign = (cell: string) => cell.replace(/^#/, '');

const OF_POST = new Set(['post', 'position', 'vacancy', 'poste']);
const OF_ROW = new Set(['sequence', 'seq', 'row', 'record', 'line', 'index', 'rownum']);

/** Most of them four digits and more, neither years nor one more from row to row. */
function areCodes(type: ColumnType, cells: readonly string[]): boolean {
  const long = cells.filter((cell) => cell.replace(/\D/g, '').length >= 4).length;
  return long >= 0.9 * cells.length && !areYears(cells) && !isCounter(cells) && !isOfRow(type, cells);
}

/** Decimals, a currency, thousands, or four digits and more: no step, no share, no count. */
const AMOUNT =
  /^[($£€-]*\s?(?:\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+(?:[.,]\d{1,4})?|\d+[.,]\d{1,4}|\d{4,7}|(?<=[$£€]\s?)\d{1,3})\s?(?:[)€£$]|eur|usd|gbp|k)*$/i;
const NOTHING = /^[-($£€ ]*0*(?:[.,]0+)?[)€£$ ]*$/;

/** Headers that speak of other money too (`Overtime`, `Pay Floor`) mean pay where persons are paid it. */
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

/** Share of the cells of an address column that must look like one: second lines and towns are among them. */
const ADDRESS_SHARE = 0.5;
/** Share of those that must have a number or a word for streets: names of places alone are none. */
const PLACED_SHARE = 0.3;

/** A column called after addresses must hold some: `ADDR` in a log heads identifiers of requests. */
export function addressType(type: ColumnType, cells: readonly string[]): ColumnType | undefined {
  if (cells.length === 0) return type;
  if (cells.filter(isAddressLike).length < ADDRESS_SHARE * cells.length) return undefined;
  const placed = cells.filter(isPlacedAddress).length;
  return placed >= PLACED_SHARE * cells.length ? type : atMost(type, DOUBTED);
}
