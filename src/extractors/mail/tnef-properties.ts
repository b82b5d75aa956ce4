/**
 * Property sets of Outlook in TNEF: a count, then type, tag, value, padded to four bytes. Stops at damage, with what
 * was read so far.
 */
import { fileTime, type MapiProperties, type MapiValue } from './mapi-message.js';

export type PropertyContext = { readonly decode: (bytes: Buffer) => string };
export type PropertyBag = { readonly properties: MapiProperties; readonly object?: Buffer };

const MULTIPLE = 0x1000;
const FIXED_BYTES: Readonly<Record<number, number>> = {
  2: 2,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 2,
  20: 8,
  64: 8,
  72: 16,
};
const NAMED_FROM = 0x8000;
const OBJECT = 0x000d;
const ANSI = 0x001e;
const UNICODE = 0x001f;
const BINARY = 0x0102;

/** Reads one property set. */
export function readProperties(bytes: Buffer, context: PropertyContext): PropertyBag {
  return new BagReader(bytes, context).bag();
}

/** Reads a table: a count of rows, each a property set. */
export function readRows(bytes: Buffer, context: PropertyContext): MapiProperties[] {
  const rows: MapiProperties[] = [];
  if (bytes.length < 4) return rows;
  const reader = new BagReader(bytes, context, 4);
  for (let left = bytes.readUInt32LE(0); left > 0 && !reader.isEnded; left--)
    rows.push(reader.bag().properties);
  return rows;
}

class BagReader {
  #properties = new Map<number, MapiValue>();
  #object: Buffer | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly context: PropertyContext,
    private at = 0,
  ) {}

  get isEnded(): boolean {
    return this.at + 4 > this.bytes.length;
  }

  bag(): PropertyBag {
    this.#properties = new Map();
    this.#object = undefined;
    try {
      for (let left = this.#uint32(); left > 0; left--) this.#property();
    } catch (error) {
      // A read beyond the end: the set is truncated.
      if (!(error instanceof RangeError)) throw error;
      this.at = this.bytes.length;
    }
    return { properties: this.#properties, object: this.#object };
  }

  #uint32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  #property(): void {
    const type = this.bytes.readUInt16LE(this.at);
    const tag = this.bytes.readUInt16LE(this.at + 2);
    this.at += 4;
    if (tag >= NAMED_FROM) this.#skipName();
    const kind = type & ~MULTIPLE;
    const isVariable = kind === ANSI || kind === UNICODE || kind === BINARY || kind === OBJECT;
    const count = isVariable || type & MULTIPLE ? this.#uint32() : 1;
    for (let i = 0; i < count; i++) {
      if (isVariable) this.#variable(kind, tag);
      else this.#fixed(kind, tag);
    }
  }

  /** A named property has its set, and its number or its name. */
  #skipName(): void {
    this.at += 16;
    if (this.#uint32() === 0) this.at += 4;
    else this.#take(this.#uint32());
  }

  #take(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw new RangeError('cut');
    const value = this.bytes.subarray(this.at, this.at + length);
    this.at += (length + 3) & ~3;
    return value;
  }

  #variable(kind: number, tag: number): void {
    const value = this.#take(this.#uint32());
    if (kind === OBJECT) this.#object = value;
    else if (kind === BINARY) this.#properties.set(tag, value);
    else {
      const text = kind === UNICODE ? value.toString('utf16le') : this.context.decode(value);
      const before = this.#properties.get(tag);
      const trimmed = text.replace(/\0+$/, '');
      this.#properties.set(tag, typeof before === 'string' ? `${before}; ${trimmed}` : trimmed);
    }
  }

  #fixed(kind: number, tag: number): void {
    const size = FIXED_BYTES[kind];
    if (size === undefined) throw new RangeError('unknown type');
    const value = this.#take(size);
    if (kind === 3) this.#properties.set(tag, value.readInt32LE(0));
    else if (kind === 11) this.#properties.set(tag, value[0] !== 0);
    else if (kind === 64) this.#properties.set(tag, fileTime(value.readBigUInt64LE(0)));
  }
}
