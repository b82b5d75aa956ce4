/**
 * The entities a finding can have, and the traits of each: the one table from which records, risk, keys, rosters and
 * columns derive their sets of entities. Also severities and confidence bands.
 */

/** The traits of an entity, each with what depends on it. */
export type Trait =
  /** Describes a person: counts towards a record and towards a roster. */
  | 'personal'
  /** Identifies one person even without a name. */
  | 'identifying'
  /** A number that belongs to one person alone, regardless of who issued it. */
  | 'proving'
  /** A number of identity, with which an attacker can impersonate somebody. */
  | 'identity'
  | 'bank'
  /** Masked entirely: neither length nor characters show. */
  | 'secret'
  /** Suggests that the person works for a service. */
  | 'officer'
  /** Numbers the members of a service; headers for it are vague (`Serial No`, `Star`). */
  | 'rosterNumber'
  /** Every force issues the same short ones, so they identify only together with a name. */
  | 'reissued'
  /** Belongs to one person only, never to a work, a place or a company. */
  | 'private'
  /** A table without names lists persons where one of its columns holds this. */
  | 'listing'
  /** A column of it shows that the table is about persons. */
  | 'attesting'
  /** Organisations and places have it too. */
  | 'contact'
  /** A value on many rows of a column belongs to a station, not to a person. */
  | 'repeated'
  /** Can belong to a letterhead or a station. */
  | 'shared'
  /** One value alone joins two records. */
  | 'strictKey'
  /** Joins two records of one name, or a nameless record to the only name with the value. */
  | 'openKey'
  /** Joins two records only together with a name. */
  | 'weakKey'
  /** A value can span several cells or lines. */
  | 'spansCells'
  /** Counted, not listed, unless a column is typed as it. */
  | 'countOnly'
  /** Belongs to a machine or a document, never to a person's record. */
  | 'apart';

/**
 * The closed list, with Presidio's names where it has them. The order is part of the format of person keys: append
 * only.
 */
const TRAITS = {
  PERSON: [],
  RANK: ['personal', 'officer', 'listing'],
  UNIT: ['personal'],
  VETTING: ['personal', 'officer', 'private', 'attesting'],
  EMAIL_ADDRESS: ['identifying', 'attesting', 'contact', 'strictKey'],
  PHONE_NUMBER: ['identifying', 'contact', 'openKey'],
  STAFF_NUMBER: ['identifying', 'officer', 'rosterNumber', 'reissued', 'private', 'attesting', 'openKey'],
  BADGE_NUMBER: ['identifying', 'officer', 'rosterNumber', 'private', 'attesting', 'weakKey'],
  PAY_NUMBER: ['identifying', 'reissued', 'private', 'attesting', 'openKey'],
  SALARY: ['personal', 'listing', 'attesting'],
  FR_NIR: ['identity', 'attesting'],
  FR_SPI: ['identity'],
  FR_CAF: ['proving', 'private', 'openKey'],
  UK_NINO: ['identity', 'attesting'],
  US_SSN: ['identity', 'attesting'],
  IBAN_CODE: ['proving', 'bank', 'listing', 'openKey'],
  FR_RIB: ['proving', 'bank', 'listing', 'openKey'],
  UK_BANK_ACCOUNT: ['identifying', 'bank', 'listing', 'openKey'],
  US_ABA: ['bank'],
  CREDIT_CARD: ['identifying', 'bank', 'listing', 'openKey'],
  ADDRESS: ['personal', 'repeated', 'spansCells'],
  POSTCODE: ['shared'],
  DATE_OF_BIRTH: ['personal', 'listing', 'attesting', 'weakKey'],
  PASSPORT: ['identity', 'attesting'],
  ID_CARD: ['identity'],
  LICENSE_PLATE: ['personal', 'openKey'],
  PASSWORD: ['personal', 'secret', 'private'],
  PASSWORD_HASH: ['personal', 'secret', 'private'],
  USER_NAME: ['identifying', 'listing', 'openKey'],
  IP_ADDRESS: ['countOnly'],
  GPS: [],
  NATIONAL_ID: ['identity', 'attesting'],
  BANK_ACCOUNT: ['identifying', 'bank', 'listing', 'openKey'],
  CAVEAT: ['apart'],
} as const satisfies Record<string, readonly Trait[]>;

/** Traits that a trait implies. */
const IMPLIED: Partial<Record<Trait, readonly Trait[]>> = {
  identity: ['proving', 'private', 'strictKey'],
  proving: ['identifying'],
  identifying: ['personal'],
  private: ['listing'],
  contact: ['repeated'],
  repeated: ['shared'],
};

export type Entity = keyof typeof TRAITS;

export const ENTITIES = Object.keys(TRAITS) as [Entity, ...Entity[]];

/** Entities with at least one of the traits, implied ones included. */
export function entitiesWith(...traits: readonly Trait[]): ReadonlySet<Entity> {
  return new Set(ENTITIES.filter((entity) => traits.some((trait) => hasTrait(TRAITS[entity], trait))));
}

function hasTrait(traits: readonly Trait[], wanted: Trait): boolean {
  return traits.some((trait) => trait === wanted || hasTrait(IMPLIED[trait] ?? [], wanted));
}

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const BANDS = ['low', 'medium', 'high'] as const;
export type Band = (typeof BANDS)[number];

/** Lower bounds of the bands, after Purview's 65 / 75 / 85 scale with `low` opened downwards. */
const MEDIUM_FROM = 0.6;
const HIGH_FROM = 0.8;

export function bandOf(confidence: number): Band {
  if (confidence >= HIGH_FROM) return 'high';
  return confidence >= MEDIUM_FROM ? 'medium' : 'low';
}
