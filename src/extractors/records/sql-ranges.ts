/**
 * Cuts huge SQL dumps into ranges that together read as one pass would. Cuts are between two lines among the rows of
 * a table; each range has the tables so far, and the start of the statement whose first rows show what its columns
 * hold. Reads the content once.
 */
import type { Content } from '../../core/content.js';
import type { ItemRange } from '../../core/range.js';
import { decodeMixed, textChunks } from '../bytes/utf8.js';
import { PRIME_ROWS, PrimeWriter, RowlessWriter } from '../text/range-writers.js';
import { type LineReader, stateRanges } from '../text/text-ranges.js';
import type { SqlDialect } from './sql-lexer.js';
import { SqlReader, type SqlStart, type SqlState } from './sql-reader.js';

/** `from`: an offset before the table's first statement at which one can begin. */
type RangeState = SqlState & { readonly from: number };

/** Every range stores the state: dumps with more tables than fit into this are not cut. */
const MAX_STATE_CHARS = 256 * 1024;

/** `readsAll`: no row is skipped by its shape; the ranges are the same. */
export function sqlRanges(
  content: Content,
  dialect: SqlDialect,
  { rangeBytes, readsAll = false }: { rangeBytes: number; readsAll?: boolean },
): AsyncGenerator<ItemRange> {
  return stateRanges(content, rangeBytes, new SqlLines(dialect, readsAll));
}

class SqlLines implements LineReader {
  readonly #writer = new RowlessWriter();
  readonly #reader: SqlReader;
  #end = 0;
  #tables = 0;
  #isApart = false;
  /** The last line end at which a statement could begin, and the one before the open table. */
  #border = 0;
  #from = 0;

  constructor(dialect: SqlDialect, readsAll: boolean) {
    this.#reader = new SqlReader(this.#writer, dialect, undefined, !readsAll);
  }

  line(bytes: Buffer, end: number, isWhole: boolean): void {
    if (this.#isApart && isWhole && this.#reader.passLine(bytes.toString('latin1'))) this.#end = end;
    else this.#read(bytes, end, isWhole);
    if (this.#isApart && this.#reader.isBetweenStatements) this.#border = end;
  }

  #read(bytes: Buffer, end: number, isWhole: boolean): void {
    const text = decodeMixed(bytes);
    this.#reader.write(this.#end === 0 ? text.replace(/^\ufeff/, '') : text);
    this.#end = end;
    this.#isApart = isWhole && this.#reader.endLine();
    if (this.#writer.tables !== this.#tables) {
      this.#from = this.#border;
      this.#tables = this.#writer.tables;
    }
  }

  state(): string | undefined {
    const state = this.#isApart && this.#writer.rows >= PRIME_ROWS ? this.#reader.resumable : undefined;
    const text = state && JSON.stringify({ ...state, from: this.#from } satisfies RangeState);
    return text !== undefined && text.length <= MAX_STATE_CHARS ? text : undefined;
  }
}

/** What a range must know of the text before it. */
export async function sqlStart(
  content: Content,
  dialect: SqlDialect,
  range: ItemRange,
): Promise<SqlStart | undefined> {
  if (range.state === undefined) return undefined;
  const state = JSON.parse(range.state) as RangeState;
  const writer = new PrimeWriter(({ name }) => name === state.sink.name);
  const first: SqlState = { ...state, state: 'start', isLineStart: true };
  const reader = new SqlReader(writer, dialect, { state: { ...first, sink: NO_TABLE }, primes: [] });
  for await (const text of textChunks(content.open({ start: state.from, end: range.start }), 'utf-8')) {
    reader.write(text);
    if (writer.isFull) break;
  }
  return { state, primes: writer.primes };
}

const NO_TABLE = { name: '', row: 0, counts: [] };
