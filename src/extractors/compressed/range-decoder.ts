/** The adaptive binary range decoder of LZMA over bytes in memory. Throws `truncated` past their end. */
import { LeaksiftError } from '../../core/errors.js';

const SIGN = 0x80000000 | 0;

export class RangeDecoder {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  // Unsigned 32-bit values held as signed, so that they stay small integers in the engine.
  #range = -1;
  #code = 0;

  /** Bytes not consumed yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Continues with these bytes, which must begin with the unconsumed ones. */
  feed(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** The unconsumed bytes, to be prepended to more. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  /** Reads the five bytes that start a stream. */
  start(): void {
    if (this.left < 5) throw new LeaksiftError('truncated', 'lzma data ends too early');
    if (this.#bytes[this.#at] !== 0) throw new LeaksiftError('corrupt', 'lzma data is damaged');
    this.#range = -1;
    this.#code = this.#bytes.readInt32BE(this.#at + 1);
    this.#at += 5;
  }

  /** True in the encoder's end state. */
  get isFinished(): boolean {
    return this.#code === 0;
  }

  #normalize(): void {
    if (this.#at >= this.#bytes.length) throw new LeaksiftError('truncated', 'lzma data ends too early');
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#bytes[this.#at++] as number);
  }

  bit(probs: Uint16Array, index: number): 0 | 1 {
    if (this.#range >>> 24 === 0) this.#normalize();
    const prob = probs[index] as number;
    const bound = Math.imul(this.#range >>> 11, prob);
    if ((this.#code ^ SIGN) < (bound ^ SIGN)) {
      this.#range = bound;
      probs[index] = prob + ((2048 - prob) >>> 5);
      return 0;
    }
    this.#range = (this.#range - bound) | 0;
    this.#code = (this.#code - bound) | 0;
    probs[index] = prob - (prob >>> 5);
    return 1;
  }

  /** Up to 30 bits of equal probability, most significant first. */
  direct(count: number): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let range = this.#range;
    let code = this.#code;
    let value = 0;
    for (let i = 0; i < count; i++) {
      if (range >>> 24 === 0) {
        if (at >= bytes.length) throw new LeaksiftError('truncated', 'lzma data ends too early');
        range <<= 8;
        code = (code << 8) | (bytes[at++] as number);
      }
      range >>>= 1;
      // All ones if the code is in the lower half: then the bit is 0 and nothing is subtracted.
      const below = (code - range) >> 31;
      code = (code - range + (range & below)) | 0;
      value = (value << 1) + 1 + below;
    }
    this.#at = at;
    this.#range = range;
    this.#code = code;
    return value;
  }

  /** A symbol of `bits` bits. The state is in locals, because this is the hot path. */
  tree(probs: Uint16Array, base: number, bits: number): number {
    return this.#symbol(probs, base, 1, 1 << bits) - (1 << bits);
  }

  /** A byte without a match byte. */
  literal(probs: Uint16Array, base: number): number {
    return this.#symbol(probs, base, 1, 0x100) & 0xff;
  }

  /** A byte after a match: the byte at the match's distance selects the probabilities until the two differ. */
  matchedLiteral(probs: Uint16Array, base: number, matched: number): number {
    let symbol = 1;
    let steer = matched;
    while (symbol < 0x100) {
      steer <<= 1;
      const expected = steer & 0x100;
      const bit = this.bit(probs, base + 0x100 + expected + symbol);
      symbol = (symbol << 1) | bit;
      if (expected !== bit << 8) break;
    }
    return (symbol < 0x100 ? this.#symbol(probs, base, symbol, 0x100) : symbol) & 0xff;
  }

  #symbol(probs: Uint16Array, base: number, start: number, limit: number): number {
    const bytes = this.#bytes;
    const end = bytes.length;
    let at = this.#at;
    let range = this.#range;
    let code = this.#code;
    let symbol = start;
    while (symbol < limit) {
      if (range >>> 24 === 0) {
        if (at >= end) throw new LeaksiftError('truncated', 'lzma data ends too early');
        range <<= 8;
        code = (code << 8) | (bytes[at++] as number);
      }
      const index = base + symbol;
      const prob = probs[index] as number;
      const bound = Math.imul(range >>> 11, prob);
      symbol <<= 1;
      if ((code ^ SIGN) < (bound ^ SIGN)) {
        range = bound;
        probs[index] = prob + ((2048 - prob) >>> 5);
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probs[index] = prob - (prob >>> 5);
        symbol |= 1;
      }
    }
    this.#at = at;
    this.#range = range;
    this.#code = code;
    return symbol;
  }

  reverseTree(probs: Uint16Array, base: number, bits: number): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let range = this.#range;
    let code = this.#code;
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      if (range >>> 24 === 0) {
        if (at >= bytes.length) throw new LeaksiftError('truncated', 'lzma data ends too early');
        range <<= 8;
        code = (code << 8) | (bytes[at++] as number);
      }
      const prob = probs[base + symbol] as number;
      const bound = Math.imul(range >>> 11, prob);
      if ((code ^ SIGN) < (bound ^ SIGN)) {
        range = bound;
        probs[base + symbol] = prob + ((2048 - prob) >>> 5);
        symbol <<= 1;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probs[base + symbol] = prob - (prob >>> 5);
        symbol = (symbol << 1) | 1;
        value |= 1 << i;
      }
    }
    this.#at = at;
    this.#range = range;
    this.#code = code;
    return value;
  }
}
