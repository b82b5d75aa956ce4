/**
 * The values of a person that go onto a watchlist and are looked up in it. Building and lookup make the same strings,
 * each with a word for how it matches. Input: the matches of a row or record; output: clear strings, to be hashed at
 * once and never kept.
 */
import { type Entity, entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { type PersonName, personName } from './person-name.js';

export type WatchValue = {
  /** `email`, `phone`, `staff-number`, `name+birth-date`, `name`, ... */
  readonly by: string;
  readonly text: string;
};

/** Identifiers that identify a person alone. */
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
/** Short numbers repeat across forces: they count only together with the name. */
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

/** The name from the typed cells of a row. */
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

/** Drops the leading zeros of numbers, which spreadsheets lose, and spaces and case of everything else. */
function plainValue({ rule, normal }: Match): string {
  const text = normal.toLowerCase().replace(/[\s.-]+/g, rule.entity === 'EMAIL_ADDRESS' ? '$&' : '');
  return SERVICE_NUMBER.has(rule.entity) ? text.replace(/^0+(?=.)/, '') : text;
}

const ISO = /^(\d{4})\D(\d{1,2})\D(\d{1,2})(?!\d)/;
const DAY_FIRST = /^(\d{1,2})\D(\d{1,2})\D(\d{4}|\d{2})(?!\d)/;
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
/** Two-digit years up to this one belong to the 2000s. */
const CENTURY_TURN = 15;

/**
 * A date as year-month-day. `03/04/1985` can be 3 April or 4 March: both are returned, so that lists of either
 * convention match.
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
