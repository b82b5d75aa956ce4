/** Table and column names in SQL: remembers those of CREATE TABLE, and reads those of INSERT and COPY. */
import type { SqlToken } from './sql-lexer.js';

const MAX_TABLES = 10_000;
const MAX_COLUMNS = 4096;

/** First words of parts of a CREATE TABLE that are no column. */
const NOT_COLUMNS =
  /^(PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FOREIGN|CHECK|FULLTEXT|SPATIAL|LIKE|PERIOD|EXCLUDE)$/i;

export type SqlTarget = { readonly name: string; readonly columns?: readonly string[] };

/** Columns of the tables created so far. */
export type SqlSchemaState = readonly (readonly [string, readonly string[]])[];

export class SqlSchema {
  readonly #known: Map<string, readonly string[]>;
  #tokens = 0;
  #isCreate = false;
  #name: SqlToken[] = [];
  #depth = 0;
  #expectsColumn = false;
  #columns: string[] = [];

  constructor(known: SqlSchemaState = []) {
    this.#known = new Map(known);
  }

  get state(): SqlSchemaState {
    return [...this.#known];
  }

  start(): void {
    this.#tokens = 0;
    this.#isCreate = false;
    this.#name = [];
    this.#depth = 0;
    this.#columns = [];
  }

  /** Watches a statement for CREATE TABLE name (column type, ...). */
  add(token: SqlToken): void {
    if (token.kind === 'space' || token.kind === 'comment') return;
    this.#tokens += 1;
    if (this.#tokens === 1) this.#isCreate = /^CREATE$/i.test(token.value);
    if (!this.#isCreate) return;
    if (token.raw === '(') {
      this.#depth += 1;
      this.#expectsColumn = this.#depth === 1;
    } else if (token.raw === ')') this.#depth -= 1;
    else if (this.#depth === 0) {
      if (this.#name.length < 16 && this.#columns.length === 0) this.#name.push(token);
    } else if (this.#depth === 1 && token.raw === ',') this.#expectsColumn = true;
    else if (this.#expectsColumn) this.#column(token);
  }

  #column(token: SqlToken): void {
    this.#expectsColumn = false;
    if (token.kind === 'word' && NOT_COLUMNS.test(token.value)) return;
    if (this.#columns.length < MAX_COLUMNS) this.#columns.push(token.value);
  }

  end(): void {
    if (!this.#isCreate || this.#columns.length === 0) return;
    const at = this.#name.findIndex((token) => /^TABLE$/i.test(token.value));
    const words = this.#name
      .slice(at + 1)
      .filter((t) => !(t.kind === 'word' && /^(IF|NOT|EXISTS)$/i.test(t.value)));
    if (at < 0 || this.#known.size >= MAX_TABLES) return;
    this.#known.set(lastName(words), this.#columns);
  }

  /** The names in the head of an INSERT or COPY: the tokens after its first word, up to VALUES or FROM. */
  target(tokens: readonly SqlToken[]): SqlTarget {
    const open = tokens.findIndex((token) => token.raw === '(');
    const before = open < 0 ? tokens : tokens.slice(0, open);
    const name = lastName(before.filter((token) => !(token.kind === 'word' && NOT_NAMES.test(token.value))));
    if (open < 0) return { name, columns: this.#known.get(name) };
    const close = tokens.findIndex((token, index) => index > open && token.raw === ')');
    const inside = tokens.slice(open + 1, close < 0 ? undefined : close);
    const columns = inside.filter((token) => token.kind !== 'punctuation').map((token) => token.value);
    return { name, columns: columns.slice(0, MAX_COLUMNS).map((column) => column.replace(/.*\./, '')) };
  }
}

const NOT_NAMES =
  /^(INTO|IGNORE|LOW_PRIORITY|DELAYED|HIGH_PRIORITY|OVERWRITE|TABLE|OR|REPLACE|ABORT|FAIL|ROLLBACK|VALUES?|FROM|STDIN|ONLY|PARTITION)$/i;

/** `db.schema.table`, quoted or not: its last part. */
function lastName(tokens: readonly SqlToken[]): string {
  const last = tokens.filter((token) => token.kind !== 'punctuation').at(-1);
  if (!last) return '';
  return last.kind === 'word' ? last.value.replace(/.*\./, '') : last.value;
}
