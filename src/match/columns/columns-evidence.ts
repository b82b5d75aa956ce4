/**
 * Weighs what each header says against the other columns and the values: `Name` over products is no person,
 * `Serial No` counts people only where they are named and ranked. In: the types by header and the columns'
 * cells. Out: the same types with what they are worth, or none. Names are settled first, then ranks, then
 * what leans on both.
 */
import { type Entity, entitiesWith } from '../../core/entity.js';
import { foldText } from '../../core/fold.js';
import { areYears, initialedShare, isCounter } from './columns-by-values.js';
import { type ColumnType, isRankedName } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { type ColumnRules, isKnownHeader, lookupHeader } from './columns-rules.js';
import { isMixedCase } from './columns-values.js';
import { GENERIC_NAME, NOT_PERSON } from './columns-words.js';
import { isRank } from './rank-words.js';

/** Rules below this cell confidence have headers that mean something beside persons only. */
export const VAGUE = 0.6;
/** From here on a column is reported, and may speak for its neighbours. */
const SURE = 0.6;
/** High enough that a post which is no rank word is still reported. */
const POST = 0.78;

/** Strong entities around a column called `Name` or `Title` tell that the table is about persons. */
const PERSONAL = entitiesWith('attesting');

/** What a column of rank words is worth. */
const RANK_WORDS = 0.85;

type Types = readonly (ColumnType | undefined)[];

export function demandEvidence(types: Types, columns: readonly string[][], rules: ColumnRules): Types {
  const cellsOf = (i: number) => columns[i] as string[];
  const ranked = types.some((type, i) => type?.rule.entity === 'RANK' && rankShare(cellsOf(i)) >= 0.3);
  const personal = types.some((type) => type && PERSONAL.has(type.rule.entity) && type.confidence >= 0.7);
  const named = types.some((type) => type?.rule.entity === 'PERSON' && !isGeneric(type));
  const employs = types.some((type) => type?.rule.entity === 'PERSON' && namesEmployee(type));
  const support = { named, personal: personal || ranked };
  const people = types.map((type, i) =>
    type?.rule.entity === 'PERSON' ? personType(type, cellsOf(i), { support, rules }) : type,
  );
  const isNamed = people.some((type) => isSure(type, 'PERSON'));
  const about = { named: isNamed, personal: personal || named || isNamed, employed: personal };
  const posts = people.map((type, i) =>
    type?.rule.entity === 'RANK' ? rankType(type, cellsOf(i), about) : type,
  );
  const isRanked = posts.some((type) => isSure(type, 'RANK'));
  const staffed = { named: isNamed, ranked: isRanked, told: isNamed && (named || personal || employs) };
  return posts.map((type, i) => {
    const entity = type?.rule.entity;
    if (type === undefined || entity === undefined) return undefined;
    if (entity === 'UNIT' || entity === 'POSTCODE') return placeType(type, about.personal);
    return NUMBERS.has(entity) ? numberType(type, cellsOf(i), staffed) : type;
  });
}

/** True for a column that was found to hold words of ranks, not only posts. */
export function isRankWords(type: ColumnType | undefined): boolean {
  return type !== undefined && type.confidence >= RANK_WORDS;
}

export function isSure(type: ColumnType | undefined, entity: Entity): boolean {
  return type?.rule.entity === entity && type.confidence >= SURE;
}

function isGeneric(type: ColumnType): boolean {
  return type.by === 'header' && GENERIC_NAME.has(headerTokens(type.header ?? '').join('+'));
}

/** Any organisation has departments and towns: they say something only beside persons. */
function placeType(type: ColumnType, isPersonal: boolean): ColumnType {
  if (!isPersonal) return { ...type, confidence: Math.min(type.confidence, 0.4) };
  return type.rule.entity === 'UNIT' ? { ...type, confidence: Math.max(type.confidence, 0.65) } : type;
}

const NUMBERS = entitiesWith('rosterNumber');

/**
 * Headers such as `Serial No` or `Star` number people only where names and ranks stand beside them, or else
 * where the table is surely of persons and the numbers are long and no counter.
 */
function numberType(
  type: ColumnType,
  cells: readonly string[],
  table: { named: boolean; ranked: boolean; told: boolean },
): ColumnType {
  if (type.rule.cellConfidence >= VAGUE) return type;
  const distinct = new Set(cells).size >= 0.9 * cells.length || type.rule.entity === 'BADGE_NUMBER';
  const told = table.told || (table.named && !isBareNumber(type));
  const fits = (table.named && table.ranked) || (told && areCodes(cells));
  return {
    ...type,
    confidence: fits && distinct && cells.length > 0 ? 0.65 : Math.min(type.confidence, 0.35),
  };
}

/** `Officer`, `Employee`: whoever stands there works for somebody. */
export function namesEmployee(type: ColumnType): boolean {
  return headerTokens(type.header ?? '').some((word) => EMPLOYEE.has(word));
}

const EMPLOYEE = new Set(
  'officer employee agent staff deputy trooper constable member fonctionnaire medewerker mitarbeiter dipendente empleado'.split(
    ' ',
  ),
);

/** `ID`, `Serial No`: things have them more often than people. */
function isBareNumber(type: ColumnType): boolean {
  return headerTokens(type.header ?? '').every((word) => BARE_NUMBER.has(word));
}

const BARE_NUMBER = new Set(
  'id identifiant identifier number nr unique uid pid record serial ser sequence seq file ref reference post mat service person'.split(
    ' ',
  ),
);

/** Most of them four digits and more, neither years nor one more from row to row. */
function areCodes(cells: readonly string[]): boolean {
  const long = cells.filter((cell) => cell.replace(/\D/g, '').length >= 4).length;
  return long >= 0.9 * cells.length && !areYears(cells) && !isCounter(cells);
}

/** `Rank` over things that are no ranks stays a weak guess; job titles count where persons are named. */
function rankType(
  type: ColumnType,
  cells: readonly string[],
  table: { named: boolean; personal: boolean; employed: boolean },
): ColumnType | undefined {
  if (type.by === 'values' || cells.length === 0) return type;
  // Places in a competition, pay grades, job numbers: codes are nobody's rank.
  if (cells.filter((cell) => /\p{L}.*\p{L}/u.test(cell)).length < 0.5 * cells.length) return undefined;
  if (cells.filter(isSalutation).length >= 0.5 * cells.length) return undefined;
  const share = rankShare(cells);
  if (share >= 0.3) return { ...type, confidence: Math.max(type.confidence, RANK_WORDS) };
  const isVague = type.rule.cellConfidence < VAGUE;
  if (table.named && (isBareTitle(type) ? table.employed && lowVariety(cells) : true)) {
    return { ...type, confidence: POST };
  }
  if (isBareTitle(type) && !lowVariety(cells)) return { ...type, confidence: 0.5 };
  if (share >= 0.05 || (table.personal && lowVariety(cells))) {
    return { ...type, confidence: isVague ? Math.min(type.confidence, 0.65) : 0.65 };
  }
  return table.personal ? { ...type, confidence: Math.min(type.confidence, 0.5) } : undefined;
}

function isSalutation(cell: string): boolean {
  return /^(?:m|mm|mr|mrs|ms|miss|mx|dr|mme|mlle|monsieur|madame|herr|frau|sig|sig\.ra|sr|sra|dhr|mevr?)\.?$/i.test(
    cell,
  );
}

/** `Title`, `Role` and `Position` head books, films and matches too, `Job title` only posts. */
function isBareTitle(type: ColumnType): boolean {
  return type.rule.cellConfidence < VAGUE && BARE.has(headerTokens(type.header ?? '').join(' '));
}

const BARE = new Set(
  'title post role rol ruolo position classification class categoria funktion amt'.split(' '),
);

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
  // Keys of a translation table: the cells are headers themselves.
  if (cells.filter((cell) => isKnownHeader(cell, with_.rules)).length > 0.5 * cells.length) return undefined;
  const isVague = isGeneric(type) || isStretched(type, with_.rules);
  if (isVague && areLabels(cells)) return { ...type, confidence: 0.35 };
  if (odd > 0.4 && known < 0.5) return undefined;
  const ranked = cells.filter(isRankedName).length / cells.length;
  const byTable = with_.support.personal && odd < 0.2 && (isGeneric(type) || known >= 0.2);
  const certain = known >= 0.5 || initialedShare(cells) >= 0.6 || ranked >= 0.5 || byTable;
  if (!isVague) return known < 0.1 && odd > 0.2 ? { ...type, confidence: type.confidence * 0.6 } : type;
  if (certain) return type;
  if (with_.support.named || known >= 0.3) return { ...type, confidence: Math.min(type.confidence, 0.7) };
  return { ...type, confidence: Math.min(type.confidence, 0.35) };
}

/** `Object Name`, `DBA Name`: a word that no list knows makes of a name what the values say. */
function isStretched(type: ColumnType, rules: ColumnRules): boolean {
  if (!type.rule.id.endsWith('.full')) return false;
  const hit = lookupHeader(type.header ?? '', rules).find((found) => found.rules.includes(type.rule));
  return hit !== undefined && hit.quality < 0.9;
}

/** A few single words again and again: `Sales` as contact, no surnames. */
function areLabels(cells: readonly string[]): boolean {
  const single = cells.filter((cell) => !/[\s,]/.test(cell)).length;
  return cells.length >= 10 && single > 0.8 * cells.length && new Set(cells).size < 0.2 * cells.length;
}

/** Two words, one of them a first name; a lone `Victoria` may be anything. */
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
