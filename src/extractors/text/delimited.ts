/** Splits delimited text into row batches, as a stream. delimited-row.ts defines a row. */
import type { Origin, RowBatch, Width } from '../../core/content.js';
import { originsFrom } from '../../core/width.js';
import { RowGrammar } from './delimited-row.js';
import type { Dialect } from './dialect.js';

const BATCH_BYTES = 64 * 1024;

export class DelimitedReader {
  readonly #grammar: RowGrammar;
  #pending: Buffer = Buffer.alloc(0);
  #origins: Origin[] = [];
  #row: number;
  #line: number;

  constructor(
    dialect: Dialect,
    private readonly emit: (batch: RowBatch) => void,
    start: { row?: number; line?: number } = {},
  ) {
    this.#grammar = new RowGrammar(dialect);
    this.#row = start.row ?? 1;
    this.#line = start.line ?? 1;
  }

  /** The start of the next row. */
  get position(): { row: number; line: number } {
    return { row: this.#row, line: this.#line };
  }

  /** Takes the next bytes of UTF-8 text, which start at source byte `source`. */
  write(bytes: Buffer, source: number, width: Width): void {
    this.#origins.push({ at: this.#pending.length, source, width });
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (this.#pending.length >= BATCH_BYTES) this.#parse(false);
  }

  /** Emits the complete rows. */
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
    // A copy: its chunk may be reused or large.
    this.#pending = Buffer.from(this.#pending.subarray(from));
  }

  #originsFrom(from: number): Origin[] {
    return originsFrom(this.#origins, from, (a, b) => this.#pending.subarray(a, b));
  }

  /** Parses complete rows from `from` on, at most one batch. */
  #batch(from: number, last: boolean): { rows: RowBatch; end: number } | undefined {
    const bytes = this.#pending;
    const grammar = this.#grammar;
    const limit = Math.min(bytes.length, from + BATCH_BYTES);
    const rowCells: number[] = [0];
    const rowStarts: number[] = [0];
    const rowLines: number[] = [];
    let at = from;
    let line = this.#line;
    grammar.clear();
    while (at < limit && grammar.read(bytes, at, from, last)) {
      rowLines.push(line);
      line += grammar.lines;
      at = grammar.end;
      rowCells.push(grammar.count / 2);
      rowStarts.push(at - from);
    }
    if (at === from) return undefined;
    const rows: RowBatch = {
      bytes: bytes.subarray(from, at),
      cells: grammar.cells.slice(0, grammar.count),
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
}
