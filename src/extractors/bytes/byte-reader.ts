/** Reads exact numbers of bytes from a stream of chunks, and takes bytes back. */
import { LeaksiftError } from '../../core/errors.js';

export class ByteReader {
  /** Bytes returned so far, minus those taken back. */
  position = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Up to `length` bytes; shorter only at the end of the stream. */
  async read(length: number): Promise<Buffer> {
    while (this.#heldBytes < length && (await this.#pull()));
    return this.#take(Math.min(length, this.#heldBytes));
  }

  /** Exactly `length` bytes, or throws `truncated`. */
  async exactly(length: number): Promise<Buffer> {
    const bytes = await this.read(length);
    if (bytes.length < length) throw new LeaksiftError('truncated', 'ends too early');
    return bytes;
  }

  /** The next bytes as they arrive, at most `max`; undefined at the end. */
  async chunk(max: number): Promise<Buffer | undefined> {
    if (this.#heldBytes === 0 && !(await this.#pull())) return undefined;
    const first = this.#held[0] as Buffer;
    return this.#take(Math.min(first.length, max));
  }

  /** Puts bytes back in front of the stream. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held.unshift(bytes);
    this.#heldBytes += bytes.length;
    this.position -= bytes.length;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      const bytes = await this.chunk(left);
      if (!bytes) throw new LeaksiftError('truncated', 'ends too early');
      left -= bytes.length;
    }
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
    this.#ended = true;
  }

  async #pull(): Promise<boolean> {
    while (!this.#ended) {
      const next = await this.#iterator.next();
      if (next.done) {
        this.#ended = true;
        return false;
      }
      const { buffer, byteOffset, byteLength } = next.value;
      if (byteLength === 0) continue;
      this.#held.push(Buffer.from(buffer, byteOffset, byteLength));
      this.#heldBytes += byteLength;
      return true;
    }
    return false;
  }

  #take(length: number): Buffer {
    this.#heldBytes -= length;
    this.position += length;
    const first = this.#held[0];
    if (first && first.length > length) {
      this.#held[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const part = this.#held[0] as Buffer;
      if (part.length > left) {
        parts.push(part.subarray(0, left));
        this.#held[0] = part.subarray(left);
        break;
      }
      parts.push(part);
      this.#held.shift();
      left -= part.length;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }
}
