/**
 * Turns JSON events into tables and text: the objects of an array become records of one table, their nested values
 * under dotted names; arrays in an array become rows without names; everything else is text, one line per value.
 * Limits the depth, and the size of one record. Written here because libraries build values, and the scan needs rows
 * with positions.
 */
import type { PartWriter } from '../../core/content.js';
import type { JsonHandler } from './json-lexer.js';
import { LazyText, RecordTable, type TableBegun } from './record-table.js';

/** Deeper levels are read as if they were at this depth. */
const MAX_DEPTH = 256;
/** Objects of an array inside a record that are still part of it; later ones are records of their own. */
const MAX_NESTED_OBJECTS = 8;
const MAX_KEY_CHARS = 256;

type Frame = {
  readonly isArray: boolean;
  /** The dotted name of this object or array inside its record, or from the root. */
  readonly name: string;
  /** For an object: the key of the next value. */
  key: string;
  /** For an array: its containers so far, and the table of their records. */
  count: number;
  table?: RecordTable;
};

export class JsonReader implements JsonHandler {
  readonly #frames: Frame[];
  readonly #text: LazyText;
  /** Tables whose records are open, innermost last, with the depth of the record. */
  readonly #records: { readonly table: RecordTable; readonly depth: number }[] = [];
  #tooDeep = 0;
  #expectsKey = false;
  #piece = '';
  #keyPieces = '';
  #lastIsWord = false;
  #isLineStart = false;
  #hasNested = false;

  /** @param isLines Whether top-level values are records of one table (JSON lines). */
  constructor(
    private readonly out: PartWriter,
    private readonly isLines: boolean,
    begun?: TableBegun,
  ) {
    this.#text = new LazyText(out);
    const table = begun && new RecordTable(out, undefined, begun);
    this.#frames = [{ isArray: isLines, name: '', key: '', count: 0, ...(table && { table }) }];
  }

  /** The table of lines, if it is the only thing open between two lines and nothing else came so far. */
  get apart(): RecordTable | undefined {
    const isPlain = this.#frames.length === 1 && !this.#text.isOpen && !this.#hasNested && !this.#lastIsWord;
    return isPlain ? this.#frames[0]?.table : undefined;
  }

  /** True if the input ended inside an object or array. */
  get isOpen(): boolean {
    return this.#frames.length > 1;
  }

  punctuation(ch: string): void {
    // In JSON lines a `{` at a line start begins a new value: the one before was broken.
    if (ch === '{' && this.isLines && this.#isLineStart) this.#closeAll();
    this.#isLineStart = false;
    this.#lastIsWord = false;
    if (ch === '{' || ch === '[') this.#open(ch === '[');
    else if (ch === '}' || ch === ']') this.#close();
    else if (ch === ',') this.#expectsKey = !this.#top.isArray && this.#frames.length > 1;
    else this.#expectsKey = false;
  }

  newline(): void {
    this.#isLineStart = true;
  }

  get #top(): Frame {
    return this.#frames.at(-1) as Frame;
  }

  #open(isArray: boolean): void {
    if (this.#frames.length > MAX_DEPTH) {
      this.#tooDeep += 1;
      return;
    }
    const parent = this.#top;
    const startsRecord = parent.isArray && this.#startsRecord(parent);
    const name = startsRecord ? '' : this.#valueName(parent);
    this.#frames.push({ isArray, name, key: '', count: 0 });
    this.#expectsKey = !isArray;
    if (!startsRecord) return;
    if (this.#frames.length > 2) this.#hasNested = true;
    parent.table ??= new RecordTable(this.out, parent.name || undefined);
    this.#records.push({ table: parent.table, depth: this.#frames.length });
  }

  #startsRecord(parent: Frame): boolean {
    parent.count += 1;
    return this.#records.length === 0 || parent.count > MAX_NESTED_OBJECTS;
  }

  /** The dotted name of the next value in `frame`. */
  #valueName(frame: Frame): string {
    if (frame.isArray) return frame.name;
    return frame.name === '' ? frame.key : `${frame.name}.${frame.key}`;
  }

  #close(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#frames.length === 1) return;
    if (this.#records.at(-1)?.depth === this.#frames.length) this.#records.pop()?.table.endRecord();
    this.#frames.pop()?.table?.end();
    this.#expectsKey = false;
  }

  string(value: string, isPart: boolean): void {
    if (this.#expectsKey) {
      if (this.#keyPieces.length < MAX_KEY_CHARS) this.#keyPieces += value.slice(0, MAX_KEY_CHARS);
      if (isPart) return;
      this.#top.key = this.#keyPieces;
      this.#keyPieces = '';
      this.#expectsKey = false;
    } else this.#scalar(value);
    this.#lastIsWord = false;
    this.#piece = isPart ? value : '';
  }

  word(value: string): void {
    if (this.#expectsKey) this.string(value, false);
    else if (value !== 'null' || this.#lastIsWord) this.#scalar(value, this.#lastIsWord);
    this.#lastIsWord = true;
  }

  /** Adjacent words are no JSON but text: they stay together. */
  #scalar(value: string, follows = false): void {
    const top = this.#top;
    const record = this.#records.at(-1);
    this.#isLineStart = false;
    if (!record) {
      const name = follows || this.#piece !== '' ? '' : this.#valueName(top);
      this.#text.write(`${follows ? ' ' : '\n'}${name === '' ? '' : `${name}: `}${value}`);
      return;
    }
    // A row of an array of arrays: its values are named by their position.
    const isPlaced = top.isArray && record.depth === this.#frames.length;
    if (isPlaced) top.count += 1;
    record.table.add(isPlaced ? String(top.count) : this.#valueName(top), value);
  }

  comment(text: string): void {
    this.#text.write(`\n${text}`);
  }

  #closeAll(): void {
    this.#tooDeep = 0;
    while (this.#frames.length > 1) this.#close();
  }

  end(): void {
    this.#closeAll();
    this.#frames[0]?.table?.end();
    this.#text.end();
  }
}
