/**
 * Masks values for output. Of a value at most its first character and last two are shown, and never more
 * than a quarter of its letters and digits; punctuation stays, so that the shape can be recognised.
 */

import { entitiesWith } from '../core/entity.js';

const ALNUM = /[\p{L}\p{N}]/u;
const BIDI = /\p{Bidi_Control}/gu;
const PRINTABLE_ASCII = /^[ -~]*$/;
const SECRET: ReadonlySet<string> = entitiesWith('secret');
/** Stands for every secret: not even the length of one is its shape's to tell. */
export const SECRET_MASK = '********';

/** True for entities of which output tells neither shape nor length. */
export function isSecret(entity: string): boolean {
  return SECRET.has(entity);
}

export function maskValue(value: string, entity: string): string {
  if (SECRET.has(entity)) return SECRET_MASK;
  if (PRINTABLE_ASCII.test(value)) return maskAscii(value);
  const characters = [...withoutControls(value)];
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

/** On one line, and without characters that would redraw or reorder it. */
export function withoutControls(text: string): string {
  return text.replace(BIDI, '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
