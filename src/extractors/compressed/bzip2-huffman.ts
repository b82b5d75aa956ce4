/** One Huffman table of a bzip2 block: codes up to ten bits by lookup, longer codes by their limits. */
import { LeaksiftError } from '../../core/errors.js';
import type { BitInput } from './bit-input.js';

const FAST = 10;
const LONGEST = 20;

export class HuffmanTable {
  /** symbol << 5 | length; 0 if the code is longer. */
  readonly #fast = new Uint16Array(1 << FAST);
  readonly #limit = new Int32Array(LONGEST + 2);
  readonly #base = new Int32Array(LONGEST + 2);
  readonly #symbols: Uint16Array;

  static read(input: BitInput, count: number): HuffmanTable {
    const lengths = new Uint8Array(count);
    let length = input.read(5);
    for (let i = 0; i < count; i++) {
      for (;;) {
        if (length < 1 || length > LONGEST) throw new LeaksiftError('corrupt', 'bzip2 code is damaged');
        if (input.read(1) === 0) break;
        length += input.read(1) === 0 ? 1 : -1;
      }
      lengths[i] = length;
    }
    return new HuffmanTable(lengths);
  }

  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length++) {
      this.#base[length] = index - code;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.#symbols[index++] = symbol;
        if (length <= FAST) this.#fill(code, length, symbol);
        code++;
      }
      // Codes of this length are below this, shifted to 20 bits.
      this.#limit[length] = code << (LONGEST - length);
      code <<= 1;
    }
  }

  #fill(code: number, length: number, symbol: number): void {
    const shift = FAST - length;
    this.#fast.fill((symbol << 5) | length, code << shift, (code + 1) << shift);
  }

  next(input: BitInput): number {
    const bits = input.peek20();
    const entry = this.#fast[bits >>> (LONGEST - FAST)] as number;
    if (entry !== 0) {
      input.take(entry & 31);
      return entry >>> 5;
    }
    let length = FAST + 1;
    while (length <= LONGEST && bits >= (this.#limit[length] as number)) length++;
    if (length > LONGEST) throw new LeaksiftError('corrupt', 'bzip2 code is damaged');
    input.take(length);
    return this.#symbols[(bits >>> (LONGEST - length)) + (this.#base[length] as number)] as number;
  }
}
