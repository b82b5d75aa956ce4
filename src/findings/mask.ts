/**
 * Masks values for output. Shows at most the first character and the last two of a value, and never more than a
 * quarter of its letters and digits. Punctuation stays, so that the shape remains recognisable.
 */

import { entitiesWith } from '../core/entity.js';

const ALNUM = /[\p{L}\p{N}]/u;
const BIDI = /\p{Bidi_Control}/gu;
const PRINTABLE_ASCII = /^[ -~]*$/;
const SECRET: ReadonlySet<string> = entitiesWith('secret');
/** Replaces every secret, so that not even its length shows. */
export const SECRET_MASK = '********';

/** True for entities whose shape and length must not show. */
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

/** From these numbers of letters and digits on, one more is shown, so that a quarter is never exceeded. */
const SHOWS_ONE = 4;
const SHOWS_TWO = 8;
const SHOWS_THREE = 12;

/** Number of letters and digits shown at the head and at the tail, out of `total`. */
function shown(total: number): readonly [number, number] {
  if (total >= SHOWS_THREE) return [1, 2];
  return total >= SHOWS_TWO ? [1, 1] : total >= SHOWS_ONE ? [1, 0] : [0, 0];
}

/** The fast path for nearly all values: one pass over character codes. */
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

/** Replaces line breaks and characters that redraw or reorder a line. */
export function withoutControls(text: string): string {
  return text.replace(BIDI, '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
