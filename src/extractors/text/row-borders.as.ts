/**
 * Counts rows of delimited text with SIMD (AssemblyScript, compiled to dist/extractors/text/row-borders.wasm). Input:
 * bytes in linear memory from the start of a row; output: where it stopped, and the number of rows and line feeds
 * before. It handles ordinary rows only and stops before any other, which delimited-row.ts then reads: that grammar
 * is authoritative. A quote opens a cell only as its first character; all others are plain.
 */

/** Longer quoted cells and rows may be invalid; these limits are at most those of delimited-row.ts. */
const MAX_QUOTED_BYTES: i32 = 256 * 1024;
const MAX_QUOTED_LINES: i32 = 2000;
const MAX_ROW_BYTES: i32 = 1024 * 1024;
const LF: u8 = 10;

let rowCount: i32 = 0;
let lineCount: i32 = 0;

/** Rows that the last call passed. */
export function rows(): i32 {
  return rowCount;
}

/** Line feeds in them. */
export function lines(): i32 {
  return lineCount;
}

/**
 * Continues from the row at `from` to the first row that starts at or after `border`, is incomplete before `to`, or
 * is not ordinary. Returns its start.
 */
export function advance(from: i32, to: i32, border: i32, delimiter: u8, quote: u8): i32 {
  const vLine = i8x16.splat(LF);
  const vQuote = i8x16.splat(quote);
  let row = from;
  let inRow = 0;
  let opened = -1;
  let atOpening = 0;
  /** The second of a doubled quote. */
  let second = -1;
  rowCount = 0;
  lineCount = 0;
  if (row >= border) return row;
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    let mask = i8x16.bitmask(v128.or(i8x16.eq(bytes, vLine), i8x16.eq(bytes, vQuote)));
    if (to - at < 16) mask &= (1 << (to - at)) - 1;
    while (mask != 0) {
      const i = at + ctz<i32>(mask);
      mask &= mask - 1;
      if (load<u8>(i) == LF) {
        inRow++;
        if (opened >= 0) continue;
        if (i - row >= MAX_ROW_BYTES) return row;
        rowCount++;
        lineCount += inRow;
        inRow = 0;
        row = i + 1;
        if (row >= border) return row;
        continue;
      }
      if (i == second) continue;
      if (opened < 0) {
        if (i != row && load<u8>(i - 1) != delimiter) continue;
        opened = i;
        atOpening = inRow;
        continue;
      }
      // The next byte decides, and must be available.
      if (i + 1 >= to) return row;
      if (load<u8>(i + 1) == quote) {
        second = i + 1;
        continue;
      }
      if (i - opened > MAX_QUOTED_BYTES || inRow - atOpening > MAX_QUOTED_LINES) return row;
      opened = -1;
    }
  }
  return row;
}
