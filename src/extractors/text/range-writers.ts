/**
 * Two part writers that scan nothing: one that only counts, for a reader that looks for places to cut, and one that
 * keeps the first rows of a table, from which a later range learns what its columns hold.
 */
import type { Cell, PartWriter, TableFlow, TableOptions, TextFlow } from '../../core/content.js';

/** The scan types columns by at most this many rows or bytes (pipeline/scan/scan-table.ts). */
export const PRIME_ROWS = 120;
const PRIME_CHARS = 512 * 1024;

const NO_TEXT: TextFlow = { write() {}, sync() {}, end() {} };

/** Counts tables and their rows. */
export class RowlessWriter implements PartWriter {
  tables = 0;
  rows = 0;

  text(): TextFlow {
    return NO_TEXT;
  }

  table(_options?: TableOptions): TableFlow {
    this.tables += 1;
    this.rows = 0;
    const row = () => {
      this.rows += 1;
    };
    return { row, rows() {}, prime() {}, end() {} };
  }

  async member(): Promise<void> {}
  partial(): void {}
  skip(): void {}
  async ready(): Promise<void> {}
}

/** Keeps the first rows of the first table that `wanted` accepts. */
export class PrimeWriter extends RowlessWriter {
  readonly #rows: string[][] = [];
  #chars = 0;

  constructor(private readonly wanted: (options: TableOptions) => boolean = () => true) {
    super();
  }

  get isFull(): boolean {
    return this.#rows.length >= PRIME_ROWS || this.#chars >= PRIME_CHARS;
  }

  get primes(): readonly (readonly string[])[] {
    return this.#rows;
  }

  override table(options: TableOptions = {}): TableFlow {
    const keep = (cells: readonly (string | Cell)[]) => {
      if (this.isFull || !this.wanted(options)) return;
      const texts = cells.map((cell) => (typeof cell === 'string' ? cell : cell.text));
      this.#rows.push(texts);
      this.#chars += texts.reduce((sum, text) => sum + text.length, 0);
    };
    return { ...super.table(options), row: keep };
  }
}
