/**
 * US identifiers: social security numbers and bank routing numbers. Rejects ranges that are never issued, well-known
 * numbers from advertising, and parts of longer tokens.
 */
import type { Validator } from '../../core/rule.js';
import { digitsOf, isGlued, isOneDigit } from './neighbours.js';

/** Printed on sample cards, and therefore in manuals. */
const SSN_DUMMIES = new Set(['078051120', '219099999', '457555462', '123456789', '987654321', '111111111']);

/** `111-22-3333`: one digit per group, as in examples in code and forms. */
const MADE_UP = /^(\d)\1{2}(\d)\2(\d)\3{3}$/;

export const ssn: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  if (id.length !== 9 || isGlued(neighbours) || /[-.]$/.test(neighbours.before)) return false;
  if (new Set(value.replace(/\d/g, '')).size > 1) return false;
  if (/^(?:000|666|9)/.test(id) || id.slice(3, 5) === '00' || id.slice(5) === '0000') return false;
  return SSN_DUMMIES.has(id) || MADE_UP.test(id) ? false : { normal: id };
};

const WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/** ABA routing number: Federal Reserve prefix and weights 3, 7, 1. */
export const aba: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  if (!/^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(id)) return false;
  if (isOneDigit(id) || isGlued(neighbours)) return false;
  const sum = [...id].reduce((total, digit, i) => total + Number(digit) * (WEIGHTS[i] as number), 0);
  return sum % 10 === 0 ? { normal: id, checked: true } : false;
};
