/**
 * HMAC-SHA-256 (RFC 2104) of short strings under one key, fast enough for every value of a table: both pads are
 * computed once, and two one-shot hashes take half the time of an Hmac object. Why not createHmac:
 * docs/decisions/020-hmac.md.
 */
import { createHash, hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;
/** Longer values are rare and get their own buffer. */
const SCRATCH_BYTES = 1024;

export class Hmac {
  readonly #inner = Buffer.alloc(BLOCK + SCRATCH_BYTES);
  readonly #outer = Buffer.alloc(BLOCK + DIGEST);

  constructor(key: Uint8Array) {
    const short = key.length > BLOCK ? createHash('sha256').update(key).digest() : key;
    for (let i = 0; i < BLOCK; i++) {
      this.#inner[i] = (short[i] ?? 0) ^ 0x36;
      this.#outer[i] = (short[i] ?? 0) ^ 0x5c;
    }
  }

  /** Returns hex. `maxBytes` (at most 1,024) cuts the text after the last character that fits. */
  hex(text: string, maxBytes = Number.POSITIVE_INFINITY): string {
    this.#outer.write(hash('sha256', this.#padded(text, maxBytes), 'hex'), BLOCK, 'hex');
    return hash('sha256', this.#outer, 'hex');
  }

  #padded(text: string, maxBytes: number): Buffer {
    if (text.length * 3 > SCRATCH_BYTES && maxBytes > SCRATCH_BYTES) {
      return Buffer.concat([this.#inner.subarray(0, BLOCK), Buffer.from(text)]);
    }
    const length = this.#inner.write(text, BLOCK, Math.min(maxBytes, SCRATCH_BYTES), 'utf8');
    return this.#inner.subarray(0, BLOCK + length);
  }
}
