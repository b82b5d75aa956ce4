/**
 * Groups the matches of a text passage into records, one per person, and builds a single record, also for table rows
 * (row-record.ts). Input: settled matches in order; output: drafts with the matches of each person, the exposed
 * entities and a risk score. Pure: equal matches give equal records.
 */
import { hash } from 'node:crypto';
import { type Entity, entitiesWith } from '../core/entity.js';
import { foldText } from '../core/fold.js';
import type { Match } from '../core/match.js';
import { partsOf } from './passage-parts.js';
import { namePart, type PersonName, personName } from './person-name.js';
import { isPolice } from './police-words.js';
import { type Risk, riskOf } from './risk.js';

export type RecordDraft = {
  /** Indexes of the record's matches in the input. */
  readonly members: readonly number[];
  /** Distinguishes the persons of one row or passage; '' for the row's own person. */
  readonly slot: string;
  /** The relation of another person in a row to the row's own: `supervisor`, `mentioned`. */
  readonly role?: string;
  /** The name as written, its parts joined; absent without a name. Mask before showing. */
  readonly person?: string;
  readonly name?: PersonName;
  readonly entities: Readonly<Partial<Record<Entity, number>>>;
  readonly risk: Risk;
  readonly isPolice: boolean;
};

/** Entities that count towards a record of a person; the others only describe. */
const PERSONAL = entitiesWith('personal');
const OFFICER = entitiesWith('officer');
/** Never part of a record: they belong to a machine or a document. */
const APART = entitiesWith('apart');
const MIN_CONFIDENCE = 0.3;

/**
 * Records of one passage: a signature, a paragraph, a vCard in text. Values after a name belong to it; values before
 * the first name belong to the first. Without names, a record exists only where a number proves a person.
 */
export function passageRecords(matches: readonly Match[], lines: Lines = []): RecordDraft[] {
  // A single match makes no record: most passages of prose end here.
  if (matches.length < 2) return [];
  const parts = partsOf(matches, belongs);
  if (parts.length === 0) return nameless(matches);
  return parts.flatMap((part, n) => {
    const isTheirs = ({ index, name }: { index: number; name: number }) =>
      isOf(matches[index] as Match, matches[name] as Match) &&
      !(isSender(matches[index] as Match) && isAbove(lines[index], lines[name]));
    const own = part.members.filter(isTheirs).map(({ index }) => index);
    const members = withOwnMail(matches, own);
    const found = draft(matches, { members, slot: n === 0 ? '' : String(n) });
    return found && Object.keys(found.entities).length > 1 ? [found] : [];
  });
}

/** Numbers that belong to one person regardless of the issuer. */
const PROOF = entitiesWith('proving');

function nameless(matches: readonly Match[]): RecordDraft[] {
  const members = provingMembers(matches);
  const entities = new Set(members.map((i) => (matches[i] as Match).rule.entity));
  const proofs = [...entities].filter((entity) => PROOF.has(entity)).length;
  const found = proofs >= 2 ? draft(matches, { members, slot: '' }) : undefined;
  return found ? [found] : [];
}

/** The record members of a passage without names; empty unless a number proves a person. */
export function provingMembers(matches: readonly Match[]): number[] {
  const members = indexes(0, matches.length).filter((i) => {
    const match = matches[i] as Match;
    return belongs(match) && PERSONAL.has(match.rule.entity);
  });
  return members.some((i) => PROOF.has((matches[i] as Match).rule.entity)) ? members : [];
}

/** Of several e-mail addresses in a person's part, keeps those with the name, or else the first. */
function withOwnMail(matches: readonly Match[], members: number[]): number[] {
  const isMail = (i: number) => (matches[i] as Match).rule.entity === 'EMAIL_ADDRESS';
  const mails = members.filter(isMail);
  if (new Set(mails.map((i) => (matches[i] as Match).normal)).size < 2) return members;
  const name = nameOf(members.map((i) => matches[i] as Match));
  const words = name?.key.split(' ').filter((word) => word.length > 2) ?? [];
  const named = mails.filter((i) => {
    const local = foldText((matches[i] as Match).normal.split('@')[0] as string);
    return words.some((word) => local.includes(word));
  });
  const at = members.find((i) => (matches[i] as Match).rule.entity === 'PERSON') ?? 0;
  const first = mails.find((i) => i > at) ?? mails[0];
  const kept = new Set(named.length > 0 ? named : [first]);
  return members.filter((i) => !isMail(i) || kept.has(i));
}

/** An address and phone of a letterhead, above the addressee, belong to the sender. */
function isOf(match: Match, name: Match): boolean {
  if (!belongs(match)) return false;
  return !isSender(match) || name.start - match.end <= SAME_LINE_BYTES;
}

const SENDER = entitiesWith('shared');
const SAME_LINE_BYTES = 40;

/** `lines[i]` is the line of match `i`, where it is known. */
type Lines = readonly (number | undefined)[];

function isAbove(line: number | undefined, named: number | undefined): boolean {
  return line !== undefined && named !== undefined && line < named;
}

function isSender(match: Match): boolean {
  return SENDER.has(match.rule.entity);
}

function indexes(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** True where the match is confident enough, and of a kind, to be part of a record. */
export function belongs(match: Match): boolean {
  return match.confidence >= MIN_CONFIDENCE && !APART.has(match.rule.entity);
}

/** Makes the record of these matches; undefined where they describe no person. */
export function draft(
  matches: readonly Match[],
  group: { members: readonly number[]; slot: string; role?: string },
): RecordDraft | undefined {
  const own = group.members.map((i) => matches[i] as Match);
  const names = nameParts(own).map((match) => match.value);
  const name = personName(names);
  const entities: Partial<Record<Entity, number>> = {};
  for (const { rule } of own) entities[rule.entity] = (entities[rule.entity] ?? 0) + 1;
  if (!isRecord(own, name)) return undefined;
  const police = own.some(isPolice);
  const risk = riskOf({
    entities: new Set(own.filter((match) => !match.example).map((match) => match.rule.entity)),
    hasHomeAddress: own.some((match) => match.rule.entity === 'ADDRESS' && !match.shared),
    isOfficer: police || own.some((match) => OFFICER.has(match.rule.entity)),
  });
  return {
    members: group.members,
    slot: group.slot,
    ...(group.role !== undefined && { role: group.role }),
    person: names.length > 0 ? names.join(' ') : undefined,
    name,
    entities,
    risk,
    isPolice: police,
  };
}

/** True with a named person, or with at least two different personal entities. */
function isRecord(own: readonly Match[], name: PersonName | undefined): boolean {
  const personal = new Set(own.map(({ rule }) => rule.entity).filter((entity) => PERSONAL.has(entity)));
  if (name) return name.isFull || personal.size > 0;
  return personal.size >= 2 && own.some((match) => !match.shared && IDENTIFYING.has(match.rule.entity));
}

/** Entities that identify one person even without a name. */
const IDENTIFYING = entitiesWith('identifying');

/** Joins first-name and last-name columns into one name; otherwise takes the longest full name. */
function nameOf(own: readonly Match[]): PersonName | undefined {
  return personName(nameParts(own).map((match) => match.value));
}

function nameParts(own: readonly Match[]): Match[] {
  const all = own.filter((match) => match.rule.entity === 'PERSON');
  // The name columns say whom a row is about; other names in the row do not.
  const typed = all.filter((match) => match.by === 'column');
  const names = typed.length > 0 ? typed : all;
  const byPart = (part: string) => names.find((match) => namePart(match.rule.id) === part);
  const last = byPart('last');
  const first = byPart('first') ?? byPart('initials');
  const full = names
    .filter((match) => namePart(match.rule.id) === 'full')
    .sort((a, b) => b.value.length - a.value.length || a.start - b.start)[0];
  if (last && (first || !full)) return first ? [last, first] : [last];
  return full ? [full] : first ? [first] : [];
}

/** Hex digits of a record id: 80 bits, without collisions in any run. */
const ID_DIGITS = 20;

/**
 * A record id depends on its position only, so that it reveals no value and is the same on every run. `where` is a
 * printed locator with sheet and row, or with the passage's offset.
 */
export function recordIdOf(where: string, slot: string): string {
  return hash('sha256', `${where}\u0000${slot}`, 'hex').slice(0, ID_DIGITS);
}
