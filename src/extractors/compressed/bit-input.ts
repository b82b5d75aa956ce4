/** Reads bits, most significant first, from bytes in memory. Throws `truncated` past their end. */
import { LeaksiftError } from '../../core/errors.js';

export class BitInput {
  #at: number;
  #bits = 0;
  #held = 0;

  /** Starts `bitOffset` (0 to 7) bits into the bytes. */
  constructor(
    private readonly bytes: Buffer,
    bitOffset: number,
  ) {
    this.#at = 0;
    if (bitOffset > 0) this.read(bitOffset);
  }

  /** Bits taken so far. */
  get position(): number {
    return this.#at * 8 - this.#held;
  }

  /** Reads up to 24 bits. */
  read(count: number): number {
    if (this.#held < count) this.#fill();
    this.#held -= count;
    if (this.#held < 0) throw new LeaksiftError('truncated', 'compressed data ends too early');
    return (this.#bits >>> this.#held) & ((1 << count) - 1);
  }

  /** The next 20 bits without consuming them, zeros past the end. */
  peek20(): number {
    if (this.#held < 20) this.#fill();
    const missing = 20 - this.#held;
    return (missing > 0 ? this.#bits << missing : this.#bits >>> -missing) & 0xfffff;
  }

  take(count: number): void {
    this.#held -= count;
    if (this.#held < 0) throw new LeaksiftError('truncated', 'compressed data ends too early');
  }

  #fill(): void {
    while (this.#held <= 24 && this.#at < this.bytes.length) {
      this.#bits = (this.#bits << 8) | (this.bytes[this.#at++] as number);
      this.#held += 8;
    }
  }
}
