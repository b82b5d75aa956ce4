/** Maps between offsets in UTF-8 text and in the bytes it was decoded from. */
import type { Origin, Width } from './content.js';

/** Source bytes of the characters in the UTF-8 `text`, in an encoding of this width. */
export function sourceBytes(text: Uint8Array, width: Width): number {
  if (width === 'utf8') return text.length;
  let characters = 0;
  let astral = 0;
  for (const byte of text) {
    if ((byte & 0xc0) !== 0x80) characters += 1;
    if (byte >= 0xf0) astral += 1;
  }
  if (width === 'single') return characters;
  return width === 'utf16' ? 2 * (characters + astral) : 4 * characters;
}

/**
 * The origins of the text after offset `from`, with offsets relative to it. `slice(a, b)` returns the text's bytes
 * between two old offsets.
 */
export function originsFrom(
  origins: readonly Origin[],
  from: number,
  slice: (a: number, b: number) => Uint8Array,
): Origin[] {
  let first = 0;
  while (first + 1 < origins.length && (origins[first + 1] as Origin).at <= from) first += 1;
  return origins.slice(first).map((origin) => {
    if (origin.at >= from) return { ...origin, at: origin.at - from };
    const source = origin.source + sourceBytes(slice(origin.at, from), origin.width);
    return { at: 0, source, width: origin.width };
  });
}

/** The source offset of text offset `at`, or `at` itself without origins. */
export function sourceOffset(
  origins: readonly Origin[],
  at: number,
  slice: (a: number, b: number) => Uint8Array,
): number {
  const origin = origins[lastAtMost(origins, at)];
  if (!origin) return at;
  if (origin.width === 'utf8') return origin.source + at - origin.at;
  return origin.source + sourceBytes(slice(origin.at, at), origin.width);
}

/** Index of the last origin at or before `at`, or -1. A quoted table has one per doubled quote. */
function lastAtMost(origins: readonly Origin[], at: number): number {
  let low = -1;
  let high = origins.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if ((origins[mid] as Origin).at <= at) low = mid;
    else high = mid - 1;
  }
  return low;
}
