/** Where a SQL dump's rows and texts go: one table or text open at a time, rows of a table counted on. */
import type { PartWriter, TableFlow, TextFlow } from '../core/content.js';

const MAX_COUNTED = 10_000;

export class SqlSink {
  #table: TableFlow | undefined;
  #tableKey = '';
  #text: TextFlow | undefined;
  /** Rows so far by table, so that the numbers go on when a table is opened again. */
  readonly #counts = new Map<string, number>();
  #name = '';
  #columns: readonly string[] | undefined;
  #row = 0;
  /** Comments between the rows of one statement: written when its table ends. */
  #asides = '';

  constructor(private readonly out: PartWriter) {}

  open(name: string, columns: readonly string[] | undefined): void {
    const key = [name, ...(columns ?? [])].join('\0');
    if (this.#table && key === this.#tableKey) return;
    this.#endTable();
    this.#name = name;
    this.#columns = columns;
    this.#tableKey = key;
    this.#row = this.#counts.get(name) ?? 0;
  }

  row(cells: readonly string[]): void {
    if (!this.#table) {
      this.#endText();
      this.#table = this.out.table({ name: this.#name, columns: this.#columns });
    }
    this.#row += 1;
    this.#table.row(cells, { row: this.#row });
  }

  /** Text between rows of a table that goes on. */
  aside(text: string): void {
    this.#asides += `${text}\n`;
    if (this.#asides.length > 1 << 20) this.#endTable();
  }

  /** Blank text alone does not end a table: the next statement may go on with it. */
  text(text: string): void {
    if (this.#table && (text.trim() === '' || text === ';')) return;
    this.#endTable();
    this.#text ??= this.out.text();
    this.#text.write(text);
  }

  end(): void {
    this.#endTable();
    this.#endText();
  }

  #endTable(): void {
    if (this.#table) {
      this.#table.end();
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
