/**
 * Reads the statements of a SQL dump: an automaton over tokens that separates rows from everything else. Opens a
 * table at its first row, one table at a time. Limits a statement's head, a row and the remembered names. Written
 * here because SQL parsers hold a whole statement, and one INSERT can be gigabytes. Over 250 lines: the states belong
 * together.
 */
import { isAscii } from 'node:buffer';
import type { PartWriter } from '../../core/content.js';
import { type SqlDialect, SqlLexer, type SqlToken } from './sql-lexer.js';
import { SqlRow, splitCopyLine } from './sql-row.js';
import { SqlSchema, type SqlSchemaState } from './sql-schema.js';
import { type SqlBegun, SqlSink, type SqlSinkState } from './sql-sink.js';

const MAX_HEAD_CHARS = 256 * 1024;

type State = 'start' | 'head' | 'between' | 'row' | 'other' | 'copy';

/** The state from which another reader can continue: between two lines, in a table with more rows. */
export type SqlState = {
  readonly state: 'start' | 'between' | 'copy';
  readonly isLineStart: boolean;
  readonly schema: SqlSchemaState;
  readonly sink: SqlSinkState;
};

export type SqlStart = { readonly state: SqlState; readonly primes: SqlBegun['primes'] };

export class SqlReader {
  readonly #lexer: SqlLexer;
  readonly #sink: SqlSink;
  readonly #schema: SqlSchema;
  readonly #row = new SqlRow();
  #state: State = 'start';
  /** The statement so far, as written, until it proves to have rows. */
  #head = '';
  #headTokens: SqlToken[] = [];
  /** The statement that opened the table, as written up to VALUES. */
  #lastHead = '';
  #isLineStart = true;

  /** @param countsRows Rows are counted and not parsed if that suffices. */
  constructor(
    out: PartWriter,
    dialect: SqlDialect,
    from?: SqlStart,
    private readonly countsRows = false,
  ) {
    this.#lexer = new SqlLexer(dialect);
    this.#schema = new SqlSchema(from?.state.schema);
    this.#sink = new SqlSink(out, from && { state: from.state.sink, primes: from.primes });
    if (!from) return;
    this.#state = from.state.state;
    this.#isLineStart = from.state.isLineStart;
  }

  /**
   * Counts the row of a line (its bytes, one character each) without parsing it, if the line is just a row and a
   * comma, or the last statement again with another row. Only after endLine(); false if the line must be written.
   */
  passLine(line: string): boolean {
    if (!this.countsRows || !this.#sink.hasOpened) return false;
    const isStatement = this.#state === 'start' && this.#lastHead !== '' && line.startsWith(this.#lastHead);
    if (!isStatement && this.#state !== 'between') return false;
    if (!this.#lexer.isWholeLine(line, isStatement ? this.#lastHead.length : 0, isStatement ? ';' : ','))
      return false;
    this.#sink.passed(1);
    this.#isLineStart = true;
    return true;
  }

  /** Call at the end of a line: true if nothing of it is held, so that a reader can start at the next byte. */
  endLine(): boolean {
    if (this.#state !== 'copy') {
      while (!this.#lexer.isIdle && this.#lexer.isPlain) this.#next(this.#lexer.force());
    }
    return this.#lexer.isIdle;
  }

  /** True if a statement can begin; only after endLine(). */
  get isBetweenStatements(): boolean {
    return this.#state === 'start';
  }

  /** Only after endLine(); undefined if no other reader could continue. */
  get resumable(): SqlState | undefined {
    const state = this.#state;
    const sink = this.#sink.state;
    if (!sink || (state !== 'start' && state !== 'between' && state !== 'copy')) return undefined;
    return { state, isLineStart: this.#isLineStart, schema: this.#schema.state, sink };
  }

  write(text: string): void {
    this.#lexer.write(text);
    this.#drain();
  }

  end(): void {
    this.#lexer.end();
    this.#drain();
    if (this.#state === 'row') this.#sink.row(this.#row.finish());
    this.#flushHead();
    this.#sink.end();
  }

  #drain(): void {
    for (;;) {
      if (this.#state === 'copy') {
        const line = this.#lexer.line();
        if (line === undefined) return;
        this.#copyLine(line);
      } else {
        if (this.#state === 'between') this.#passRows();
        const token = this.#lexer.next();
        if (!token) return;
        this.#next(token);
      }
    }
  }

  #passRows(): void {
    if (!this.countsRows || !this.#sink.hasOpened) return;
    const rows = this.#lexer.passRows();
    if (rows === 0) return;
    this.#sink.passed(rows);
    this.#isLineStart = false;
  }

  #next(token: SqlToken | undefined): void {
    if (!token) return;
    this.#take(token);
    this.#isLineStart = token.kind === 'space' ? token.raw.includes('\n') : token.kind === 'comment';
  }

  #take(token: SqlToken): void {
    switch (this.#state) {
      case 'start':
        this.#start(token);
        break;
      case 'head':
        this.#inHead(token);
        break;
      case 'between':
        this.#betweenRows(token);
        break;
      case 'row':
        if (this.#row.add(token)) {
          this.#sink.row(this.#row.finish());
          this.#state = 'between';
        }
        break;
      default:
        this.#inOther(token);
    }
  }

  #start(token: SqlToken): void {
    if (token.kind === 'space' || token.kind === 'comment' || token.raw === ';') {
      this.#sink.text(token.raw);
      return;
    }
    if (token.kind === 'word' && /^(INSERT|REPLACE|COPY|UPSERT)$/i.test(token.value)) {
      this.#startHead(token);
      return;
    }
    this.#state = 'other';
    this.#schema.start();
    this.#inOther(token);
  }

  #startHead(token: SqlToken): void {
    this.#state = 'head';
    this.#head = token.raw;
    this.#headTokens = [token];
  }

  /** Up to VALUES or FROM stdin; anything else makes the statement text. */
  #inHead(token: SqlToken): void {
    this.#head += token.raw;
    if (token.kind === 'space' || token.kind === 'comment') return;
    this.#headTokens.push(token);
    const word = token.kind === 'word' ? token.value.toUpperCase() : '';
    if (word === 'VALUES' || word === 'VALUE') this.#openTable('between');
    else if (word === 'STDIN' && /^COPY$/i.test(this.#headTokens[0]?.value ?? '')) this.#endCopyHead();
    else if (token.raw === ';' || word === 'SELECT' || word === 'SET' || this.#head.length > MAX_HEAD_CHARS) {
      this.#flushHead();
      this.#state = token.raw === ';' ? 'start' : 'other';
    }
  }

  #openTable(state: State): void {
    const { name, columns } = this.#schema.target(this.#headTokens.slice(1));
    this.#sink.open(name, columns);
    this.#lastHead = state === 'between' && isAscii(Buffer.from(this.#head)) ? this.#head : '';
    this.#head = '';
    this.#headTokens = [];
    this.#state = state;
  }

  /** The rest of the COPY line holds options; CSV data is not in text format and is left as text. */
  #endCopyHead(): void {
    const rest = this.#lexer.line() ?? '';
    if (/\bcsv\b|\bbinary\b/i.test(rest)) {
      this.#head += `${rest}\n`;
      this.#flushHead();
      this.#state = 'start';
    } else this.#openTable('copy');
  }

  #copyLine(line: string): void {
    if (line === '\\.') this.#state = 'start';
    else if (this.countsRows && this.#sink.hasOpened) this.#sink.passed(1);
    else this.#sink.row(splitCopyLine(line));
  }

  #betweenRows(token: SqlToken): void {
    if (token.raw === '(') {
      this.#row.start();
      this.#state = 'row';
    } else if (token.raw === ';') this.#state = 'start';
    else if (token.kind === 'comment') this.#sink.aside(token.raw);
    else if (token.kind === 'space' || token.raw === ',') return;
    else if (this.#isHeadStart(token)) this.#startHead(token);
    else if (/^GO$/i.test(token.value)) this.#state = 'start';
    else {
      this.#state = 'other';
      this.#schema.start();
      this.#inOther(token);
    }
  }

  /** A statement can begin without a preceding semicolon: on a new line, or INTO in INSERT ALL. */
  #isHeadStart(token: SqlToken): boolean {
    if (token.kind !== 'word') return false;
    return (
      /^(INSERT|REPLACE)$/i.test(token.value) || (this.#state === 'between' && /^INTO$/i.test(token.value))
    );
  }

  #inOther(token: SqlToken): void {
    if (this.#isLineStart && this.#isHeadStart(token)) {
      this.#schema.end();
      this.#startHead(token);
      return;
    }
    this.#sink.text(token.raw);
    this.#schema.add(token);
    if (token.raw !== ';') return;
    this.#schema.end();
    this.#state = 'start';
  }

  #flushHead(): void {
    if (this.#head) this.#sink.text(this.#head);
    this.#head = '';
    this.#headTokens = [];
  }
}
