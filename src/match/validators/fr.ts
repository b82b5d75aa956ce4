/**
 * French identifiers: NIR (social security), SPI (tax), RIB (bank account), registration plates. Check digits as the
 * issuers define them; rejects values joined to longer tokens.
 */
import type { Validator } from '../../core/rule.js';
import { compact, digitsOf, isGlued, isGluedNumber, isOneDigit, type Neighbours } from './neighbours.js';

/** Month 01-12; 20 and 30-42 if unknown, 50-99 by decree. Department: metropolitan, 2A/2B, overseas, abroad. */
const NIR_SHAPE = /^([1-478])(\d\d)(0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)(\d\d|2[AB])(\d{3})(\d{3})(\d\d)?$/;

/** NIR with its key: 97 minus the number modulo 97, 2A counting as 19 and 2B as 18. */
export const nir: Validator = (value, neighbours) => {
  const id = compact(value);
  if (id.length !== 15 || isGluedNumber(neighbours) || !isNirShape(id) || isAmidNumbers(value, neighbours))
    return false;
  const number = id.slice(0, 13).replace('2A', '19').replace('2B', '18');
  if (97 - Number(BigInt(number) % 97n) !== Number(id.slice(13))) return false;
  return { normal: id, checked: true };
};

/** `12176 12231 12286 12341 12396`: columns of numbers, in groups that the NIR does not have. */
function isAmidNumbers(value: string, { before, after }: Neighbours): boolean {
  const groups = value.split(/[^0-9A-Za-z]+/).map((group) => group.length);
  if (groups.length < 2 || groups[0] === 1 || groups[0] === 13) return false;
  return /\d[ \t]$/.test(before) || /^[ \t]\d/.test(after);
}

/** NIR of 13 characters without its key: counts only under a header or beside a word. */
export const nirWithoutKey: Validator = (value, neighbours) => {
  const id = compact(value);
  if (id.length === 15) return nir(value, neighbours);
  return id.length === 13 && !isGluedNumber(neighbours) && isNirShape(id) ? { normal: id } : false;
};

function isNirShape(id: string): boolean {
  const [, , , , department, commune, order] = NIR_SHAPE.exec(id) ?? [];
  return department !== undefined && department !== '00' && commune !== '000' && order !== '000';
}

/** Tax number: the last three digits are the first ten modulo 511. */
export const spi: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  if (!/^[0-3]\d{12}$/.test(id) || isGluedNumber(neighbours) || isOneDigit(id)) return false;
  return Number(id.slice(0, 10)) % 511 === Number(id.slice(10)) ? { normal: id, checked: true } : false;
};

/** Letters count as 1 to 9, S to Z from 2. */
function ribDigits(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => {
    const n = letter.charCodeAt(0) - 65;
    return String(n < 18 ? (n % 9) + 1 : n - 16);
  });
}

/** Bank, branch, account, key: weighted by 89, 15 and 3, the total is a multiple of 97. */
export const rib: Validator = (value, neighbours) => {
  const id = compact(value);
  if (!/^\d{10}[0-9A-Z]{11}\d{2}$/.test(id) || isGlued(neighbours)) return false;
  const digits = ribDigits(id);
  if (isOneDigit(digits) || /^0{5}/.test(digits) || BigInt(digits) % 97n !== 0n) return false;
  return { normal: id, checked: true };
};

/** AA-123-AA without I, O, U and without SS (2009 series), or 1234 AB 75 (before). */
export const plateFr: Validator = (value, neighbours) => {
  const id = compact(value);
  if (isGlued(neighbours)) return false;
  const siv = /^([A-HJ-NP-TV-Z]{2})(\d{3})([A-HJ-NP-TV-Z]{2})$/.exec(id);
  if (siv) return siv[1] !== 'SS' && siv[3] !== 'SS' && siv[2] !== '000' ? { normal: id } : false;
  return /^\d{2,4}[A-HJ-NP-TV-Z]{2,3}(?:0[1-9]|[1-8]\d|9[0-578]|2[AB])$/.test(id) ? { normal: id } : false;
};
