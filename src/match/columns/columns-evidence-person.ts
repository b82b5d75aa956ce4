/**
 * Rates headers of names: `Name` and `Contact` are also headers over products and shops. Input: a type from the
 * header, its cells, and the other columns; output: the type with its confidence, or undefined if the values are no
 * persons.
 */
import { foldText } from '../../core/fold.js';
import { initialedShare } from './columns-by-values.js';
import type { ColumnType } from './columns-cell.js';
import { isRankedName } from './columns-name-cell.js';
import { headerTokens } from './columns-normalize.js';
import { type ColumnRules, isKnownHeader, lookupHeader } from './columns-rules.js';
import { isMixedCase } from './columns-values.js';
import { GENERIC_NAME, NOT_PERSON } from './columns-words.js';
import { DOUBTED } from './columns-worth.js';

/** A single word that is a header over persons and things alike. */
export function isGeneric(type: ColumnType): boolean {
  return type.by === 'header' && GENERIC_NAME.has(headerTokens(type.header ?? '').join('+'));
}

/** `Officer`, `Employee`: such a person works for the organisation. */
export function namesEmployee(type: ColumnType): boolean {
  return headerTokens(type.header ?? '').some((word) => EMPLOYEE.has(word));
}

const EMPLOYEE = new Set(
  'officer employee agent staff deputy trooper constable member fonctionnaire medewerker mitarbeiter dipendente empleado'.split(
    ' ',
  ),
);

/** `Name` over products is no person: first names, or other columns about persons, must support it. */
export function personType(
  type: ColumnType,
  cells: readonly string[],
  with_: { support: { named: boolean; personal: boolean }; rules: ColumnRules },
): ColumnType | undefined {
  if (cells.length === 0 || type.by === 'values') return type;
  const known = cells.filter((cell) => hasFirstName(cell, with_.rules)).length / cells.length;
  const odd = cells.filter(namesOffice).length / cells.length;
  // Keys of a translation table: the cells are themselves headers.
  if (cells.filter((cell) => isKnownHeader(cell, with_.rules)).length > 0.5 * cells.length) return undefined;
  const isVague = isGeneric(type) || isStretched(type, with_.rules);
  if (isVague && areLabels(cells)) return { ...type, confidence: DOUBTED };
  if (odd > 0.4 && known < 0.5) return undefined;
  const ranked = cells.filter(isRankedName).length / cells.length;
  const byTable = with_.support.personal && odd < 0.2 && (isGeneric(type) || known >= 0.2);
  const certain = known >= 0.5 || initialedShare(cells) >= 0.6 || ranked >= 0.5 || byTable;
  if (!isVague) return known < 0.1 && odd > 0.2 ? { ...type, confidence: type.confidence * 0.6 } : type;
  if (certain) return type;
  if (with_.support.named || known >= 0.3) return { ...type, confidence: Math.min(type.confidence, 0.7) };
  return { ...type, confidence: Math.min(type.confidence, DOUBTED) };
}

/** `Object Name`, `DBA Name`: with an unknown word in the header, the values decide. */
function isStretched(type: ColumnType, rules: ColumnRules): boolean {
  if (!type.rule.id.endsWith('.full')) return false;
  const hit = lookupHeader(type.header ?? '', rules).find((found) => found.rules.includes(type.rule));
  return hit !== undefined && hit.quality < 0.9;
}

/** Few single words that repeat: `Sales` as contact, no surnames. */
function areLabels(cells: readonly string[]): boolean {
  const single = cells.filter((cell) => !/[\s,]/.test(cell)).length;
  return cells.length >= 10 && single > 0.8 * cells.length && new Set(cells).size < 0.2 * cells.length;
}

/** Two words, one of them a first name; a single `Victoria` is ambiguous. */
function hasFirstName(cell: string, rules: ColumnRules): boolean {
  const words = foldText(cell).split(/[\s,]+/);
  if (words.filter((word) => /^\p{L}/u.test(word)).length < 2) return false;
  if (namesOffice(cell) || isMixedCase(cell)) return false;
  return words.some((word) => word.split('-').some((part) => part.length > 1 && rules.firstNames.has(part)));
}

function namesOffice(cell: string): boolean {
  return foldText(cell)
    .split(/[^\p{L}]+/u)
    .some((word) => NOT_PERSON.has(word));
}
