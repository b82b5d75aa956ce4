/**
 * Cuts huge JSON lines into ranges that together read as one pass would. Cuts are between two records; each range has
 * the columns so far, and the start of the table whose first rows show what its columns hold. Reads the content once.
 */
import type { Content } from '../../core/content.js';
import type { ItemRange } from '../../core/range.js';
import { decodeMixed, textChunks } from '../bytes/utf8.js';
import { PRIME_ROWS, PrimeWriter, RowlessWriter } from '../text/range-writers.js';
import { type LineReader, stateRanges } from '../text/text-ranges.js';
import { JsonLexer } from './json-lexer.js';
import { JsonReader } from './json-reader.js';
import { JsonSkeletons } from './json-skeleton.js';
import type { RecordTable, TableBegun, TableState } from './record-table.js';

/** `from`: the offset of the record that opened the table. */
type RangeState = TableState & { readonly from: number };

/** `readsAll`: no record is skipped by its skeleton; the ranges are the same. */
export function jsonRanges(
  content: Content,
  { rangeBytes, readsAll = false }: { rangeBytes: number; readsAll?: boolean },
): AsyncGenerator<ItemRange> {
  return stateRanges(content, rangeBytes, new JsonLines(readsAll));
}

/** The number and length of remembered skeletons; records with others are parsed. */
const MAX_KNOWN = 4096;
const MAX_SKELETON_CHARS = 4096;

class JsonLines implements LineReader {
  readonly #writer = new RowlessWriter();
  readonly #reader = new JsonReader(this.#writer, true);
  readonly #lexer = new JsonLexer(this.#reader, true);
  readonly #skeletons = new JsonSkeletons();
  /** Skeletons of records that became a row of the open table without adding a field. */
  readonly #known = new Set<string>();
  #end = 0;
  #tables = 0;
  #from = 0;

  constructor(private readonly readsAll: boolean) {}

  line(bytes: Buffer, end: number): void {
    const table = this.readsAll ? undefined : this.#apart;
    const skeleton = table && this.#skeletons.of(bytes);
    if (skeleton !== undefined && this.#known.has(skeleton)) {
      table?.passed();
      this.#end = end;
      return;
    }
    const { rows, tables } = this.#writer;
    this.#read(bytes, end);
    if (skeleton === undefined || skeleton.length > MAX_SKELETON_CHARS || this.#known.size === MAX_KNOWN)
      return;
    const isPlain = rows + 1 === this.#writer.rows && tables === this.#writer.tables && this.#apart === table;
    if (isPlain) this.#known.add(skeleton);
  }

  /** The table of lines, if it holds no unfinished record. */
  get #apart(): RecordTable | undefined {
    return this.#lexer.isIdle ? this.#reader.apart : undefined;
  }

  #read(bytes: Buffer, end: number): void {
    const start = this.#end;
    const text = decodeMixed(bytes);
    this.#lexer.write(start === 0 ? text.replace(/^\ufeff/, '') : text);
    this.#end = end;
    if (this.#writer.tables === this.#tables) return;
    // The first records are held and the table begins with them; any other begins with its own record.
    this.#from = this.#tables === 0 ? 0 : start;
    this.#tables = this.#writer.tables;
  }

  state(): string | undefined {
    const table = this.#apart;
    if (!table || table.openRows < PRIME_ROWS) return undefined;
    const state: RangeState = { ...table.state, from: this.#from };
    return JSON.stringify(state);
  }
}

/** What a range must know of the table that it continues. */
export async function jsonBegun(content: Content, range: ItemRange): Promise<TableBegun | undefined> {
  if (range.state === undefined) return undefined;
  const state = JSON.parse(range.state) as RangeState;
  const writer = new PrimeWriter();
  const lexer = new JsonLexer(new JsonReader(writer, true, { state, primes: [] }), true);
  for await (const text of textChunks(content.open({ start: state.from, end: range.start }), 'utf-8')) {
    lexer.write(text);
    if (writer.isFull) break;
  }
  return { state, primes: writer.primes };
}
