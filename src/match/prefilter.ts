/**
 * The host side of scanner.as.ts: compiles words into its hash table, owns the linear memory in which pages are
 * scanned, and returns triggers: positions where a rule or a known name could match.
 */
import { wasmExports } from '../core/wasm.js';

/** Longest gap in bytes inside a cluster of digits. Keep equal to CLUSTER_GAP in scanner.as.ts. */
export const CLUSTER_GAP = 4;

/** A word of the table. `capsOnly` words count only with a capital. */
export type TableWord = { readonly word: string; readonly payload: number; readonly capsOnly: boolean };

export type Triggers = {
  /** Four numbers per trigger: payload (0: digits), start, end, digit count. Valid until the next scan. */
  readonly entries: Int32Array;
  readonly count: number;
};

type Exports = {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  configure(firstPtr: number, bitsPtr: number, tablePtr: number, mask: number): void;
  lines(from: number, to: number): number;
  characters(from: number, to: number): number;
  hasDigit(from: number, to: number): number;
  scan(from: number, to: number, out: number, outEnd: number, minDigits: number): number;
};

const FIRST_BYTES = 65536;
const BITS_BYTES = 32768;
const TABLES_AT = 1024;
const WASM_PAGE = 65536;

/** Folds as the scanner does: ASCII and À-Þ to lower case, the rest unchanged. */
export function foldWord(word: string): Buffer {
  const bytes = Buffer.from(word, 'utf8');
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i] as number;
    if (b >= 65 && b <= 90) bytes[i] = b | 32;
    else if (b === 0xc3 && i + 1 < bytes.length && (bytes[i + 1] as number) < 0x9f) {
      i += 1;
      bytes[i] = (bytes[i] as number) | 32;
    }
  }
  return bytes;
}

/** FNV-1a of the folded bytes, as in scanner.as.ts; never 0. */
function hashWord(folded: Buffer): number {
  let h = 0x811c9dc5;
  for (const b of folded) h = Math.imul(h ^ b, 0x01000193);
  return h >>> 0 || 1;
}

/** As in scanner.as.ts. */
function mixed(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 0;
}

/** Any byte can follow a one-letter word. */
function markFirst(first: Uint8Array, folded: Buffer, kind: number): void {
  const low = (folded[0] as number) | 0x20;
  const seconds =
    folded.length > 1 ? [(folded[1] as number) | 0x20] : Array.from({ length: 256 }, (_, i) => i | 0x20);
  for (const second of seconds) {
    const pair = (second << 8) | low;
    first[pair] = (first[pair] as number) | kind;
  }
}

export class Scanner {
  readonly #exports: Exports;
  readonly #pageAt: number;
  #capacity = 0;
  #page: Buffer = Buffer.alloc(0);

  constructor(words: readonly TableWord[]) {
    this.#exports = wasmExports('match/scanner') as Exports;
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, words.length * 3)));
    this.#pageAt = TABLES_AT + FIRST_BYTES + BITS_BYTES + size * 8;
    this.#grow(this.#pageAt);
    this.#fill(words, size);
  }

  #grow(bytes: number): void {
    const { memory } = this.#exports;
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
  }

  #fill(words: readonly TableWord[], size: number): void {
    const { memory, configure } = this.#exports;
    const bitsAt = TABLES_AT + FIRST_BYTES;
    const tableAt = bitsAt + BITS_BYTES;
    const bytes = new Uint8Array(memory.buffer);
    const table = new Uint32Array(memory.buffer, tableAt, size * 2);
    for (const { word, payload, capsOnly } of words) {
      const folded = foldWord(word);
      markFirst(bytes.subarray(TABLES_AT, bitsAt), folded, capsOnly ? 2 : 1);
      const hash = hashWord(folded);
      const bit = mixed(hash) >>> 14;
      bytes[bitsAt + (bit >>> 3)] = (bytes[bitsAt + (bit >>> 3)] as number) | (1 << (bit & 7));
      let slot = (hash ^ (hash >>> 15)) & (size - 1);
      while (table[slot * 2] !== 0 && table[slot * 2] !== hash) slot = (slot + 1) & (size - 1);
      if (table[slot * 2] === hash) throw new Error(`two table words share a hash: ${word}`);
      table[slot * 2] = hash;
      table[slot * 2 + 1] = (payload | (capsOnly ? 0x80000000 : 0)) >>> 0;
    }
    configure(TABLES_AT, bitsAt, tableAt, size - 1);
  }

  /** A buffer over linear memory for at least `bytes` bytes, which scan() reads. The next call invalidates it. */
  page(bytes: number): Buffer {
    if (bytes > this.#capacity) {
      const capacity = Math.max(bytes, 64 * 1024);
      // The shortest triggers are one-letter words and one-digit clusters: at most one in two bytes.
      this.#grow(this.#pageAt + capacity + 16 + (capacity / 2 + 2) * 16);
      this.#capacity = capacity;
      this.#page = Buffer.from(this.#exports.memory.buffer, this.#pageAt, capacity);
    }
    return this.#page;
  }

  /** Triggers in the first `length` bytes of page(). */
  scan(length: number, minDigits: number): Triggers {
    const outAt = (this.#pageAt + this.#capacity + 15) & ~15;
    const outEnd = this.#exports.memory.buffer.byteLength;
    const from = this.#pageAt;
    const count = this.#exports.scan(from, from + length, outAt, outEnd, minDigits);
    const entries = new Int32Array(this.#exports.memory.buffer, outAt, count * 4);
    for (let i = 0; i < entries.length; i += 4) {
      entries[i + 1] = (entries[i + 1] as number) - from;
      entries[i + 2] = (entries[i + 2] as number) - from;
    }
    return { entries, count };
  }

  /** Newlines in [from, to) of page(). */
  lines(from: number, to: number): number {
    return this.#exports.lines(this.#pageAt + from, this.#pageAt + to);
  }

  /** Characters in [from, to) of page(). */
  characters(from: number, to: number): number {
    return this.#exports.characters(this.#pageAt + from, this.#pageAt + to);
  }

  /** True if [from, to) of page() holds an ASCII digit. */
  hasDigit(from: number, to: number): boolean {
    return this.#exports.hasDigit(this.#pageAt + from, this.#pageAt + to) !== 0;
  }
}
