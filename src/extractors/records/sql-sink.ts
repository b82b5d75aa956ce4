/** Writes the rows and texts of a SQL dump: one table or text open at a time, with continuous row numbers per table. */
import type { PartWriter, TableFlow, TextFlow } from '../../core/content.js';

const MAX_COUNTED = 10_000;
const NO_CELLS: readonly string[] = [];

/** The state of a sink whose table is open and continues. */
export type SqlSinkState = {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly row: number;
  readonly counts: readonly (readonly [string, number])[];
};

/** A table begun by an earlier range, and its first rows, which show what its columns hold. */
export type SqlBegun = { readonly state: SqlSinkState; readonly primes: readonly (readonly string[])[] };

export class SqlSink {
  #table: TableFlow | undefined;
  #tableKey = '';
  #text: TextFlow | undefined;
  /** Rows so far by table, so that the numbers continue when a table is reopened. */
  readonly #counts: Map<string, number>;
  /** Set until the first row of a table begun by an earlier range. */
  #begun: SqlBegun | undefined;
  #name = '';
  #columns: readonly string[] | undefined;
  #row = 0;
  /** Comments between the rows of one statement: written when its table ends. */
  #asides = '';

  constructor(
    private readonly out: PartWriter,
    begun?: SqlBegun,
  ) {
    this.#begun = begun;
    this.#counts = new Map(begun?.state.counts);
    if (!begun) return;
    const { name, columns, row } = begun.state;
    [this.#name, this.#columns, this.#row, this.#tableKey] = [name, columns, row, keyOf(name, columns)];
  }

  /** Undefined without an open table, or if comments wait for its end. */
  get state(): SqlSinkState | undefined {
    if (!this.#isOpen || this.#asides !== '') return undefined;
    return { name: this.#name, columns: this.#columns, row: this.#row, counts: [...this.#counts] };
  }

  get #isOpen(): boolean {
    return this.#table !== undefined || this.#begun !== undefined;
  }

  open(name: string, columns: readonly string[] | undefined): void {
    const key = keyOf(name, columns);
    if (this.#isOpen && key === this.#tableKey) return;
    this.#endTable();
    this.#name = name;
    this.#columns = columns;
    this.#tableKey = key;
    this.#row = this.#counts.get(name) ?? 0;
  }

  row(cells: readonly string[]): void {
    if (!this.#table) {
      this.#endText();
      const continues = this.#begun && { continues: true as const };
      this.#table = this.out.table({ name: this.#name, columns: this.#columns, ...continues });
      for (const cells of this.#begun?.primes ?? []) this.#table.row(cells, { primes: true });
      this.#begun = undefined;
    }
    this.#row += 1;
    this.#table.row(cells, { row: this.#row });
  }

  /** Counts rows without parsing them; their table must be open. */
  passed(rows: number): void {
    for (let i = 0; i < rows; i++) {
      this.#row += 1;
      this.#table?.row(NO_CELLS, { row: this.#row });
    }
  }

  /** True if `passed` may be called: a row was written that opened the table. */
  get hasOpened(): boolean {
    return this.#table !== undefined;
  }

  /** Text between rows of a table that continues. */
  aside(text: string): void {
    this.#asides += `${text}\n`;
    if (this.#asides.length > 1 << 20) this.#endTable();
  }

  /** Blank text alone does not end a table: the next statement can continue it. */
  text(text: string): void {
    if (this.#isOpen && (text.trim() === '' || text === ';')) return;
    this.#endTable();
    this.#text ??= this.out.text();
    this.#text.write(text);
  }

  end(): void {
    this.#endTable();
    this.#endText();
  }

  #endTable(): void {
    if (this.#isOpen) {
      this.#table?.end();
      this.#begun = undefined;
      if (this.#counts.size < MAX_COUNTED) this.#counts.set(this.#name, this.#row);
    }
    this.#table = undefined;
    if (this.#asides === '') return;
    this.#text ??= this.out.text();
    this.#text.write(this.#asides);
    this.#asides = '';
  }

  #endText(): void {
    this.#text?.end();
    this.#text = undefined;
  }
}

function keyOf(name: string, columns: readonly string[] | undefined): string {
  return [name, ...(columns ?? [])].join('\0');
}
