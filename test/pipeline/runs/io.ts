/** The environment of a command in memory: its output, and a signal to end it. */
import { Writable } from 'node:stream';
import type { Io } from '../../../src/commands/io.js';

export type TestIo = Io & { out(): string; err(): string; stop(status: number): void };

export function testIo(given: Partial<Io> = {}): TestIo {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  const into = (chunks: Buffer[]) =>
    new Writable({
      write(chunk, _, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
  const abort = new AbortController();
  return {
    stdout: into(out),
    stderr: into(err),
    env: {},
    cores: 2,
    workingFolder: process.cwd(),
    signal: abort.signal,
    ...given,
    out: () => Buffer.concat(out).toString(),
    err: () => Buffer.concat(err).toString(),
    stop: (status) => abort.abort(status),
  };
}
