/**
 * Checks the characters beside a value. Digits that touch `_`, `-`, letters, a decimal point and the like are part of
 * something longer: a block id, a GUID, a version, a timestamp. RE2 has no lookaround, so each validator checks here.
 * Works with one neighbour character, and uses more if given.
 */
import type { Validator } from '../../core/rule.js';

export type Neighbours = Parameters<Validator>[1];

const LEFT = /[\p{L}\p{N}_@%\\/+~-]$|\p{N}\.$/u;
const RIGHT = /^[\p{L}\p{N}_@%\\/~-]|^\.\p{N}/u;

/** True if the value is part of a longer token. */
export function isGlued({ before, after }: Neighbours): boolean {
  return LEFT.test(before) || RIGHT.test(after);
}

/** Like isGlued, for bare digits: a point right before them makes them decimals. */
export function isGluedNumber({ before, after }: Neighbours): boolean {
  return isGlued({ before, after }) || before.endsWith('.');
}

const DUMP_BEFORE =
  /(?:(?<![0-9a-z])[0-9a-f]{4} ){2}$|(?:^|[^0-9a-z])0[0-9a-f]{5,15}:? {1,2}(?:[0-9a-f]{4} )?$/i;
const DUMP_AFTER = /^(?: [0-9a-f]{4}){2}(?![0-9a-z])/i;

/** Among the groups of four of a hex dump: after its offset, or two more groups on a side. */
export function isInDump({ before, after }: Neighbours): boolean {
  return DUMP_BEFORE.test(before) || DUMP_AFTER.test(after);
}

/** Letters and digits alone, in upper case: the canonical form of most identifiers. */
export function compact(value: string): string {
  return value.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}

export function digitsOf(value: string): string {
  return value.replace(/\D/g, '');
}

/** 00000000, 1111, ...: filler for form fields. */
export function isOneDigit(digits: string): boolean {
  return /^(\d)\1*$/.test(digits);
}
