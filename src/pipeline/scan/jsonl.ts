/** Writes finished JSON lines to a stream (stdout) or a new file, with back pressure. */
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { codeOf, LeaksiftError } from '../../core/errors.js';

export interface Sink {
  /** Resolves when there is room for more. Rejects with `output` if writing fails. */
  write(lines: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** `EPIPE` is kept as the cause: the reader closed the pipe, which is no fault. */
function outputError(name: string, error: unknown): LeaksiftError {
  const reason = (error as { code?: string }).code ?? codeOf(error);
  return new LeaksiftError('output', `cannot write ${name}: ${reason}`, { cause: error });
}

/** A sink over an open stream, which it does not close. */
export function streamSink(stream: Writable, name: string): Sink {
  let failed: unknown;
  let wake: (() => void) | undefined;
  const onError = (error: unknown) => {
    failed ??= error;
    wake?.();
  };
  stream.on('error', onError);
  return {
    async write(lines) {
      if (failed) throw outputError(name, failed);
      const room = stream.write(lines, (error) => error && onError(error));
      if (!room && !failed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          stream.once('drain', resolve);
        });
      }
      if (failed) throw outputError(name, failed);
    },
    async close() {
      await new Promise<void>((resolve) => {
        if (failed) resolve();
        else stream.write('', () => resolve());
      });
      if (failed) throw outputError(name, failed);
    },
  };
}

/** A sink over a file that it creates or truncates, readable by its owner only. */
export async function fileSink(path: string): Promise<Sink> {
  const stream = createWriteStream(path, { mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(outputError(path, error)));
  });
  const sink = streamSink(stream, path);
  return {
    write: sink.write,
    async close() {
      await sink.close();
      await new Promise<void>((resolve, reject) => {
        stream.end((error?: Error | null) => (error ? reject(outputError(path, error)) : resolve()));
      });
    },
  };
}
