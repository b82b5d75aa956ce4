/**
 * Inflates one raw deflate stream from a reader that can hold more after it. Output comes in bounded pieces; what was
 * inflated before a fault is yielded before the fault is thrown.
 */
import { constants, createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from './byte-reader.js';

const PIECE = 128 * 1024;
const OUTPUT_CHUNK = 256 * 1024;
/** Inflated bytes that wait for the reader. Deflate expands up to 1,032 times: a piece can hold 128 MiB. */
const MAX_WAITING = 1024 * 1024;

/**
 * Leaves the reader right after the stream. Throws `truncated` if the input ends first (unless `mayEnd`: then the
 * caller checks size and checksum), `corrupt` on bad data.
 */
export async function* inflateRaw(reader: ByteReader, { mayEnd = false } = {}): AsyncGenerator<Buffer> {
  const engine = new Engine();
  try {
    while (!engine.ended) {
      const piece = await reader.chunk(PIECE);
      if (!piece) {
        yield* engine.finish();
        if (!mayEnd) throw new LeaksiftError('truncated', 'compressed data ends too early');
        return;
      }
      yield* engine.feed(piece);
      if (engine.fault) throw new LeaksiftError('corrupt', 'compressed data is damaged');
      if (engine.ended) reader.unread(piece.subarray(piece.length - engine.unused));
    }
  } finally {
    engine.close();
  }
}

/** Node's inflater, fed piece by piece and read while it works, so that no output is lost at a fault. */
class Engine {
  ended = false;
  fault = false;
  #fed = 0;
  #isDone = true;
  #wake = () => {};
  readonly #inflater: InflateRaw;

  constructor() {
    const options = { chunkSize: OUTPUT_CHUNK, finishFlush: constants.Z_SYNC_FLUSH };
    this.#inflater = createInflateRaw({ ...options, readableHighWaterMark: MAX_WAITING } as ZlibOptions);
    this.#inflater.on('error', () => {
      this.fault = true;
      this.#done();
    });
    this.#inflater.on('end', () => this.#done());
    this.#inflater.on('readable', () => this.#wake());
  }

  get unused(): number {
    return this.#fed - this.#inflater.bytesWritten;
  }

  async *feed(piece: Buffer): AsyncGenerator<Buffer> {
    this.#fed += piece.length;
    this.#isDone = false;
    this.#inflater.write(piece, () => this.#done());
    yield* this.#output();
    // Input left although there is room for output: the stream has ended before it.
    this.ended = !this.fault && this.unused > 0;
  }

  async *finish(): AsyncGenerator<Buffer> {
    this.#isDone = false;
    this.#inflater.end(() => this.#done());
    yield* this.#output();
  }

  #done(): void {
    this.#isDone = true;
    this.#wake();
  }

  async *#output(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk: Buffer | null = this.#inflater.read();
      if (chunk !== null) yield chunk;
      else if (this.#isDone) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  close(): void {
    this.#inflater.destroy();
  }
}
