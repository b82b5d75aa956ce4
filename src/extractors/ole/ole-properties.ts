/**
 * Reads OLE property sets (SummaryInformation, DocumentSummaryInformation) as lines of `name: value`: all strings,
 * and the names and values of custom properties. Skips other numbers and dates.
 */
import { decodeCodePage } from '../bytes/code-pages.js';

const NAMES: Record<number, string> = {
  2: 'title',
  3: 'subject',
  4: 'author',
  5: 'keywords',
  6: 'comments',
  7: 'template',
  8: 'last author',
  9: 'revision',
  18: 'application',
};
const DOCUMENT_NAMES: Record<number, string> = { 2: 'category', 14: 'manager', 15: 'company', 26: 'status' };
const MAX_PROPERTIES = 10_000;
const MAX_VALUES = 100_000;

export function propertyLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  if (bytes.length < 48 || bytes.readUInt16LE(0) !== 0xfffe) return lines;
  const sets = Math.min(bytes.readUInt32LE(24), 4);
  for (let i = 0; i < sets && 48 + 20 * i <= bytes.length; i++) {
    const id = bytes.readUInt32LE(28 + 20 * i);
    const at = bytes.readUInt32LE(44 + 20 * i);
    if (at + 8 <= bytes.length) lines.push(...new PropertySet(bytes.subarray(at), id).lines());
  }
  return lines;
}

class PropertySet {
  #page = 1252;
  #values = 0;
  readonly #offsets = new Map<number, number>();
  readonly #dictionary = new Map<number, string>();

  constructor(
    private readonly bytes: Buffer,
    private readonly format: number,
  ) {
    const count = Math.min(bytes.readUInt32LE(4), MAX_PROPERTIES);
    for (let i = 0; i < count && 16 + 8 * i <= bytes.length; i++) {
      this.#offsets.set(bytes.readUInt32LE(8 + 8 * i), bytes.readUInt32LE(12 + 8 * i));
    }
  }

  lines(): string[] {
    const page = this.#offsets.get(1);
    if (page !== undefined && page + 6 <= this.bytes.length) this.#page = this.bytes.readUInt16LE(page + 4);
    const dictionary = this.#offsets.get(0);
    if (dictionary !== undefined) this.#readDictionary(dictionary);
    const lines: string[] = [];
    for (const [id, at] of this.#offsets) {
      if (id < 2) continue;
      // The second set of the document summary holds the custom properties.
      const names = this.format === 0xf29f85e0 ? NAMES : DOCUMENT_NAMES;
      const name = this.#dictionary.get(id) ?? names[id] ?? 'property';
      for (const value of this.#value(at)) if (value.trim() !== '') lines.push(`${name}: ${value}`);
    }
    return lines;
  }

  #readDictionary(at: number): void {
    const { bytes } = this;
    if (at + 4 > bytes.length) return;
    const count = Math.min(bytes.readUInt32LE(at), MAX_PROPERTIES);
    let next = at + 4;
    for (let i = 0; i < count && next + 8 <= bytes.length; i++) {
      const id = bytes.readUInt32LE(next);
      const chars = bytes.readUInt32LE(next + 4);
      const length = this.#page === 1200 ? 2 * chars : chars;
      this.#dictionary.set(id, this.#text(next + 8, length));
      next += 8 + (this.#page === 1200 ? (length + 3) & ~3 : length);
    }
  }

  #value(at: number): string[] {
    const { bytes } = this;
    if (at + 8 > bytes.length || this.#values++ > MAX_VALUES) return [];
    const type = bytes.readUInt16LE(at);
    const number = bytes.readUInt32LE(at + 4);
    if (type === 0x1e) return [this.#text(at + 8, number)];
    if (type === 0x1f) return [clean(bytes.toString('utf16le', at + 8, at + 8 + 2 * number))];
    if (type === 3 && this.#dictionary.size > 0) return [String(bytes.readInt32LE(at + 4))];
    if (type === 0x101e || type === 0x101f) return this.#vector(at + 4, type === 0x101f);
    return type === 0x100c ? this.#variants(at + 4) : [];
  }

  #vector(at: number, isWide: boolean): string[] {
    const { bytes } = this;
    const values: string[] = [];
    const count = Math.min(bytes.readUInt32LE(at), MAX_PROPERTIES);
    let next = at + 4;
    for (let i = 0; i < count && next + 4 <= bytes.length; i++) {
      const length = bytes.readUInt32LE(next) * (isWide ? 2 : 1);
      values.push(
        isWide ? clean(bytes.toString('utf16le', next + 4, next + 4 + length)) : this.#text(next + 4, length),
      );
      next += 4 + (isWide ? (length + 3) & ~3 : length);
    }
    return values;
  }

  /** Headings and their counts: only the strings are wanted. */
  #variants(at: number): string[] {
    const { bytes } = this;
    const values: string[] = [];
    const count = Math.min(bytes.readUInt32LE(at), MAX_PROPERTIES);
    let next = at + 4;
    for (let i = 0; i < count && next + 8 <= bytes.length; i++) {
      const length = bytes.readUInt32LE(next + 4);
      if (bytes.readUInt16LE(next) !== 0x1e) {
        next += 8;
        continue;
      }
      values.push(this.#text(next + 8, length));
      next += 8 + length;
    }
    return values;
  }

  #text(at: number, length: number): string {
    return clean(decodeCodePage(this.bytes.subarray(at, at + length), this.#page));
  }
}

function clean(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
