/**
 * Turns the tags of HTML tables into table rows. A table with one cell per row is layout and becomes text, as does
 * one that contains another table before any row of two cells: the innermost tables are the data. Holds one row, and
 * title rows until the first row of two cells.
 */
import type { Cell, Place, TableFlow, TableOptions } from '../../core/content.js';
import { CollapsedText } from './html-space.js';

/** One-celled rows held until they prove to be titles or layout. */
const MAX_HELD_ROWS = 20;
/** A row that exceeds this is pushed, and continues as a new row. */
const MAX_ROW_CHARS = 1024 * 1024;

type OpenCell = { text: CollapsedText; column: number; hidden?: string; isHead: boolean };
type Row = { cells: Cell[]; chars: number; hidden?: string; allHead: boolean };

export class HtmlTable {
  #decided: 'no' | 'table' | 'layout' = 'no';
  #flow: TableFlow | undefined;
  #held: Row[] = [];
  #row: Row | undefined;
  #cell: OpenCell | undefined;
  #nextColumn = 1;
  /** Rows that cells from above still span, by column. */
  #spans: number[] = [];
  #columns: readonly string[] | undefined;

  constructor(
    private readonly place: Place,
    private readonly openFlow: (options: TableOptions) => TableFlow,
    /** Receives the text of layout tables. */
    private readonly asText: (text: string) => void,
  ) {}

  openRow(hidden?: string): void {
    this.closeRow();
    this.#row = { cells: [], chars: 0, hidden, allHead: true };
    this.#nextColumn = 1;
  }

  openCell(isHead: boolean, facts: { colspan: number; rowspan: number; hidden?: string }): void {
    this.closeCell();
    if (!this.#row) this.openRow();
    while ((this.#spans[this.#nextColumn] ?? 0) > 0) this.#skipSpanned();
    this.#cell = { text: new CollapsedText(), column: this.#nextColumn, hidden: facts.hidden, isHead };
    for (let i = 0; i < facts.colspan; i++) {
      if (facts.rowspan > 1 || this.#spans.length > 0) this.#spans[this.#nextColumn] = facts.rowspan - 1;
      this.#nextColumn += 1;
    }
  }

  #skipSpanned(): void {
    this.#spans[this.#nextColumn] = (this.#spans[this.#nextColumn] as number) - 1;
    this.#nextColumn += 1;
  }

  /** Text inside the table; outside any cell (a caption) it becomes a row. */
  text(text: string, isPreformatted: boolean): void {
    if (!this.#cell) {
      if (text.trim() === '') return;
      this.openCell(false, { colspan: 1, rowspan: 1 });
    }
    const { text: cell } = this.#cell as OpenCell;
    cell.append(text, isPreformatted);
    if (cell.length > MAX_ROW_CHARS) this.#split();
  }

  lineBreak(): void {
    this.#cell?.text.lineBreak();
  }

  #split(): void {
    const { column, isHead, hidden } = this.#cell as OpenCell;
    this.closeRow();
    this.#row = { cells: [], chars: 0, hidden, allHead: false };
    this.#cell = { text: new CollapsedText(), column, hidden, isHead };
  }

  closeCell(): void {
    const cell = this.#cell;
    const row = this.#row;
    this.#cell = undefined;
    if (!cell || !row) return;
    const text = cell.text.take().trim();
    if (!cell.isHead) row.allHead = false;
    if (text === '') return;
    row.cells.push({ text, column: cell.column, hidden: cell.hidden });
    row.chars += text.length;
    if (row.chars > MAX_ROW_CHARS) this.#emit({ ...row, cells: row.cells.splice(0) });
    if (row.cells.length === 0) row.chars = 0;
  }

  closeRow(): void {
    this.closeCell();
    const row = this.#row;
    if (!row) return;
    this.#row = undefined;
    // Cells from above that are right of this row's last cell.
    while (this.#nextColumn < this.#spans.length) {
      if ((this.#spans[this.#nextColumn] ?? 0) > 0) this.#skipSpanned();
      else this.#nextColumn += 1;
    }
    this.#nextColumn = 1;
    if (row.cells.length > 0) this.#decide(row);
  }

  #decide(row: Row): void {
    if (this.#decided !== 'no') {
      this.#emit(row);
      return;
    }
    this.#held.push(row);
    if (row.cells.length > 1) this.#settle('table');
    else if (this.#held.length > MAX_HELD_ROWS) this.#settle('layout');
  }

  #settle(as: 'table' | 'layout'): void {
    this.#decided = as;
    for (const held of this.#held.splice(0)) this.#emit(held);
  }

  #emit(row: Row): void {
    if (this.#decided === 'layout') {
      this.asText(`\n${row.cells.map((cell) => cell.text).join('\t')}\n`);
      return;
    }
    this.#flow ??= this.openFlow(this.#columns ? { ...this.place, columns: this.#columns } : this.place);
    this.#flow.row(row.cells, row.hidden ? { hidden: row.hidden } : undefined);
    if (row.allHead && row.cells.length > 1) this.#columns = columnNames(row.cells);
  }

  /** A table begins inside this one: ends what is open, since flows do not overlap. */
  interrupt(): void {
    const row = this.#row;
    const cell = this.#cell;
    this.closeCell();
    if (this.#decided === 'no') this.#settle('layout');
    if (row && row.cells.length > 0) this.#emit({ ...row, cells: row.cells.splice(0) });
    this.#endFlow();
    if (cell) this.#cell = { ...cell, text: new CollapsedText() };
  }

  end(): void {
    this.closeRow();
    if (this.#decided === 'no') this.#settle('layout');
    this.#endFlow();
  }

  #endFlow(): void {
    this.#flow?.end();
    this.#flow = undefined;
  }
}

function columnNames(cells: readonly Cell[]): string[] {
  const names: string[] = [];
  for (const cell of cells) names[(cell.column ?? 1) - 1] = cell.text.slice(0, 200);
  return Array.from(names, (name) => name ?? '');
}
