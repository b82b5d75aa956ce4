/**
 * Keyed fingerprints: HMAC-SHA-256 (RFC 2104) of entity + NUL + normalised value, first 128 bits in hex. Teams
 * that share the key can compare findings without sharing values.
 */
import { createHash, hash } from 'node:crypto';

/** Distinct values kept: a staff table repeats its ranks and units on every row. */
const CACHE_ENTRIES = 20_000;
const HEX_CHARACTERS = 32;
const BLOCK = 64;
/** Longer values are rare and get a buffer of their own. */
const SCRATCH_BYTES = 1024;

export class Fingerprinter {
  /** Both pads of the HMAC with room behind them: two one-shot hashes cost a sixth of an Hmac object. */
  readonly #inner = Buffer.alloc(BLOCK + SCRATCH_BYTES);
  readonly #outer = Buffer.alloc(BLOCK + 32);
  #cache = new Map<string, string>();

  constructor(key: Uint8Array) {
    const short = key.length > BLOCK ? createHash('sha256').update(key).digest() : key;
    for (let i = 0; i < BLOCK; i++) {
      this.#inner[i] = (short[i] ?? 0) ^ 0x36;
      this.#outer[i] = (short[i] ?? 0) ^ 0x5c;
    }
  }

  of(entity: string, normal: string): string {
    const text = `${entity}\u0000${normal}`;
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    this.#outer.write(hash('sha256', this.#padded(text), 'hex'), BLOCK, 'hex');
    const digest = hash('sha256', this.#outer, 'hex').slice(0, HEX_CHARACTERS);
    if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
    this.#cache.set(text, digest);
    return digest;
  }

  #padded(text: string): Buffer {
    if (text.length * 3 > SCRATCH_BYTES) {
      return Buffer.concat([this.#inner.subarray(0, BLOCK), Buffer.from(text)]);
    }
    return this.#inner.subarray(0, BLOCK + this.#inner.write(text, BLOCK));
  }
}
