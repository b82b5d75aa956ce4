/**
 * Rates the harm to a person from a combination of exposed entities, 0 to 100, with reasons for a responder. Input:
 * the entities of a record; output: score and reasons, worst first. The weights rank what an attacker can do: find an
 * officer at home, impersonate them, take their money, phone them.
 */
import { type Entity, entitiesWith } from '../core/entity.js';

export type Risk = { readonly score: number; readonly reasons: string[] };

export type RiskInput = {
  readonly entities: ReadonlySet<Entity>;
  /** True where the address is not one that many rows repeat. */
  readonly hasHomeAddress: boolean;
  /** True where a rank, staff number, vetting or police address suggests that the person works for a service. */
  readonly isOfficer: boolean;
};

const IDENTITY = entitiesWith('identity');
const BANK = entitiesWith('bank');
const SECRET = entitiesWith('secret');

const MAX_SCORE = 100;

/** Points for each entity present, independent of the others. */
const WEIGHTS: Partial<Record<Entity, number>> = {
  PERSON: 5,
  RANK: 4,
  UNIT: 6,
  VETTING: 10,
  EMAIL_ADDRESS: 4,
  PHONE_NUMBER: 8,
  STAFF_NUMBER: 5,
  BADGE_NUMBER: 4,
  PAY_NUMBER: 5,
  SALARY: 5,
  FR_NIR: 14,
  FR_SPI: 10,
  FR_CAF: 6,
  UK_NINO: 12,
  US_SSN: 16,
  IBAN_CODE: 10,
  FR_RIB: 10,
  UK_BANK_ACCOUNT: 10,
  US_ABA: 3,
  CREDIT_CARD: 14,
  ADDRESS: 6,
  POSTCODE: 2,
  DATE_OF_BIRTH: 8,
  PASSPORT: 12,
  ID_CARD: 10,
  LICENSE_PLATE: 7,
  PASSWORD: 16,
  PASSWORD_HASH: 7,
  USER_NAME: 2,
  IP_ADDRESS: 1,
  GPS: 8,
  NATIONAL_ID: 12,
  BANK_ACCOUNT: 10,
};

/** Subtracted for an address shared by many rows, which is a station's: a place, not a home. */
const SHARED_ADDRESS = 4;

type Combination = { readonly reason: string; readonly points: number; holds(input: RiskInput): boolean };

const has = (input: RiskInput, ...entities: readonly Entity[]) =>
  entities.some((entity) => input.entities.has(entity));
const hasAny = (input: RiskInput, set: ReadonlySet<Entity>) =>
  [...input.entities].some((entity) => set.has(entity));
const named = (input: RiskInput) => input.entities.has('PERSON');

const COMBINATIONS: readonly Combination[] = [
  { reason: 'officer-home-address', points: 34, holds: (i) => named(i) && i.isOfficer && i.hasHomeAddress },
  { reason: 'name-and-home-address', points: 16, holds: (i) => named(i) && !i.isOfficer && i.hasHomeAddress },
  {
    reason: 'identity-theft',
    points: 16,
    holds: (i) => named(i) && has(i, 'DATE_OF_BIRTH') && hasAny(i, IDENTITY),
  },
  { reason: 'identity-number', points: 8, holds: (i) => hasAny(i, IDENTITY) },
  { reason: 'bank-details', points: 8, holds: (i) => hasAny(i, BANK) },
  {
    reason: 'credentials',
    points: 12,
    holds: (i) => hasAny(i, SECRET) && has(i, 'EMAIL_ADDRESS', 'USER_NAME', 'PERSON'),
  },
  { reason: 'officer-clearance', points: 12, holds: (i) => named(i) && has(i, 'VETTING') },
  { reason: 'officer-unit', points: 10, holds: (i) => named(i) && i.isOfficer && has(i, 'UNIT') },
  { reason: 'officer-phone', points: 8, holds: (i) => named(i) && i.isOfficer && has(i, 'PHONE_NUMBER') },
  { reason: 'officer-vehicle', points: 10, holds: (i) => i.isOfficer && has(i, 'LICENSE_PLATE') },
  { reason: 'officer-identified', points: 6, holds: (i) => named(i) && i.isOfficer },
  { reason: 'birth-date', points: 4, holds: (i) => named(i) && has(i, 'DATE_OF_BIRTH') },
  { reason: 'contact-details', points: 3, holds: (i) => named(i) && has(i, 'PHONE_NUMBER', 'EMAIL_ADDRESS') },
];

export function riskOf(input: RiskInput): Risk {
  let score = 0;
  for (const entity of input.entities) score += WEIGHTS[entity] ?? 0;
  if (input.entities.has('ADDRESS') && !input.hasHomeAddress) score -= SHARED_ADDRESS;
  const holding = COMBINATIONS.filter((combination) => combination.holds(input));
  for (const { points } of holding) score += points;
  const reasons = [...holding].sort((a, b) => b.points - a.points).map(({ reason }) => reason);
  return { score: Math.min(MAX_SCORE, score), reasons };
}
