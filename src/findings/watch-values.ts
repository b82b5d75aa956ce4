/**
 * What of a person is put on a watchlist and looked up in it: strings that both sides build alike, each with
 * the word that says how a match was made. In: the matches of a row or record. Out: clear strings, to be
 * hashed at once and never kept.
 */
import { type Entity, entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { type PersonName, personName } from './person-name.js';

export type WatchValue = {
  /** `email`, `phone`, `staff-number`, `name+birth-date`, `name`, ... */
  readonly by: string;
  readonly text: string;
};

/** Identifiers that name a person by themselves. */
const ALONE: Partial<Record<Entity, string>> = {
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'phone',
  STAFF_NUMBER: 'staff-number',
  PAY_NUMBER: 'pay-number',
  FR_NIR: 'identifier',
  FR_SPI: 'identifier',
  FR_CAF: 'identifier',
  UK_NINO: 'identifier',
  US_SSN: 'identifier',
  NATIONAL_ID: 'identifier',
  PASSPORT: 'identifier',
  ID_CARD: 'identifier',
  IBAN_CODE: 'bank-account',
  FR_RIB: 'bank-account',
  UK_BANK_ACCOUNT: 'bank-account',
  BANK_ACCOUNT: 'bank-account',
};
/** Short numbers repeat over forces: they count with the name only. */
const WITH_NAME: Partial<Record<Entity, string>> = {
  BADGE_NUMBER: 'name+badge',
  ADDRESS: 'name+address',
  POSTCODE: 'name+postcode',
};
const SERVICE_NUMBER = entitiesWith('rosterNumber', 'reissued');
const REISSUED = entitiesWith('reissued');
const SHORT_DIGITS = 4;

export function watchValues(matches: readonly Match[], name: PersonName | undefined): WatchValue[] {
  const full = name?.isFull ? name.key : undefined;
  const out: WatchValue[] = [];
  for (const match of matches) {
    if (match.shared) continue;
    const text = plainValue(match);
    const alone = ALONE[match.rule.entity];
    if (alone && !isShort(match)) out.push({ by: alone, text: `${alone}\u0000${text}` });
    else if (full) out.push(...withName(match, { full, text }));
  }
  if (full) out.push({ by: 'name', text: `name\u0000${full}` });
  return out;
}

/** The name of a row whose cells were typed. */
export function watchName(matches: readonly Match[]): PersonName | undefined {
  return personName(matches.filter(({ rule }) => rule.entity === 'PERSON').map(({ value }) => value));
}

function withName(match: Match, person: { full: string; text: string }): WatchValue[] {
  const { entity } = match.rule;
  if (entity === 'DATE_OF_BIRTH') {
    return birthDates(match.value).map((date) => ({
      by: 'name+birth-date',
      text: `name+birth-date\u0000${person.full}\u0000${date}`,
    }));
  }
  const by = WITH_NAME[entity] ?? (ALONE[entity] && 'name+number');
  return by ? [{ by, text: `${by}\u0000${person.full}\u0000${person.text}` }] : [];
}

function isShort({ rule, normal }: Match): boolean {
  return REISSUED.has(rule.entity) && normal.replace(/\D/g, '').length <= SHORT_DIGITS;
}

/** Numbers without the leading zeros that spreadsheets lose, everything without spaces and case. */
function plainValue({ rule, normal }: Match): string {
  const text = normal.toLowerCase().replace(/[\s.-]+/g, rule.entity === 'EMAIL_ADDRESS' ? '$&' : '');
  return SERVICE_NUMBER.has(rule.entity) ? text.replace(/^0+(?=.)/, '') : text;
}

const ISO = /^(\d{4})\D(\d{1,2})\D(\d{1,2})(?!\d)/;
const DAY_FIRST = /^(\d{1,2})\D(\d{1,2})\D(\d{4}|\d{2})(?!\d)/;
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
/** Two-digit years up to here are of this century. */
const CENTURY_TURN = 15;

/**
 * A date as year-month-day. `03/04/1985` may be the third of April or the fourth of March: both are given, so
 * that lists and dumps of either habit meet.
 */
export function birthDates(text: string): string[] {
  const value = text.trim();
  const iso = ISO.exec(value) ?? COMPACT.exec(value);
  if (iso) return dated([iso[1], iso[2], iso[3]]);
  const other = DAY_FIRST.exec(value);
  if (!other) return [];
  const [, a, b, y] = other;
  const year = y?.length === 2 ? String(Number(y) > CENTURY_TURN ? 1900 + Number(y) : 2000 + Number(y)) : y;
  return [...new Set([...dated([year, b, a]), ...dated([year, a, b])])];
}

function dated(parts: readonly (string | undefined)[]): string[] {
  const [year, month, day] = parts.map(Number);
  if (!year || !month || !day || month > 12 || day > 31) return [];
  return [`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`];
}
