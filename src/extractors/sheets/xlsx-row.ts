/**
 * Collects the cells of one sheet into the rows of a table flow: keeps row numbers exact, writes one empty row for
 * missing rows, flags hidden rows and columns, and limits the size of a row and a cell.
 */
import type { Cell, PartWriter, TableFlow, TableOptions } from '../../core/content.js';
import { MAX_COLUMNS } from './xlsx-cell-ref.js';

/** A row with more text is passed on in pieces. */
const MAX_ROW_CHARS = 4 << 20;

export class RowGatherer {
  /** 1-based number of the current row. */
  row = 0;
  /** 1-based column of the last cell. */
  column = 0;
  readonly #hiddenColumns: [first: number, last: number][] = [];
  #table: TableFlow | undefined;
  #cells: Cell[] = [];
  #chars = 0;
  #hidden: string | undefined;
  #passed = 0;
  #lastIsEmpty = true;

  constructor(
    private readonly out: PartWriter,
    private readonly options: TableOptions,
  ) {}

  hideColumns(first: number, last: number): void {
    if (this.#hiddenColumns.length < MAX_COLUMNS) this.#hiddenColumns.push([first, last]);
  }

  startRow(number: number, isHidden: boolean): void {
    this.endRow();
    this.row = number > 0 ? number : this.row + 1;
    this.column = 0;
    this.#hidden = isHidden ? 'hidden-row' : undefined;
  }

  /** Adds a cell. `hidden` is a hiding of the cell itself; that of its row or column takes precedence. */
  add(column: number, text: string, more: { raw?: string; hidden?: string } = {}): void {
    this.column = column > 0 ? column : this.column + 1;
    if (text === '' && !more.raw) return;
    const hidden = this.#isHiddenColumn(this.column) ? 'hidden-column' : more.hidden;
    this.#cells.push({ text, raw: more.raw, column: this.column, hidden });
    this.#chars += text.length;
    if (this.#chars > MAX_ROW_CHARS || this.#cells.length > MAX_COLUMNS) this.#pass();
  }

  endRow(): void {
    if (this.#cells.length > 0) this.#pass();
  }

  end(): void {
    this.endRow();
    this.#table?.end();
    this.#table = undefined;
  }

  #pass(): void {
    this.#table ??= this.out.table(this.options);
    // One empty row replaces any number of blank ones; the next row's own number shows how many.
    if (this.row > this.#passed + 1 && !this.#lastIsEmpty) this.#table.row([], { row: this.#passed + 1 });
    this.#table.row(this.#cells, { row: this.row, hidden: this.#hidden });
    this.#passed = this.row;
    this.#lastIsEmpty = false;
    this.#cells = [];
    this.#chars = 0;
  }

  #isHiddenColumn(column: number): boolean {
    for (const [first, last] of this.#hiddenColumns) if (column >= first && column <= last) return true;
    return false;
  }
}
