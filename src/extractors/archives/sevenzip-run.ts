/**
 * 7-Zip on one archive, on a thread of its own. Commands run one after the other; each gives its events
 * in order. The thread is killed by close(), when the budget is spent, or by what it reads.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LeaksiftError } from '../../core/errors.js';
import type { Budget } from '../../core/limits.js';
import type { SevenZipEvent, SevenZipJob } from './sevenzip-protocol.js';

const CHECK_MS = 250;

/** Built files stand beside this one; from source they stand in dist. */
function workerFile(): string {
  const here = new URL('./sevenzip-worker.js', import.meta.url);
  const built = new URL('../../../dist/extractors/archives/sevenzip-worker.js', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}

export class SevenZipThread {
  readonly #untaken = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #queue: SevenZipEvent[] = [];
  #taken = 0;
  #fault: LeaksiftError | undefined;
  #wake = () => {};

  constructor(
    archive: string | Uint8Array,
    private readonly budget: Budget,
  ) {
    const workerData: SevenZipJob = { archive, untaken: this.#untaken.buffer as SharedArrayBuffer };
    this.#worker = new Worker(workerFile(), {
      workerData,
      stdout: true,
      stderr: true,
      env: {},
      execArgv: [],
    });
    this.#worker.on('message', (event: SevenZipEvent) => {
      this.#queue.push(event);
      this.#wake();
    });
    this.#worker.on('error', (cause) => this.#end(cause));
    this.#worker.on('exit', () => this.#end());
  }

  /**
   * Yields the events of one command up to its exit. Throws what the budget throws, or `crashed`. A run
   * that is not read to its exit must be the last.
   */
  async *run(args: readonly string[]): AsyncGenerator<SevenZipEvent> {
    this.#worker.postMessage(args);
    const timer = setInterval(() => this.#wake(), CHECK_MS);
    try {
      for (;;) {
        this.budget.check();
        const event = this.#next();
        if (event) yield event;
        if (event?.type === 'exit') return;
        if (!event) await this.#wait();
      }
    } finally {
      clearInterval(timer);
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(): SevenZipEvent | undefined {
    const event = this.#queue[this.#taken];
    if (!event) return undefined;
    this.#taken++;
    if (this.#taken === this.#queue.length || this.#taken > 1000) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    if (event.type === 'data') {
      Atomics.sub(this.#untaken, 0, 1);
      Atomics.notify(this.#untaken, 0);
    }
    return event;
  }

  async #wait(): Promise<void> {
    if (this.#fault) throw this.#fault;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #end(cause?: unknown): void {
    this.#fault ??= new LeaksiftError('crashed', '7-Zip ended early', { cause });
    this.#wake();
  }
}
