/**
 * Bytes of an open file descriptor. `readFixed` reads a known extent of a regular file; `readOpenEnded` reads
 * files without a known size to their end: pipes, standard input, files of /proc. Both are bounded in time, and
 * neither reads bytes that are appended later.
 */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaksiftError } from '../core/errors.js';
import type { ByteRange } from '../core/range.js';

/** Large enough to keep the disk busy, small enough for several files in flight. */
const CHUNK_BYTES = 256 * 1024;
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 50;
/** Node fires longer timers immediately. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function readAt(fd: number, buffer: Buffer, position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, position, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    );
  });
}

/** Throws `interrupted`, and `changed` when the file was truncated below the end of the range. */
export async function* readFixed(
  fd: number,
  range: ByteRange,
  { name, signal }: Named,
): AsyncGenerator<Buffer> {
  for (let at = range.start; at < range.end; ) {
    if (signal.aborted) throw new LeaksiftError('interrupted', `interrupted (${name})`);
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, range.end - at));
    const bytes = await readAt(fd, buffer, at);
    if (bytes === 0) {
      // Files of /sys declare 4,096 bytes and hold fewer; only a smaller size now is a truncation.
      if (fs.fstatSync(fd).size >= range.end) return;
      throw new LeaksiftError('changed', `truncated while it was read (${name})`);
    }
    at += bytes;
    yield buffer.subarray(0, bytes);
  }
}

type Named = { readonly name: string; readonly signal: AbortSignal };

export type Patience = Named & {
  /** How long a read may wait for more bytes. */
  readonly idleMs: number;
  /** How long an end of file before the first byte means "no writer yet". 0 for anything but a FIFO. */
  readonly firstByteMs: number;
  readonly maxBytes: number;
};

/** Throws `timeout`, `interrupted` or `limit-file-size`. */
export async function* readOpenEnded(fd: number, patience: Patience): AsyncGenerator<Buffer> {
  const { name, maxBytes } = patience;
  let total = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const bytes = await readPatiently(fd, buffer, { ...patience, mayLackWriter: total === 0 });
    if (bytes === 0) return;
    total += bytes;
    if (total > maxBytes) throw new LeaksiftError('limit-file-size', `larger than --max-file-size (${name})`);
    yield buffer.subarray(0, bytes);
  }
}

async function readPatiently(fd: number, buffer: Buffer, patience: Patience & { mayLackWriter: boolean }) {
  const { name, signal, idleMs, firstByteMs, mayLackWriter } = patience;
  const started = performance.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    if (signal.aborted) throw new LeaksiftError('interrupted', `interrupted (${name})`);
    const bytes = await tryRead(fd, buffer, { idleMs, name, signal });
    if (bytes !== undefined && (bytes > 0 || !mayLackWriter || firstByteMs === 0)) return bytes;
    const waited = performance.now() - started;
    if (bytes === 0 && waited > firstByteMs) throw new LeaksiftError('timeout', `no writer (${name})`);
    if (waited > idleMs) throw new LeaksiftError('timeout', `no bytes for ${idleMs / 1000} s (${name})`);
    await sleep(wait);
  }
}

/** Bytes read, or undefined when a non-blocking descriptor has none now. */
async function tryRead(fd: number, buffer: Buffer, patience: Pick<Patience, 'idleMs' | 'name' | 'signal'>) {
  // A blocking descriptor (a terminal, an inherited pipe) occupies one pool thread; the race frees the caller.
  const alarm = startAlarm(patience);
  try {
    return await Promise.race([readAt(fd, buffer, null), alarm.raised]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  } finally {
    alarm.stop();
  }
}

function startAlarm({ idleMs, name, signal }: Pick<Patience, 'idleMs' | 'name' | 'signal'>) {
  const { promise, reject } = withRejection();
  const late = () => reject(new LeaksiftError('timeout', `no bytes for ${idleMs / 1000} s (${name})`));
  const interrupt = () => reject(new LeaksiftError('interrupted', `interrupted (${name})`));
  const timer = setTimeout(late, Math.min(idleMs, LONGEST_TIMER_MS));
  signal.addEventListener('abort', interrupt, { once: true });
  const stop = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  };
  return { raised: promise, stop };
}

function withRejection() {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_resolve, no) => {
    reject = no;
  });
  return { promise, reject };
}

/** Throws `empty-input` if a pipe ends without a byte: the process that should write to it has failed. */
export async function* mustBring(stream: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let isEmpty = true;
  for await (const chunk of stream) {
    isEmpty = false;
    yield chunk;
  }
  if (isEmpty)
    throw new LeaksiftError('empty-input', `ended without a byte (${name}); --allow-empty accepts this`);
}

/** The part of a stream that a range asks for. */
export async function* sliceStream(stream: AsyncIterable<Buffer>, { start, end }: ByteRange) {
  let at = 0;
  for await (const chunk of stream) {
    const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    if (part.length > 0) yield part;
    at += chunk.length;
    if (at >= end) return;
  }
}
