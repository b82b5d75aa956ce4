/**
 * One run of 7-Zip on a thread of its own. In: an archive and arguments. Out: events in order. The thread
 * is killed when the budget is spent, when the reader stops, or when it dies of what it reads.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LeaksiftError } from '../core/errors.js';
import type { Budget } from '../core/limits.js';
import type { SevenZipEvent, SevenZipJob } from './sevenzip-protocol.js';

const CHECK_MS = 250;

/** Built files stand beside this one; from source they stand in dist. */
function workerFile(): string {
  const here = new URL('./sevenzip-worker.js', import.meta.url);
  const built = new URL('../../dist/extractors/sevenzip-worker.js', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}

/** Yields the events of one run up to its exit. Throws what the budget throws, or `crashed`. */
export async function* runSevenZip(
  archive: string | Uint8Array,
  args: readonly string[],
  budget: Budget,
): AsyncGenerator<SevenZipEvent> {
  const untaken = new Int32Array(new SharedArrayBuffer(4));
  const workerData: SevenZipJob = { archive, args, untaken: untaken.buffer as SharedArrayBuffer };
  const worker = new Worker(workerFile(), { workerData, stdout: true, stderr: true, env: {}, execArgv: [] });
  const queue: SevenZipEvent[] = [];
  let wake = () => {};
  let fault: LeaksiftError | undefined;
  let isOver = false;
  const end = (cause?: unknown) => {
    isOver = true;
    if (cause !== undefined) fault ??= new LeaksiftError('crashed', '7-Zip failed', { cause });
    wake();
  };
  worker.on('message', (event: SevenZipEvent) => {
    queue.push(event);
    wake();
  });
  worker.on('error', (error) => end(error));
  worker.on('exit', () => end());
  const timer = setInterval(() => wake(), CHECK_MS);
  try {
    for (let taken = 0; ; ) {
      budget.check();
      const event = queue[taken];
      if (event) {
        taken++;
        if (taken === queue.length || taken > 1000) {
          queue.splice(0, taken);
          taken = 0;
        }
        if (event.type === 'data') {
          Atomics.sub(untaken, 0, 1);
          Atomics.notify(untaken, 0);
        }
        yield event;
        if (event.type === 'exit') return;
      } else {
        if (fault) throw fault;
        if (isOver) throw new LeaksiftError('crashed', '7-Zip ended early');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}
