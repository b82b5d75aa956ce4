/**
 * compress (.Z): LZW with codes of 9 to 16 bits, read in groups of eight, as ncompress writes them. The format has no
 * length and no checksum, so a cut between two codes cannot be detected. Written here because 7-Zip needs a seekable
 * file (docs/decisions/011).
 */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { type Decode, singleStream } from './single-stream.js';

const CLEAR = 256;
const FIRST_BITS = 9;
const OUTPUT = 256 * 1024;

const corrupt = () => new LeaksiftError('corrupt', 'compress data is damaged');

export const decodeCompress: Decode = async function* (reader) {
  const header = await reader.exactly(3);
  const maxBits = (header[2] as number) & 31;
  if (maxBits < FIRST_BITS || maxBits > 16) throw corrupt();
  const table = new LzwTable(maxBits, ((header[2] as number) & 0x80) !== 0);
  for (;;) {
    const isMore = await decodeGroups(reader, table);
    const bytes = table.take();
    if (bytes.length > 0) yield bytes;
    if (table.isDamaged) throw corrupt();
    if (!isMore) return;
  }
};

/** Decodes until a chunk of output is full; false at the end of the input. */
async function decodeGroups(reader: ByteReader, table: LzwTable): Promise<boolean> {
  while (!table.isFull && !table.isDamaged) {
    const group = await reader.read(table.bits);
    if (group.length * 8 < table.bits) return false;
    table.decodeGroup(group);
  }
  return true;
}

class LzwTable {
  bits = FIRST_BITS;
  isDamaged = false;
  readonly #prefix: Uint16Array;
  readonly #suffix: Uint8Array;
  readonly #stack: Uint8Array;
  #next: number;
  #previous = -1;
  #firstByte = 0;
  #out = Buffer.allocUnsafe(OUTPUT + 65_536);
  #filled = 0;

  constructor(
    private readonly maxBits: number,
    private readonly hasClear: boolean,
  ) {
    this.#prefix = new Uint16Array(1 << maxBits);
    this.#suffix = new Uint8Array(1 << maxBits);
    this.#stack = new Uint8Array((1 << maxBits) + 1);
    for (let byte = 0; byte < 256; byte++) this.#suffix[byte] = byte;
    this.#next = hasClear ? CLEAR + 1 : CLEAR;
  }

  get isFull(): boolean {
    return this.#filled >= OUTPUT;
  }

  take(): Buffer {
    const out = this.#out.subarray(0, this.#filled);
    this.#out = Buffer.allocUnsafe(OUTPUT + 65_536);
    this.#filled = 0;
    return out;
  }

  /** Eight codes of one width; the rest of a group is padding once the width changes. */
  decodeGroup(group: Buffer): void {
    const { bits } = this;
    for (let at = 0; at + bits <= group.length * 8; at += bits) {
      const byte = at >>> 3;
      const three = (group[byte] as number) | ((group[byte + 1] ?? 0) << 8) | ((group[byte + 2] ?? 0) << 16);
      const code = (three >>> (at & 7)) & ((1 << bits) - 1);
      if (this.hasClear && code === CLEAR && this.#previous >= 0) {
        this.#next = CLEAR;
        this.bits = FIRST_BITS;
        return;
      }
      this.#decode(code);
      if (this.isDamaged) return;
      if (this.#next >= 1 << bits && bits < this.maxBits) {
        this.bits = bits + 1;
        return;
      }
      if (this.#filled + 65_536 > this.#out.length) this.#grow();
    }
  }

  #decode(code: number): void {
    let top = this.#stack.length;
    let at = code;
    if (this.#previous < 0 ? code > 255 : code > this.#next) {
      this.isDamaged = true;
      return;
    }
    if (this.#previous >= 0 && code >= this.#next) {
      this.#stack[--top] = this.#firstByte;
      at = this.#previous;
    }
    while (at >= 256 && top > 1) {
      this.#stack[--top] = this.#suffix[at] as number;
      at = this.#prefix[at] as number;
    }
    this.#firstByte = at & 255;
    this.#stack[--top] = this.#firstByte;
    this.#out.set(this.#stack.subarray(top), this.#filled);
    this.#filled += this.#stack.length - top;
    if (this.#previous >= 0 && this.#next < 1 << this.maxBits) {
      this.#prefix[this.#next] = this.#previous;
      this.#suffix[this.#next++] = this.#firstByte;
    }
    this.#previous = code;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#out.length + 8 * 65_536);
    this.#out.copy(larger, 0, 0, this.#filled);
    this.#out = larger;
  }
}

export const compress = singleStream({
  suffixes: { '.z': '', '.taz': '.tar' },
  decode: decodeCompress,
});
