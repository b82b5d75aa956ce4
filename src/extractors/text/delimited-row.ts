/**
 * The grammar of delimited text: where a row ends, and the bounds of its cells. Quotes can contain delimiters and
 * line breaks; a quote still open after MAX_QUOTED_BYTES or MAX_QUOTED_LINES counts as a plain character, and a row
 * is cut at MAX_ROW_BYTES. All limits depend on content alone. Every byte of every table passes here, so results are
 * fields and one growing array. Written here because parsers let one stray quote consume the file.
 */
import type { Dialect } from './dialect.js';

const MAX_QUOTED_BYTES = 256 * 1024;
const MAX_QUOTED_LINES = 2000;
const MAX_ROW_BYTES = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

export class RowGrammar {
  /** The offset after the last row. */
  end = 0;
  /** Line feeds in the last row. */
  lines = 0;
  /** Bounds of the cells of all rows since `clear`: start and end, relative to `base`. */
  cells = new Uint32Array(1024);
  /** Numbers in `cells`. */
  count = 0;
  /** Line feeds between the last quotes examined. */
  #quotedLines = 0;

  constructor(private readonly dialect: Dialect) {}

  clear(): void {
    this.count = 0;
  }

  /** Reads the row that starts at `start`; false if its end is not available yet. */
  read(bytes: Uint8Array, start: number, base: number, last: boolean): boolean {
    const { delimiter, quote } = this.dialect;
    const stop = Math.min(bytes.length, start + MAX_ROW_BYTES);
    const mark = this.count;
    let lines = 0;
    let cellStart = start;
    let i = start;
    while (i < stop) {
      if (bytes[i] === quote) {
        const closed = this.#closingQuote(bytes, i + 1, last);
        if (closed === NOT_YET) return this.#undo(mark);
        if (closed !== UNQUOTED) {
          lines += this.#quotedLines;
          this.#push(i + 1 - base, closed - base);
          i = closed + 1;
          // Junk after the closing quote belongs to no cell but stays in the row's bytes.
          while (i < stop && bytes[i] !== delimiter && bytes[i] !== LF) i++;
          if (i < stop && bytes[i] === LF) return this.#ended(i + 1, lines + 1);
          i++;
          cellStart = i;
          continue;
        }
      }
      let b = bytes[i];
      while (b !== delimiter && b !== LF && ++i < stop) b = bytes[i];
      if (i >= stop) break;
      if (b === LF) {
        this.#push(cellStart - base, (i > cellStart && bytes[i - 1] === CR ? i - 1 : i) - base);
        return this.#ended(i + 1, lines + 1);
      }
      this.#push(cellStart - base, i - base);
      i++;
      cellStart = i;
    }
    if (stop < start + MAX_ROW_BYTES && !last) return this.#undo(mark);
    const end = alignCut(bytes, stop);
    if (cellStart <= end) this.#push(cellStart - base, end - base);
    return this.#ended(end, lines);
  }

  /** Offset of the closing quote; UNQUOTED if it is no quoting; NOT_YET if more bytes are needed. */
  #closingQuote(bytes: Uint8Array, from: number, last: boolean): number {
    const { quote } = this.dialect;
    const { length } = bytes;
    const stop = Math.min(length, from + MAX_QUOTED_BYTES + 1);
    let lines = 0;
    let i = from;
    for (; i < stop; i++) {
      const b = bytes[i];
      if (b === LF && ++lines > MAX_QUOTED_LINES) return UNQUOTED;
      if (b !== quote) continue;
      if (i + 1 >= length && !last) return NOT_YET;
      if (bytes[i + 1] !== quote) {
        this.#quotedLines = lines;
        return i;
      }
      i++;
    }
    return last || length - from > MAX_QUOTED_BYTES ? UNQUOTED : NOT_YET;
  }

  #ended(end: number, lines: number): true {
    this.end = end;
    this.lines = lines;
    return true;
  }

  #undo(mark: number): false {
    this.count = mark;
    return false;
  }

  #push(start: number, end: number): void {
    if (this.count + 2 > this.cells.length) {
      const grown = new Uint32Array(this.cells.length * 2);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[this.count++] = start;
    this.cells[this.count++] = end;
  }
}

const UNQUOTED = -1;
const NOT_YET = -2;

/** A cut must not split a character. */
function alignCut(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i > 0 && i < bytes.length && ((bytes[i] as number) & 0xc0) === 0x80) i--;
  return i;
}
