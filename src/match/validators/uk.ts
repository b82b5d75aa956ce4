/**
 * UK identifiers: National Insurance number, registration plates, driving licence, bank account with its sort code.
 * Rejects prefixes that HMRC and the DVLA never issue, the official dummies, and parts of longer tokens.
 */
import type { Validator } from '../../core/rule.js';
import { compact, digitsOf, isGlued, isOneDigit } from './neighbours.js';

/** HMRC manual NIM39110. QQ is the prefix of the official dummies. */
const NINO = /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/;
const NINO_NEVER = new Set(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ']);

export const nino: Validator = (value, neighbours) => {
  const id = compact(value);
  if (!NINO.test(id) || NINO_NEVER.has(id.slice(0, 2)) || isGlued(neighbours)) return false;
  return isOneDigit(id.slice(2, 8)) && id.startsWith('AA') ? false : { normal: id, checked: true };
};

/** Current series: area, age identifier 02-29 or 51-79, three letters. Older ones: letter and up to 3 digits. */
export const plateUk: Validator = (value, neighbours) => {
  const id = compact(value);
  if (isGlued(neighbours)) return false;
  const current = /^[A-HJ-PR-Y]{2}(\d{2})[A-HJ-PR-Z]{3}$/.exec(id);
  if (current) {
    const age = Number(current[1]);
    return (age >= 2 && age <= 29) || (age >= 51 && age <= 79) ? { normal: id } : false;
  }
  const isPrefix = /^[A-HJ-NPR-TV-Y]\d{1,3}[A-HJ-PR-Y]{3}$/.test(id);
  const isSuffix = /^[A-HJ-PR-Y]{3}\d{1,3}[A-HJ-NPR-TV-Y]$/.test(id);
  const isNorthernIrish = /^[A-Z]{1,2}[IZ][A-Z]?\d{1,4}$/.test(id);
  return isPrefix || isSuffix || isNorthernIrish ? { normal: id } : false;
};

/** Five letters of the surname (9 fills), decade, month (+5 for women), day, year, initials, check. */
export const drivingLicenceUk: Validator = (value, neighbours) => {
  const id = compact(value);
  const match = /^[A-Z]{1,5}9{0,4}\d(\d{2})(\d{2})\d[A-Z9]{2}[0-9A-Z][A-Z]{2}/.exec(id);
  if (!match || isGlued(neighbours) || !/^[A-Z9]{5}/.test(id)) return false;
  // `order 407173 queue`: a number with gaps must be in capitals.
  if (/ .*[a-z]|[a-z].* /.test(value)) return false;
  const month = Number(match[1]) % 50;
  const day = Number(match[2]);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { normal: id } : false;
};

/**
 * Sort code and account. Checks the shape only: the modulus tables belong to Pay.UK and are not shipped.
 */
export const accountUk: Validator = (value, neighbours) => {
  const digits = digitsOf(value);
  if (isGlued(neighbours) || isOneDigit(digits)) return false;
  return digits.length === 14 || digits.length === 8 || digits.length === 6 ? { normal: digits } : false;
};
