/**
 * Matches of one table row → records: the row's own person, each other person whom columns name, and those whom
 * a cell of running text names (a remark, an organisation, the body of a mail in a database). In: the settled
 * matches of the row, and whether the table has columns for the names of its persons. Out: drafts; a name
 * outside of the name columns is another person's, and never the row's own.
 */
import { entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { belongs, draft, passageRecords, type RecordDraft } from './record.js';

export type RowOf = {
  /** The table has a column for the names of its persons. A row without a name there tells of nobody. */
  readonly isNamed: boolean;
};

/** What another person is whom no header names. */
const MENTIONED = 'mentioned';
const IDENTIFYING = entitiesWith('identifying');
/** What points at the row's person where the name was left out; phones and mailboxes are an office's then. */
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

/** A post whose holder is not told (`N/D`) is nobody, but for a number that is one person's. */
function dropUnnamed(matches: readonly Match[], groups: Map<string, number[]>): void {
  const own = groups.get('')?.map((i) => matches[i] as Match);
  if (own && !own.some((match) => isName(match) || (OWN.has(match.rule.entity) && !match.shared)))
    groups.delete('');
}

/** Where columns name only others (`SubjectName`), what names nobody belongs to whom most is said about. */
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

/** The matches that are the row's own, and cells that are texts about somebody. */
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
    else if (names && inCell.length > 3) texts.push(members);
    else if (!isList(inCell)) own.push(...members);
  }
  return { own: own.sort((a, b) => a - b), texts };
}

/** Several identifiers of one kind in a cell: recipients, attendees. */
function isList(inCell: readonly Match[]): boolean {
  const kinds = inCell.map(({ rule }) => rule.entity).filter((entity) => IDENTIFYING.has(entity));
  return new Set(kinds).size < kinds.length;
}

/** Records of the text in one cell, with indexes of the row. */
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
