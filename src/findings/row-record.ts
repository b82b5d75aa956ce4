/**
 * Groups the matches of one table row into records: the row's own person, the other persons that columns name, and
 * those named in a cell of running text (a remark, an organisation, a mail body in a database). Input: the row's
 * settled matches, and whether the table has name columns; output: drafts. A name outside the name columns is another
 * person, never the row's own.
 */
import { entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { belongs, draft, passageRecords, type RecordDraft } from './record.js';

export type RowOf = {
  /** True where the table has a column for the names of its persons. A row without a name there describes nobody. */
  readonly isNamed: boolean;
};

/** The role of another person whom no header describes. */
const MENTIONED = 'mentioned';
const IDENTIFYING = entitiesWith('identifying');
/** A cell with a name and more values than this is running text. */
const MAX_CELL_VALUES = 3;
/** Entities that identify the row's person where the name is missing. Phones and mailboxes are then an office's. */
const OWN = entitiesWith('proving', 'identity', 'rosterNumber', 'reissued');

export function rowRecords(matches: readonly Match[], table: RowOf = { isNamed: false }): RecordDraft[] {
  const { own, texts } = byCell(matches, table);
  const groups = new Map<string, number[]>();
  for (const i of own) {
    const match = matches[i] as Match;
    if (!belongs(match)) continue;
    const role = match.role ?? '';
    const members = groups.get(role);
    if (members) members.push(i);
    else groups.set(role, [i]);
  }
  if (table.isNamed) dropUnnamed(matches, groups);
  else adopt(matches, groups);
  const drafts = [...groups].flatMap(
    ([role, members]) => draft(matches, { members, slot: role, ...(role !== '' && { role }) }) ?? [],
  );
  return [...drafts, ...texts.flatMap((members, n) => textRecords(matches, members, `text ${n}`))];
}

const isName = (match: Match) => match.rule.entity === 'PERSON';

/** A post without a named holder (`N/D`) is no person, unless a number proves one. */
function dropUnnamed(matches: readonly Match[], groups: Map<string, number[]>): void {
  const own = groups.get('')?.map((i) => matches[i] as Match);
  if (own && !own.some((match) => isName(match) || (OWN.has(match.rule.entity) && !match.shared)))
    groups.delete('');
}

/** Where columns name only other persons (`SubjectName`), nameless values go to the person with the most matches. */
function adopt(matches: readonly Match[], groups: Map<string, number[]>): void {
  const isNamed = (members: readonly number[]) => members.some((i) => isName(matches[i] as Match));
  const own = groups.get('');
  if (!own || isNamed(own)) return;
  const others = [...groups].filter(([role, members]) => role !== '' && isNamed(members));
  const [first] = others.sort((a, b) => b[1].length - a[1].length);
  if (!first) return;
  first[1].push(...own);
  first[1].sort((a, b) => a - b);
  groups.delete('');
}

/** Separates the row's own matches from cells of running text. */
function byCell(matches: readonly Match[], table: RowOf): { own: number[]; texts: number[][] } {
  const cells = new Map<number, number[]>();
  const own: number[] = [];
  for (const [i, { cell }] of matches.entries()) {
    if (cell === undefined) own.push(i);
    else {
      const members = cells.get(cell);
      if (members) members.push(i);
      else cells.set(cell, [i]);
    }
  }
  const named = table.isNamed || matches.some((match) => isName(match) && match.by === 'column');
  const texts: number[][] = [];
  for (const members of cells.values()) {
    const inCell = members.map((i) => matches[i] as Match);
    const names = inCell.some(isName);
    if (inCell.some((match) => match.by === 'column')) own.push(...members);
    else if (names && named) texts.push(members);
    else if (inCell.length === 1) own.push(...members);
    else if (names && inCell.length > MAX_CELL_VALUES) texts.push(members);
    else if (!isList(inCell)) own.push(...members);
  }
  return { own: own.sort((a, b) => a - b), texts };
}

/** True for several identifiers of one kind in a cell: recipients, attendees. */
function isList(inCell: readonly Match[]): boolean {
  const kinds = inCell.map(({ rule }) => rule.entity).filter((entity) => IDENTIFYING.has(entity));
  return new Set(kinds).size < kinds.length;
}

/** Records of the text in one cell, with match indexes of the row. */
function textRecords(matches: readonly Match[], members: readonly number[], slot: string): RecordDraft[] {
  const inCell = members.map((i) => matches[i] as Match);
  const role = inCell.find((match) => match.role !== undefined)?.role ?? MENTIONED;
  const found = passageRecords(inCell);
  const all = found.length > 0 ? found : inCell.flatMap((match, i) => loneName(match, i, inCell) ?? []);
  return all.map((record) => ({
    ...record,
    slot: [slot, record.slot].join(' ').trim(),
    role,
    members: record.members.map((i) => members[i] as number),
  }));
}

function loneName(match: Match, i: number, inCell: readonly Match[]): RecordDraft | undefined {
  return isName(match) && belongs(match) ? draft(inCell, { members: [i], slot: String(i) }) : undefined;
}
