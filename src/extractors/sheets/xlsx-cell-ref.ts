/** Cell references in A1 notation, and the width of a sheet. */

/** Excel's own limit; no real sheet has cells beyond it. */
export const MAX_COLUMNS = 16_384;
export const MAX_ROWS = 1 << 20;

/** The 1-based column of a reference such as `AB12`, or 0 without one. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const ch = reference.charCodeAt(i);
    const letter = ch >= 0x61 ? ch - 0x60 : ch - 0x40;
    if (letter < 1 || letter > 26) {
      if (ch === 0x24) continue;
      break;
    }
    column = column * 26 + letter;
    if (column > MAX_COLUMNS) return 0;
  }
  return column;
}

/** The 1-based row of a reference such as `AB12`, or 0 without one. */
export function rowOf(reference: string): number {
  const row = Number(/\d{1,9}/.exec(reference)?.[0] ?? 0);
  return Math.max(row, 0);
}
