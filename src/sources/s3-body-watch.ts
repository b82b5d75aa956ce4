/**
 * Watches one body as it arrives: ends it if it is silent, if it delivers next to nothing, or if the run is aborted.
 * Only the wait for bytes counts, so a slow consumer does not cause a timeout. The body is always destroyed.
 */
import type { Readable } from 'node:stream';
import { LeaksiftError } from '../core/errors.js';

/** A body must deliver this much, or its end, within the patience for a trickle. */
export const PROGRESS_BYTES = 64 * 1024;

/** The time that an object's bodies have waited since they last made progress. One per object that is read. */
export class Trickle {
  #waitedMs = 0;
  #bytes = 0;

  constructor(private readonly patienceMs: number) {}

  get remainingMs(): number {
    return this.patienceMs - this.#waitedMs;
  }

  add(bytes: number, waitedMs: number): void {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    if (this.#bytes < PROGRESS_BYTES) return;
    this.#bytes = 0;
    this.#waitedMs = 0;
  }
}

export type BodyEnd = {
  readonly bytes: number;
  /** True if the body held more than was requested. */
  readonly hasMore: boolean;
  /** Why it stopped before its end. */
  readonly error?: unknown;
};

type Watched = { readonly idleMs: number; readonly signal: AbortSignal; readonly trickle: Trickle };

/** Yields at most `limit` bytes and returns how the body ended. Throws `interrupted`. */
export async function* readBody(
  body: Readable,
  limit: number,
  watched: Watched,
): AsyncGenerator<Uint8Array, BodyEnd> {
  const { signal } = watched;
  const abort = () => body.destroy(new LeaksiftError('interrupted', 'interrupted'));
  signal.addEventListener('abort', abort, { once: true });
  // Without a listener an error between two reads would end the process.
  body.on('error', () => {});
  let bytes = 0;
  try {
    for await (const chunk of arriving(body, watched)) {
      const wanted = chunk.subarray(0, limit - bytes);
      bytes += wanted.length;
      if (wanted.length > 0) yield wanted;
      if (wanted.length < chunk.length) return { bytes, hasMore: true };
      // Waits for the end although all bytes are here: only then can the connection be reused.
    }
    return { bytes, hasMore: false };
  } catch (error) {
    if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted', { cause: error });
    return { bytes, hasMore: false, error };
  } finally {
    signal.removeEventListener('abort', abort);
    // After the end this does nothing; before it, the socket is freed.
    body.destroy();
  }
}

async function* arriving(body: Readable, { idleMs, trickle }: Watched): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  for (;;) {
    const waitMs = Math.max(0, Math.min(idleMs, trickle.remainingMs));
    const late = () => body.destroy(new LeaksiftError('timeout', silence(waitMs, idleMs)));
    const timer = Number.isFinite(waitMs) ? setTimeout(late, waitMs) : undefined;
    const asked = performance.now();
    const next = await iterator.next().finally(() => clearTimeout(timer));
    if (next.done) return;
    trickle.add(next.value.length, performance.now() - asked);
    yield next.value;
  }
}

function silence(waitMs: number, idleMs: number): string {
  return waitMs < idleMs
    ? `fewer than ${PROGRESS_BYTES} bytes in the time for one item`
    : `no bytes for ${idleMs / 1000} s`;
}
