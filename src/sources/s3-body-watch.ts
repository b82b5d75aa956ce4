/**
 * Watches one body as it arrives: ends it when it is silent, when it brings next to nothing, or when the run is
 * aborted. Only the wait for bytes counts, so a slow consumer is no silence. The body is always destroyed.
 */
import type { Readable } from 'node:stream';
import { LeaksiftError } from '../core/errors.js';

/** Within the patience for a trickle a body brings this much, or its end. */
export const PROGRESS_BYTES = 64 * 1024;

/** What an object's bodies have cost in waiting since they last made progress. One per object that is read. */
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
  /** True where the body held more than was wanted of it. */
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
      // The end is waited for although all bytes are there: only then can the connection be used again.
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
