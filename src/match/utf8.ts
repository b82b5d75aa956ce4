/** Moves over UTF-8 in a buffer: character borders and the characters beside an offset. */

/** The start of the character at `at`, not before `floor`. */
export function alignDown(bytes: Buffer, at: number, floor: number): number {
  let i = at;
  while (i > floor && i < bytes.length && ((bytes[i] as number) & 0xc0) === 0x80) i--;
  return i;
}

/** The first character start at or after `at`, at most `ceiling`. */
export function alignUp(bytes: Buffer, at: number, ceiling: number): number {
  let i = at;
  while (i < ceiling && ((bytes[i] as number) & 0xc0) === 0x80) i++;
  return i;
}

/** The start of the `count`th character before `at`, not before 0. */
export function characterBefore(bytes: Buffer, at: number, count: number): number {
  let i = at;
  for (let left = count; i > 0 && left > 0; ) {
    i -= 1;
    if (((bytes[i] as number) & 0xc0) !== 0x80) left -= 1;
  }
  return i;
}

/** The end of the `count`th character from `at` on, at most `end`. */
export function characterAfter(bytes: Buffer, at: number, span: { count: number; end: number }): number {
  const { count, end } = span;
  let i = at;
  for (let left = count; i < end && left > 0; left--) {
    i += 1;
    while (i < end && ((bytes[i] as number) & 0xc0) === 0x80) i += 1;
  }
  return i;
}

/** Bytes beside a value that validators see: enough to recognise a version, a hex dump or a name after a rank. */
export const NEIGHBOUR_BYTES = 24;

/** The last whole characters before `at`, not before `floor`. */
export function textBefore(bytes: Buffer, at: number, floor: number): string {
  const from = alignUp(bytes, Math.max(floor, at - NEIGHBOUR_BYTES), at);
  return bytes.toString('utf8', from, at);
}

/** The first whole characters from `at` on, up to `end`. */
export function textAfter(bytes: Buffer, at: number, end: number): string {
  if (at >= end) return '';
  const to = Math.min(end, at + NEIGHBOUR_BYTES);
  return bytes.toString('utf8', at, to === end ? end : alignDown(bytes, to, at));
}
