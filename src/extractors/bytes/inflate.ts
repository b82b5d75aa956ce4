/**
 * Inflates one raw deflate stream from a reader that may hold more behind it. Output comes in bounded
 * pieces; what was inflated before a fault is yielded before the fault is thrown.
 */
import { constants, createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from './byte-reader.js';

/** Deflate expands up to 1,032 times: one piece of input gives at most 16 MiB before the next is fed. */
const BOMB_PIECE = 16 * 1024;
const PIECE = 128 * 1024;
const OUTPUT_CHUNK = 256 * 1024;
const BOMB_RATIO = 50;

/**
 * Leaves the reader right behind the stream. Throws `truncated` when the input ends first (unless
 * `mayEnd`: then the caller judges by size and checksum), `corrupt` on bad data.
 */
export async function* inflateRaw(reader: ByteReader, { mayEnd = false } = {}): AsyncGenerator<Buffer> {
  const engine = new Engine();
  try {
    while (!engine.ended) {
      const piece = await reader.chunk(engine.ratio > BOMB_RATIO ? BOMB_PIECE : PIECE);
      if (!piece) {
        yield* await engine.finish();
        if (!mayEnd) throw new LeaksiftError('truncated', 'compressed data ends too early');
        return;
      }
      yield* await engine.feed(piece);
      if (engine.fault) throw new LeaksiftError('corrupt', 'compressed data is damaged');
      if (engine.ended) reader.unread(piece.subarray(piece.length - engine.unused));
    }
  } finally {
    engine.close();
  }
}

/** Node's inflater, driven piece by piece and read when each is done, so that a fault loses nothing. */
class Engine {
  ended = false;
  fault = false;
  #fed = 0;
  #produced = 0;
  #wake = () => {};
  readonly #inflater: InflateRaw;

  constructor() {
    const options = { chunkSize: OUTPUT_CHUNK, finishFlush: constants.Z_SYNC_FLUSH };
    // A piece's whole output must fit, or the write would wait for a reader that waits for the write.
    this.#inflater = createInflateRaw({ ...options, readableHighWaterMark: 2 ** 30 } as ZlibOptions);
    this.#inflater.on('error', () => {
      this.fault = true;
      this.#wake();
    });
    this.#inflater.on('end', () => this.#wake());
  }

  get unused(): number {
    return this.#fed - this.#inflater.bytesWritten;
  }

  get ratio(): number {
    return this.#produced / Math.max(1, this.#fed);
  }

  async feed(piece: Buffer): Promise<Buffer[]> {
    this.#fed += piece.length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#inflater.write(piece, () => resolve());
    });
    // Input left over while there was room for output: the stream has ended before it.
    this.ended = !this.fault && this.unused > 0;
    return this.#drain();
  }

  async finish(): Promise<Buffer[]> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#inflater.end(() => resolve());
    });
    return this.#drain();
  }

  #drain(): Buffer[] {
    const out: Buffer[] = [];
    for (let chunk = this.#inflater.read(); chunk !== null; chunk = this.#inflater.read()) out.push(chunk);
    for (const chunk of out) this.#produced += chunk.length;
    return out;
  }

  close(): void {
    this.#inflater.destroy();
  }
}
