/**
 * Turns records of named fields into a table: the columns are those of the first records, which are held until the
 * columns are known. A new field reopens the table with one more column; beyond a limit such fields share one last
 * column. A record that is too large is passed on in pieces.
 */
import type { PartWriter, TableFlow } from '../../core/content.js';

const HELD_RECORDS = 100;
const HELD_CHARS = 256 * 1024;
const MAX_COLUMNS = 4096;
/** The number of times that new fields can widen the table. */
const MAX_WIDENINGS = 50;
const MAX_RECORD_CHARS = 1 << 20;
/** Separates values of one field: the elements of an array. */
const SEPARATOR = '\n';

type Fields = Map<string, string>;

const NO_CELLS: readonly string[] = [];

/** The state from which another reader of the same records can continue. */
export type TableState = {
  readonly columns: readonly string[];
  readonly widenings: number;
  /** Records so far. */
  readonly rows: number;
};

/** A table begun by an earlier range, and its first rows, which show what its columns hold. */
export type TableBegun = { readonly state: TableState; readonly primes: readonly (readonly string[])[] };

export class RecordTable {
  readonly #columns = new Map<string, number>();
  #held: Fields[] | undefined = [];
  #heldChars = 0;
  #table: TableFlow | undefined;
  #fields: Fields = new Map();
  #chars = 0;
  #rows = 0;
  #widenings = 0;
  #tableRows = 0;
  #primes: TableBegun['primes'] | undefined;

  constructor(
    private readonly out: PartWriter,
    private readonly name?: string,
    begun?: TableBegun,
  ) {
    if (!begun) return;
    this.#held = undefined;
    this.#primes = begun.primes;
    const { columns, rows, widenings } = begun.state;
    for (const column of columns) this.#columns.set(column, this.#columns.size);
    [this.#rows, this.#widenings] = [rows, widenings];
  }

  /** Rows of the open table; 0 without one, or inside a record. */
  get openRows(): number {
    return this.#fields.size === 0 && this.#table ? this.#tableRows : 0;
  }

  get state(): TableState {
    return { columns: [...this.#columns.keys()], widenings: this.#widenings, rows: this.#rows };
  }

  /** Adds a value to the current record. Values of one field are joined. */
  add(field: string, value: string): void {
    const known = this.#fields.get(field);
    this.#fields.set(field, known === undefined ? value : `${known}${SEPARATOR}${value}`);
    this.#chars += value.length + field.length;
    if (this.#chars > MAX_RECORD_CHARS || this.#fields.size >= MAX_COLUMNS) this.endRecord();
  }

  endRecord(): void {
    const fields = this.#fields;
    if (fields.size === 0) return;
    this.#fields = new Map();
    if (this.#held) this.#hold(fields);
    else this.#write(fields);
    this.#chars = 0;
  }

  /** Counts a record as a row without its cells, if all its fields are columns. */
  passed(): void {
    this.#rows += 1;
    this.#tableRows += 1;
    this.#table?.row(NO_CELLS, { row: this.#rows });
  }

  #hold(fields: Fields): void {
    this.#held?.push(fields);
    this.#heldChars += this.#chars;
    if ((this.#held?.length ?? 0) >= HELD_RECORDS || this.#heldChars > HELD_CHARS) this.#release();
  }

  /** The columns are known: writes the held records. */
  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fields of held) this.#learn(fields);
    for (const fields of held) this.#write(fields);
  }

  /** True if the record had fields that are now new columns. */
  #learn(fields: Fields): boolean {
    const before = this.#columns.size;
    for (const field of fields.keys()) {
      if (this.#columns.size < MAX_COLUMNS && !this.#columns.has(field))
        this.#columns.set(field, this.#columns.size);
    }
    return this.#columns.size > before;
  }

  #write(fields: Fields): void {
    const isOpen = this.#table !== undefined || this.#primes !== undefined;
    if (this.#widenings < MAX_WIDENINGS && this.#learn(fields) && isOpen) {
      this.#widenings += 1;
      this.#table?.end();
      this.#table = undefined;
      this.#primes = undefined;
    }
    if (!this.#table) this.#open();
    const cells: string[] = new Array(this.#columns.size).fill('');
    const others: string[] = [];
    for (const [field, value] of fields) {
      const column = this.#columns.get(field);
      if (column === undefined) others.push(`${field}: ${value}`);
      else cells[column] = value;
    }
    if (others.length > 0) cells.push(others.join(SEPARATOR));
    this.#rows += 1;
    this.#tableRows += 1;
    this.#table?.row(cells, { row: this.#rows });
  }

  #open(): void {
    const columns = [...this.#columns.keys()];
    const continues = this.#primes && { continues: true as const };
    this.#table = this.out.table({ name: this.name, columns, ...continues });
    this.#tableRows = 0;
    for (const cells of this.#primes ?? []) this.#table.row(cells, { primes: true });
    this.#primes = undefined;
  }

  end(): void {
    this.endRecord();
    if (this.#held) this.#release();
    this.#table?.end();
    this.#table = undefined;
  }
}

/** A run of text that is opened on the first write. */
export class LazyText {
  #flow: ReturnType<PartWriter['text']> | undefined;

  get isOpen(): boolean {
    return this.#flow !== undefined;
  }

  constructor(private readonly out: PartWriter) {}

  write(text: string): void {
    this.#flow ??= this.out.text();
    this.#flow.write(text);
  }

  end(): void {
    this.#flow?.end();
    this.#flow = undefined;
  }
}
