/** The closed list of what a finding can be. Presidio's names where it has them. */
export const ENTITIES = [
  'PERSON',
  'RANK',
  'UNIT',
  'VETTING',
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'STAFF_NUMBER',
  'BADGE_NUMBER',
  'PAY_NUMBER',
  'SALARY',
  'FR_NIR',
  'FR_SPI',
  'FR_CAF',
  'UK_NINO',
  'US_SSN',
  'IBAN_CODE',
  'FR_RIB',
  'UK_BANK_ACCOUNT',
  'US_ABA',
  'CREDIT_CARD',
  'ADDRESS',
  'POSTCODE',
  'DATE_OF_BIRTH',
  'PASSPORT',
  'ID_CARD',
  'LICENSE_PLATE',
  'PASSWORD',
  'PASSWORD_HASH',
  'USER_NAME',
  'IP_ADDRESS',
  'GPS',
  'NATIONAL_ID',
  'BANK_ACCOUNT',
  'CAVEAT',
] as const;

export type Entity = (typeof ENTITIES)[number];

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
