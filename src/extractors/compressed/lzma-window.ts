/**
 * The sliding dictionary of LZMA: a ring buffer that grows with the decoded bytes, up to the declared size or 128 MiB
 * (xz -9 declares 64). Decoded bytes are taken from it before they are overwritten.
 */
import { LeaksiftError } from '../../core/errors.js';

const FIRST = 1024 * 1024;
const LARGEST = 128 * 1024 * 1024;

export class LzmaWindow {
  /** Bytes decoded since the last reset. */
  total = 0;
  #ring: Buffer;
  #mask: number;
  readonly #full: number;
  readonly #declared: number;
  #taken = 0;

  constructor(dictionaryBytes: number) {
    this.#declared = Math.max(4096, dictionaryBytes);
    this.#full = Math.min(LARGEST, Math.max(FIRST, 2 ** Math.ceil(Math.log2(this.#declared))));
    this.#ring = Buffer.allocUnsafe(FIRST);
    this.#mask = this.#ring.length - 1;
  }

  reset(): void {
    this.total = 0;
    this.#taken = 0;
  }

  /** The last byte, or 0 at the start. */
  get last(): number {
    return this.total === 0 ? 0 : (this.#ring[(this.total - 1) & this.#mask] as number);
  }

  /** The byte `distance` + 1 back. */
  at(distance: number): number {
    this.#check(distance);
    return this.#ring[(this.total - 1 - distance) & this.#mask] as number;
  }

  put(byte: number): void {
    if (this.total === this.#ring.length) this.#grow(1);
    this.#ring[this.total++ & this.#mask] = byte;
  }

  copy(distance: number, length: number): void {
    this.#check(distance);
    if (this.total + length > this.#ring.length) this.#grow(length);
    const mask = this.#mask;
    const ring = this.#ring;
    let to = this.total & mask;
    let from = (this.total - distance - 1) & mask;
    this.total += length;
    // Most matches neither wrap around nor overlap.
    if (to + length <= mask && from + length <= mask) {
      for (const end = to + length; to < end; ) ring[to++] = ring[from++] as number;
    } else {
      for (let left = length; left > 0; left--) ring[to++ & mask] = ring[from++ & mask] as number;
    }
  }

  append(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) this.put(bytes[i] as number);
  }

  /** A copy of the bytes decoded since the last call; must be called at least every 1 MiB. */
  take(): Buffer {
    const length = this.total - this.#taken;
    const out = Buffer.allocUnsafe(length);
    const start = this.#taken & this.#mask;
    const first = Math.min(length, this.#ring.length - start);
    this.#ring.copy(out, 0, start, start + first);
    this.#ring.copy(out, first, 0, length - first);
    this.#taken = this.total;
    return out;
  }

  #check(distance: number): void {
    if (distance < this.total && distance < this.#ring.length) return;
    if (distance < this.total && distance < this.#declared) {
      throw new LeaksiftError('limit-memory', 'lzma dictionary is larger than 128 MiB');
    }
    throw new LeaksiftError('corrupt', 'lzma data is damaged');
  }

  /** Doubles to hold `more` bytes, before anything is overwritten. */
  #grow(more: number): void {
    if (this.total > this.#ring.length || this.#ring.length >= this.#full) return;
    let size = this.#ring.length;
    while (size < this.#full && size < this.total + more) size *= 2;
    const larger = Buffer.allocUnsafe(size);
    this.#ring.copy(larger);
    this.#ring = larger;
    this.#mask = size - 1;
  }
}
