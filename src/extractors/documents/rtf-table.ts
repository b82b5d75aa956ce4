/**
 * Finds the tables of RTF, which has no table element: paragraphs flagged as in a row, ends of cells, ends of rows.
 * Opens and closes tables of a DocumentText accordingly.
 */
import type { DocumentText } from '../office/document-text.js';

export class RtfTable {
  /** True if the current paragraph is flagged as in a row. */
  isInside = false;
  #isOpen = false;
  #hasRow = false;

  constructor(private readonly target: DocumentText) {}

  /** Call before text of the main flow. */
  place(): void {
    if (this.isInside) this.#enter();
    else this.leave();
  }

  endCell(): void {
    this.#enter();
    this.target.closeCell();
    this.target.openCell();
  }

  endRow(): void {
    this.#enter();
    this.target.closeRow();
    this.#hasRow = false;
  }

  leave(): void {
    if (this.#isOpen) this.target.closeTable();
    this.#isOpen = false;
    this.#hasRow = false;
  }

  #enter(): void {
    if (!this.#isOpen) this.target.openTable();
    this.#isOpen = true;
    if (this.#hasRow) return;
    this.target.openRow();
    this.target.openCell();
    this.#hasRow = true;
  }
}
