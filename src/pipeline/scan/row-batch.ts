/**
 * Collects single rows (spreadsheets, databases, HTML) into row batches like those of delimited text: cells separated
 * by tabs, rows ended by newlines, raw values in extra cells after their row.
 */
import type { Cell, RowBatch, RowOptions } from '../../core/content.js';
import { GAP_CELLS, MAX_COLUMNS, MAX_FILLED_GAP } from './column-gaps.js';
import type { HiddenCells } from './scan-batch.js';

const BATCH_BYTES = 64 * 1024;
const MAX_CELL_BYTES = 1024 * 1024;

export class BatchBuilder {
  #bytes = Buffer.allocUnsafe(16 * 1024);
  #length = 0;
  #cells: number[] = [];
  #columns: number[] = [];
  #rowCells: number[] = [0];
  #rowStarts: number[] = [0];
  #rowNumbers: number[] = [];
  #hiddenRows = new Map<number, string>();
  #hiddenCells = new Map<number, string>();
  #next = 1;

  constructor(private readonly emit: (batch: RowBatch, hidden: HiddenCells | undefined) => void) {}

  row(cells: readonly (string | Cell)[], options: RowOptions): void {
    const row = this.#rowNumbers.length;
    if (options.hidden !== undefined) this.#hiddenRows.set(row, options.hidden);
    const number = options.row ?? this.#next;
    this.#next = number + 1;
    this.#place(cells);
    this.#put('\n');
    this.#rowNumbers.push(number);
    this.#rowCells.push(this.#columns.length);
    this.#rowStarts.push(this.#length);
    if (this.#length >= BATCH_BYTES) this.flush();
  }

  /** Puts cells at their columns, with empty ones in the gaps, so that a column is an index. */
  #place(cells: readonly (string | Cell)[]): void {
    let column = 1;
    const raws: { text: string; column: number; hidden?: string }[] = [];
    for (const given of cells) {
      const cell = typeof given === 'string' ? { text: given } : given;
      const at = cell.column ?? column;
      if (at - column > MAX_FILLED_GAP) this.#gap(column, at);
      else while (column < at && column <= MAX_COLUMNS) this.#cell('', column++);
      if (cell.hidden !== undefined) this.#hiddenCells.set(this.#columns.length, cell.hidden);
      this.#cell(cell.text, at);
      column = Math.max(column, at) + 1;
      if (cell.raw !== undefined && cell.raw !== cell.text)
        raws.push({ text: cell.raw, column: at, hidden: cell.hidden });
    }
    for (const raw of raws) {
      if (raw.hidden !== undefined) this.#hiddenCells.set(this.#columns.length, raw.hidden);
      this.#cell(raw.text, raw.column);
    }
  }

  #gap(column: number, to: number): void {
    for (let i = 0; i < GAP_CELLS && column + i <= MAX_COLUMNS && column + i < to; i++)
      this.#cell('', column + i);
  }

  #cell(text: string, column: number): void {
    const start = this.#length;
    // Line breaks inside a cell must not look like the end of a row.
    this.#put(text);
    this.#cells.push(start, this.#length);
    this.#columns.push(column);
    this.#put('\t');
  }

  #put(text: string): void {
    const clipped = text.length > MAX_CELL_BYTES ? text.slice(0, MAX_CELL_BYTES) : text;
    const needed = clipped.length * 3;
    if (this.#length + needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#length + needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#length += this.#bytes.write(clipped, this.#length);
  }

  flush(): void {
    const rows = this.#rowNumbers.length;
    if (rows === 0) return;
    const batch: RowBatch = {
      bytes: this.#bytes.subarray(0, this.#length),
      cells: Uint32Array.from(this.#cells),
      rowCells: Uint32Array.from(this.#rowCells),
      rowStarts: Uint32Array.from(this.#rowStarts),
      rowLines: new Uint32Array(rows),
      rowNumbers: Uint32Array.from(this.#rowNumbers),
      columnNumbers: Uint32Array.from(this.#columns),
      firstRow: this.#rowNumbers[0] as number,
      origins: [],
    };
    const isHidden = this.#hiddenRows.size + this.#hiddenCells.size > 0;
    const hidden = isHidden ? { rows: this.#hiddenRows, cells: this.#hiddenCells } : undefined;
    this.emit(batch, hidden);
    this.#reset();
  }

  #reset(): void {
    this.#length = 0;
    this.#cells = [];
    this.#columns = [];
    this.#rowCells = [0];
    this.#rowStarts = [0];
    this.#rowNumbers = [];
    this.#hiddenRows = new Map();
    this.#hiddenCells = new Map();
  }
}
