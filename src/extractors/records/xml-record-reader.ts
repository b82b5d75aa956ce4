/**
 * Turns XML events into records and text. Holds the first events to find the paths of elements that repeat and have
 * structure; takes the outermost unless it contains long lists itself. Then streams records: their values under names
 * relative to the record. Mixed content (text beside elements) is prose: such a document becomes text.
 */
import type { PartWriter } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { LazyText, RecordTable } from './record-table.js';
import { findRecordPaths, type HeldEvent } from './xml-record-paths.js';

const HELD_EVENTS = 20_000;
const HELD_CHARS = 512 * 1024;
/** Deeper elements count as being at this depth. */
const MAX_DEPTH = 256;
const MAX_VALUE_CHARS = 1 << 20;
const MAX_TABLES = 64;

export class XmlRecordReader implements XmlHandler {
  #held: HeldEvent[] | undefined = [];
  #heldChars = 0;
  #records: ReadonlySet<string> = new Set();
  /** Paths of the open elements, from the root. */
  readonly #paths: string[] = [];
  #tooDeep = 0;
  #recordDepth = 0;
  #value = '';
  #isProse = false;
  /** In prose: whether each open element has text of its own, and whether a closed one ends the line. */
  readonly #hasText: boolean[] = [];
  #isBreakDue = false;
  readonly #tables = new Map<string, RecordTable>();
  #table: RecordTable | undefined;
  readonly #text: LazyText;

  constructor(private readonly out: PartWriter) {
    this.#text = new LazyText(out);
  }

  open(name: string, attrs: XmlAttributes): void {
    this.#take({ kind: 'open', name, attrs: [...attrs.entries()] });
  }

  close(name: string): void {
    this.#take({ kind: 'close', name });
  }

  text(text: string): void {
    this.#take({ kind: 'text', text });
  }

  comment(text: string): void {
    this.#take({ kind: 'comment', text });
  }

  #take(event: HeldEvent): void {
    if (!this.#held) {
      this.#play(event);
      return;
    }
    this.#held.push(event);
    this.#heldChars += sizeOf(event);
    if (this.#held.length >= HELD_EVENTS || this.#heldChars > HELD_CHARS) this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const found = findRecordPaths(held);
    this.#records = found.paths;
    this.#isProse = found.isProse;
    for (const event of held) this.#play(event);
  }

  #play(event: HeldEvent): void {
    if (event.kind === 'open') this.#open(event.name, event.attrs);
    else if (event.kind === 'close') this.#close();
    else if (event.kind === 'comment') this.#text.write(`${event.text}\n`);
    else if (this.#isProse) this.#prose(event.text);
    else if (this.#value.length < MAX_VALUE_CHARS) this.#value += event.text;
    else {
      this.#endValue();
      this.#value = event.text;
    }
  }

  /** Text right after an element shows that the element is inline. */
  #prose(text: string): void {
    this.#isBreakDue = false;
    if (!this.#hasText.at(-1) && text.trim() !== '')
      this.#hasText[Math.max(0, this.#hasText.length - 1)] = true;
    this.#text.write(text);
  }

  #endLine(): void {
    if (this.#isBreakDue) this.#text.write('\n');
    this.#isBreakDue = false;
  }

  #open(name: string, attrs: readonly (readonly [string, string])[]): void {
    this.#endValue();
    if (this.#isProse) {
      this.#endLine();
      if (this.#hasText.length < MAX_DEPTH) this.#hasText.push(false);
    }
    if (this.#paths.length >= MAX_DEPTH) this.#tooDeep += 1;
    else this.#paths.push(this.#paths.length === 0 ? name : `${this.#paths.at(-1)}/${name}`);
    const path = this.#paths.at(-1) as string;
    if (this.#recordDepth === 0 && this.#records.has(path)) this.#startRecord(path, name);
    for (const [key, value] of attrs) this.#put(this.#fieldName(key), value);
  }

  #startRecord(path: string, name: string): void {
    this.#recordDepth = this.#paths.length;
    let table = this.#tables.get(path);
    if (!table) {
      table = new RecordTable(this.out, name);
      if (this.#tables.size < MAX_TABLES) this.#tables.set(path, table);
    }
    this.#table = table;
  }

  #close(): void {
    this.#endValue();
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#recordDepth > 0 && this.#paths.length === this.#recordDepth) {
      this.#recordDepth = 0;
      this.#table?.endRecord();
      if (this.#tables.size >= MAX_TABLES) this.#table?.end();
      this.#table = undefined;
    }
    this.#paths.pop();
    if (!this.#isProse) return;
    this.#endLine();
    this.#hasText.pop();
    this.#isBreakDue = this.#hasText.at(-1) !== true;
  }

  #endValue(): void {
    const value = this.#value.trim();
    this.#value = '';
    if (value !== '') this.#put(this.#fieldName(), value);
  }

  /** The name of a value: the elements below the record, joined by dots; outside records, the last element's. */
  #fieldName(attribute?: string): string {
    const path = this.#paths.at(-1) ?? '';
    const record = this.#recordDepth > 0 ? (this.#paths[this.#recordDepth - 1] as string) : undefined;
    const own =
      record === undefined ? path.replace(/.*\//, '') : path.slice(record.length + 1).replaceAll('/', '.');
    if (attribute === undefined) return own || path.replace(/.*\//, '');
    return own && record !== undefined ? `${own}.${attribute}` : attribute;
  }

  #put(name: string, value: string): void {
    if (value === '') return;
    if (this.#table) this.#table.add(name, value);
    else this.#text.write(`${name}: ${value}\n`);
  }

  end(): void {
    if (this.#held) this.#release();
    this.#endValue();
    this.#table?.endRecord();
    for (const table of this.#tables.values()) table.end();
    this.#text.end();
  }
}

/** Memory of a held event besides its text, in characters. */
const OPEN_CHARS = 16;
const CLOSE_CHARS = 8;

function sizeOf(event: HeldEvent): number {
  if (event.kind === 'open')
    return event.attrs.reduce((sum, [key, value]) => sum + key.length + value.length, OPEN_CHARS);
  return event.kind === 'close' ? CLOSE_CHARS : event.text.length;
}
