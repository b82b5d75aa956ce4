/**
 * Checksums of national numbers of Germany, Spain, Italy, the Netherlands and Belgium. All are weak or resemble other
 * numbers, so their rules require a word or a header beside them.
 */
import type { Validator } from '../../core/rule.js';
import { compact, digitsOf, isGlued, isOneDigit } from './neighbours.js';

/** Steuer-IdNr: one digit occurs two or three times in the first ten; ISO 7064 mod 11,10. */
export const idnrDe: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  if (!/^[1-9]\d{10}$/.test(id) || isGlued(neighbours)) return false;
  const counts = new Map<string, number>();
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] as number) > 3) return false;
  let product = 10;
  for (const digit of id.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(id[10]) ? { normal: id, checked: true } : false;
};

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** DNI: eight digits and a letter by their remainder of 23. NIE: X, Y, Z stand for 0, 1, 2. */
export const dniEs: Validator = (value, neighbours) => {
  const id = compact(value).padStart(9, '0');
  if (!/^[XYZ\d]\d{7}[A-Z]$/.test(id) || isGlued(neighbours) || /^.0{6}/.test(id)) return false;
  const number = id.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return DNI_LETTERS[Number(number) % 23] === id[8] ? { normal: id, checked: true } : false;
};

const CF_SHAPE = /^[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/;
/** Values of 0-9 (and of A-J) at odd places, then of K-Z. */
const CF_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Letters can replace all its digits, but only in capitals: `Cuando transcurre` has a valid last letter. */
function isProse(value: string): boolean {
  return digitsOf(value).length < 2 && !/^[A-Z]{16}$/.test(value);
}

export const codiceFiscale: Validator = (value, neighbours) => {
  const id = compact(value);
  if (!CF_SHAPE.test(id) || isGlued(neighbours) || isProse(value)) return false;
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const char = id[i] as string;
    const n = /\d/.test(char) ? Number(char) : char.charCodeAt(0) - 65;
    sum += i % 2 === 0 ? (CF_ODD[n] as number) : n;
  }
  return String.fromCharCode(65 + (sum % 26)) === id[15] ? { normal: id, checked: true } : false;
};

/** Burgerservicenummer: weights 9 to 2 and -1, a multiple of 11. */
export const bsnNl: Validator = (value, neighbours) => {
  const id = digitsOf(value).padStart(9, '0');
  if (id.length !== 9 || isOneDigit(id) || isGlued(neighbours)) return false;
  const sum = [...id].reduce((total, digit, i) => total + Number(digit) * (i === 8 ? -1 : 9 - i), 0);
  return sum % 11 === 0 ? { normal: id, checked: true } : false;
};

/** Rijksregisternummer: 97 minus the nine digits (preceded by 2 since 2000) modulo 97. */
export const nationalBe: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  if (id.length !== 11 || isGlued(neighbours)) return false;
  const month = Number(id.slice(2, 4)) % 20;
  if (month < 1 || month > 12 || Number(id.slice(4, 6)) > 31) return false;
  const key = Number(id.slice(9));
  const isKey = (number: number) => 97 - (number % 97) === key;
  const nine = Number(id.slice(0, 9));
  return isKey(nine) || isKey(2_000_000_000 + nine) ? { normal: id, checked: true } : false;
};
