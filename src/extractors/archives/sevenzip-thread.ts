/**
 * One thread that runs 7-Zip. Serves one archive at a time and may serve another afterwards: starting the
 * thread and compiling 7-Zip costs about 100 times as much as a command on a small archive.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LeaksiftError } from '../../core/errors.js';
import { MiB } from '../../core/limits.js';
import type { SevenZipEvent, SevenZipRequest, SevenZipStart } from './sevenzip-protocol.js';

/** A fresh instance has 16 MiB. A thread with more than this is not reused, so that its memory is freed at once. */
const MAX_REUSED_HEAP = 64 * MiB;
/** Events taken from the queue before it is shortened. */
const MAX_TAKEN = 1000;

/** Built files are beside this one; when run from source they are in dist. */
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
  #isRunning = false;
  #heapBytes = 0;
  #wake = () => {};

  constructor() {
    const workerData: SevenZipStart = { untaken: this.#untaken.buffer as SharedArrayBuffer };
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

  /** True if another archive can be served: alive, between commands, with a heap of ordinary size. */
  get isReusable(): boolean {
    return !this.#fault && !this.#isRunning && this.#heapBytes <= MAX_REUSED_HEAP;
  }

  /** Serves an archive. The process stays alive meanwhile. */
  open(archive: string | Uint8Array): void {
    this.#worker.ref();
    this.#post({ type: 'open', archive });
  }

  /** Ends serving that archive. */
  close(): void {
    this.#post({ type: 'close' });
    this.#worker.unref();
  }

  start(args: readonly string[]): void {
    this.#isRunning = true;
    this.#post({ type: 'run', args });
  }

  #post(request: SevenZipRequest): void {
    this.#worker.postMessage(request);
  }

  /** The next event of the current command, if there is one. */
  next(): SevenZipEvent | undefined {
    const event = this.#queue[this.#taken];
    if (!event) return undefined;
    this.#taken++;
    if (this.#taken === this.#queue.length || this.#taken > MAX_TAKEN) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    if (event.type === 'data') {
      Atomics.sub(this.#untaken, 0, 1);
      Atomics.notify(this.#untaken, 0);
    }
    if (event.type === 'exit') {
      this.#isRunning = false;
      this.#heapBytes = event.heapBytes;
    }
    return event;
  }

  /** Resolves when there may be an event, or on wake(). Throws `crashed` once the thread has ended. */
  async wait(): Promise<void> {
    if (this.#fault) throw this.#fault;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(cause?: unknown): void {
    this.#fault ??= new LeaksiftError('crashed', '7-Zip ended early', { cause });
    this.#wake();
  }
}
