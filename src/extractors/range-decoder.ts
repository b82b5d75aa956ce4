/** The adaptive binary range decoder of LZMA over bytes in memory. Reading past them throws `truncated`. */
import { LeaksiftError } from '../core/errors.js';

const SIGN = 0x80000000 | 0;

export class RangeDecoder {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  // Both are unsigned 32-bit values held as signed, so that they stay small integers to the engine.
  #range = -1;
  #code = 0;

  /** Bytes not taken yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Goes on with these bytes, in which what was left must stand first. */
  feed(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** What is left, to be put in front of more. */
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

  /** True when the encoder's end state is met. */
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

  /** Bits of even odds, the first the highest. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      if (this.#range >>> 24 === 0) this.#normalize();
      this.#range >>>= 1;
      const isSet = (this.#code ^ SIGN) >= (this.#range ^ SIGN);
      if (isSet) this.#code = (this.#code - this.#range) | 0;
      value = value * 2 + (isSet ? 1 : 0);
    }
    return value;
  }

  tree(probs: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.bit(probs, base + symbol);
    return symbol - (1 << bits);
  }

  reverseTree(probs: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probs, base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }
}
