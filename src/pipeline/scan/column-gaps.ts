/**
 * Tables with distant cells (`A1` and `XFD1`): a wide gap is neither filled with empty cells nor examined when the
 * columns are typed, so that the cost depends on the existing cells.
 */
import type { RowBatch } from '../../core/content.js';

/** The last column of Excel (XFD); a cell that claims a higher column is put right after the one before it. */
export const MAX_COLUMNS = 16_384;
/** The longest run of empty cells that is written out: tables of people leave fewer columns empty. */
export const MAX_FILLED_GAP = 64;
/** Empty cells that replace a longer run: no pattern spans so many separators. */
export const GAP_CELLS = 8;

/** The rows of a batch with each cell at the index of its column; gaps are holes. Raw values follow their row. */
export function textRowsOf(batch: RowBatch, maxRows: number): string[][] {
  const rows: string[][] = [];
  for (let r = 0; r + 1 < batch.rowCells.length && r < maxRows; r++) {
    const cells: string[] = [];
    for (let c = batch.rowCells[r] as number; c < (batch.rowCells[r + 1] as number); c++) {
      const column = (batch.columnNumbers?.[c] ?? 0) - 1;
      const at = column > cells.length && column < MAX_COLUMNS ? column : cells.length;
      cells[at] = batch.bytes.toString('utf8', batch.cells[2 * c], batch.cells[2 * c + 1]);
    }
    rows.push(cells);
  }
  return rows;
}

/** Drops the columns that are in a gap of every row. */
export class UsedColumns {
  readonly rows: readonly (readonly string[])[];
  /** Indexes of the remaining columns; undefined if all remain. */
  readonly #used: readonly number[] | undefined;

  constructor(rows: readonly string[][]) {
    const width = rows.reduce((max, row) => Math.max(max, row.length), 0);
    const used = new Set<number>();
    // Visits only existing cells: a row can be 16,384 columns wide and hold two.
    for (const row of rows) for (const column of Object.keys(row)) used.add(Number(column));
    this.#used = used.size === width ? undefined : [...used].sort((a, b) => a - b);
    this.rows = this.#used ? rows.map((row) => this.#dense(row)) : rows;
  }

  #dense(row: readonly string[]): string[] {
    const last = row.length;
    return (this.#used as readonly number[])
      .filter((column) => column < last)
      .map((column) => row[column] ?? '');
  }

  /** Puts values of the remaining columns at the indexes of all columns. */
  spread<T>(list: readonly T[], absent: T): readonly T[] {
    if (!this.#used || list.length === 0) return list;
    const length = (this.#used[list.length - 1] ?? this.#used.at(-1) ?? 0) + 1;
    const out = new Array<T>(Math.max(length, list.length)).fill(absent);
    for (const [i, value] of list.entries()) out[this.#used[i] ?? i] = value;
    return out;
  }
}
