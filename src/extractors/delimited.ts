/**
 * Delimited text → row batches, streaming. Quotes may hold delimiters and line breaks; a quote that is
 * still open after MAX_QUOTED_BYTES is taken for a plain character, so that one stray quote cannot swallow
 * the file. A row longer than MAX_ROW_BYTES is cut there: both bounds depend on content alone.
 */
import type { Origin, RowBatch, Width } from '../core/content.js';
import { originsFrom } from '../core/width.js';
import type { Dialect } from './dialect.js';

const MAX_QUOTED_BYTES = 256 * 1024;
const MAX_QUOTED_LINES = 2000;
const MAX_ROW_BYTES = 1024 * 1024;
const BATCH_BYTES = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;

export class DelimitedReader {
  #pending: Buffer = Buffer.alloc(0);
  #origins: Origin[] = [];
  #row: number;
  #line: number;

  constructor(
    private readonly dialect: Dialect,
    private readonly emit: (batch: RowBatch) => void,
    start: { row?: number; line?: number } = {},
  ) {
    this.#row = start.row ?? 1;
    this.#line = start.line ?? 1;
  }

  /** Where the row behind all that were emitted starts. */
  get position(): { row: number; line: number } {
    return { row: this.#row, line: this.#line };
  }

  /** Takes the next bytes of UTF-8 text, which come from source byte `source` on. */
  write(bytes: Buffer, source: number, width: Width): void {
    this.#origins.push({ at: this.#pending.length, source, width });
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (this.#pending.length >= BATCH_BYTES) this.#parse(false);
  }

  /** Emits the rows that are whole. */
  flush(): void {
    this.#parse(false);
  }

  end(): void {
    this.#parse(true);
  }

  #parse(last: boolean): void {
    let from = 0;
    while (from < this.#pending.length) {
      const batch = this.#batch(from, last);
      if (!batch) break;
      this.emit(batch.rows);
      from = batch.end;
    }
    this.#origins = this.#originsFrom(from);
    // A copy: the chunk behind it may be reused or large.
    this.#pending = Buffer.from(this.#pending.subarray(from));
  }

  #originsFrom(from: number): Origin[] {
    return originsFrom(this.#origins, from, (a, b) => this.#pending.subarray(a, b));
  }

  /** Parses whole rows from `from` on, up to a batch's worth. */
  #batch(from: number, last: boolean): { rows: RowBatch; end: number } | undefined {
    const bytes = this.#pending;
    const limit = Math.min(bytes.length, from + BATCH_BYTES);
    const cells: number[] = [];
    const rowCells: number[] = [0];
    const rowStarts: number[] = [0];
    const rowLines: number[] = [];
    let at = from;
    let line = this.#line;
    while (at < bytes.length && at < limit) {
      const mark = cells.length;
      const row = this.#scanRow(at, last, cells, from);
      if (row === undefined) {
        cells.length = mark;
        break;
      }
      rowLines.push(line);
      line += row.lines;
      at = row.end;
      rowCells.push(cells.length / 2);
      rowStarts.push(at - from);
    }
    if (at === from) return undefined;
    const rows: RowBatch = {
      bytes: bytes.subarray(from, at),
      cells: Uint32Array.from(cells),
      rowCells: Uint32Array.from(rowCells),
      rowStarts: Uint32Array.from(rowStarts),
      rowLines: Uint32Array.from(rowLines),
      firstRow: this.#row,
      origins: this.#originsFrom(from),
    };
    this.#row += rowLines.length;
    this.#line = line;
    return { rows, end: at };
  }

  /** One row: pushes its cells' bounds relative to `base`; undefined when its end is not there yet. */
  #scanRow(start: number, last: boolean, cells: number[], base: number) {
    const bytes = this.#pending;
    const { delimiter, quote } = this.dialect;
    const stop = Math.min(bytes.length, start + MAX_ROW_BYTES);
    const mark = cells.length;
    let lines = 0;
    let cellStart = start;
    let i = start;
    while (i < stop) {
      if (bytes[i] === quote && i === cellStart) {
        const closed = closingQuote(bytes, { from: i + 1, quote, delimiter }, last);
        if (closed === undefined) return undefined;
        if (closed !== -1) {
          for (let k = i; k < closed; k++) if (bytes[k] === LF) lines++;
          cells.push(i + 1 - base, closed - base);
          i = closed + 1;
          // Junk behind the closing quote belongs to no cell but stays in the row's bytes.
          while (i < stop && bytes[i] !== delimiter && bytes[i] !== LF) i++;
          if (i < stop && bytes[i] === LF) return { end: i + 1, lines: lines + 1 };
          i++;
          cellStart = i;
          continue;
        }
      }
      while (i < stop && bytes[i] !== delimiter && bytes[i] !== LF) i++;
      if (i >= stop) break;
      if (bytes[i] === LF) {
        cells.push(cellStart - base, (i > cellStart && bytes[i - 1] === CR ? i - 1 : i) - base);
        return { end: i + 1, lines: lines + 1 };
      }
      cells.push(cellStart - base, i - base);
      i++;
      cellStart = i;
    }
    if (stop < start + MAX_ROW_BYTES && !last) {
      cells.length = mark;
      return undefined;
    }
    const end = alignCut(bytes, stop);
    if (cellStart <= end) cells.push(cellStart - base, end - base);
    return { end, lines };
  }
}

/** A cut in the middle of a character would break it. */
function alignCut(bytes: Buffer, at: number): number {
  let i = at;
  while (i > 0 && i < bytes.length && ((bytes[i] as number) & 0xc0) === 0x80) i--;
  return i;
}

/**
 * Offset of the closing quote; -1 when it is no quoting at all (still open at the bounds, or at the end
 * of the input); undefined when more bytes are needed.
 */
function closingQuote(
  bytes: Buffer,
  at: { from: number; quote: number; delimiter: number },
  last: boolean,
): number | undefined {
  let i = at.from;
  while (true) {
    i = bytes.indexOf(at.quote, i);
    if (i === -1 || i - at.from > MAX_QUOTED_BYTES) break;
    if (bytes[i + 1] === at.quote) {
      i += 2;
      continue;
    }
    if (i + 1 >= bytes.length && !last) return undefined;
    return tooManyLines(bytes, at.from, i) ? -1 : i;
  }
  const open = bytes.length - at.from;
  return last || open > MAX_QUOTED_BYTES ? -1 : undefined;
}

function tooManyLines(bytes: Buffer, from: number, to: number): boolean {
  let lines = 0;
  for (let i = bytes.indexOf(LF, from); i !== -1 && i < to; i = bytes.indexOf(LF, i + 1)) {
    lines += 1;
    if (lines > MAX_QUOTED_LINES) return true;
  }
  return false;
}
