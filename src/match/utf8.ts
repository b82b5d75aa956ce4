/** Steps over UTF-8 in a buffer: character borders and the characters beside an offset. */

/** The start of the character that holds `at`, not before `floor`. */
export function alignDown(bytes: Buffer, at: number, floor: number): number {
  let i = at;
  while (i > floor && i < bytes.length && ((bytes[i] as number) & 0xc0) === 0x80) i--;
  return i;
}

/** The first character start at or behind `at`, at most `ceiling`. */
export function alignUp(bytes: Buffer, at: number, ceiling: number): number {
  let i = at;
  while (i < ceiling && ((bytes[i] as number) & 0xc0) === 0x80) i++;
  return i;
}

/** The character that ends right before `at`. */
export function charBefore(bytes: Buffer, at: number): string {
  return bytes.toString('utf8', alignDown(bytes, at - 1, Math.max(0, at - 4)), at);
}

/** The character that starts at `at`, or '' at `end`. */
export function charAfter(bytes: Buffer, at: number, end: number): string {
  if (at >= end) return '';
  return bytes.toString('utf8', at, alignUp(bytes, at + 1, Math.min(end, at + 4)));
}
