/**
 * Masks values for output. Of a value at most its first character and last two are shown, and never more
 * than a quarter of its letters and digits; punctuation stays, so that the shape can be recognised.
 */

import { entitiesWith } from '../core/entity.js';

const ALNUM = /[\p{L}\p{N}]/u;
const PRINTABLE_ASCII = /^[ -~]*$/;
const SECRET: ReadonlySet<string> = entitiesWith('secret');

export function maskValue(value: string, entity: string): string {
  // Not even the length of a password is its shape's to tell.
  if (SECRET.has(entity)) return '********';
  if (PRINTABLE_ASCII.test(value)) return maskAscii(value);
  const characters = [...oneLine(value)];
  const total = characters.filter((c) => ALNUM.test(c)).length;
  const [head, tail] = shown(total);
  let seen = 0;
  return characters
    .map((c) => {
      if (!ALNUM.test(c)) return c;
      seen += 1;
      return seen <= head || seen > total - tail ? c : '*';
    })
    .join('');
}

/** How many letters and digits are shown at the head and at the tail, of so many. */
function shown(total: number): readonly [number, number] {
  return total >= 12 ? [1, 2] : total >= 8 ? [1, 1] : total >= 4 ? [1, 0] : [0, 0];
}

/** Nearly all values: one pass over character codes. */
function maskAscii(value: string): string {
  let total = 0;
  for (let i = 0; i < value.length; i++) total += isAsciiAlnum(value.charCodeAt(i)) ? 1 : 0;
  const [head, tail] = shown(total);
  let seen = 0;
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const isAlnum = isAsciiAlnum(value.charCodeAt(i));
    if (isAlnum) seen += 1;
    out += !isAlnum || seen <= head || seen > total - tail ? value[i] : '*';
  }
  return out;
}

function isAsciiAlnum(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/**
 * Masks the text beside a finding: only words of `vocabulary` (context words and header words of the packs,
 * folded) stay; every other letter becomes x and every digit 9.
 */
export function maskContext(text: string, vocabulary: ReadonlySet<string>): string {
  return oneLine(text).replace(/\p{L}+|\p{N}/gu, (token) => {
    if (/\p{N}/u.test(token)) return '9';
    return vocabulary.has(token.toLowerCase()) ? token : 'x'.repeat([...token].length);
  });
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
