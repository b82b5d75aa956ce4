/**
 * Runs 7-Zip on one archive. Commands run one after the other; each yields its events in order. The thread is killed
 * if a command did not end (budget exceeded, crash, abandoned output); otherwise it waits for the next archive, so
 * that a scan of many archives starts 7-Zip once per worker.
 */
import type { Budget } from '../../core/limits.js';
import type { SevenZipEvent } from './sevenzip-protocol.js';
import { SevenZipThread } from './sevenzip-thread.js';

/** How often the budget is checked while 7-Zip is silent. */
const CHECK_MS = 250;
/** An idle thread holds about 30 MB, which are freed after this time without another archive. */
const MAX_IDLE_MS = 10_000;

/** The one waiting thread, with the timer that ends it. */
let idle: { readonly thread: SevenZipThread; readonly timer: NodeJS.Timeout } | undefined;

function takeThread(): SevenZipThread {
  const waiting = idle;
  idle = undefined;
  if (waiting) clearTimeout(waiting.timer);
  return waiting?.thread.isReusable ? waiting.thread : new SevenZipThread();
}

/** Keeps the thread for the next archive, or ends it: nested archives need several at a time, later ones do not. */
async function releaseThread(thread: SevenZipThread): Promise<void> {
  if (idle || !thread.isReusable) return thread.terminate();
  thread.close();
  const timer = setTimeout(() => {
    idle = undefined;
    void thread.terminate();
  }, MAX_IDLE_MS);
  idle = { thread, timer: timer.unref() };
}

export class SevenZipRun {
  readonly #thread = takeThread();

  constructor(
    archive: string | Uint8Array,
    private readonly budget: Budget,
  ) {
    this.#thread.open(archive);
  }

  /**
   * Yields the events of one command up to its exit. Throws what the budget throws, or `crashed`. A run that is not
   * read to its exit must be the last.
   */
  async *run(args: readonly string[]): AsyncGenerator<SevenZipEvent> {
    const thread = this.#thread;
    thread.start(args);
    const timer = setInterval(() => thread.wake(), CHECK_MS);
    try {
      for (;;) {
        this.budget.check();
        const event = thread.next();
        if (event) yield event;
        if (event?.type === 'exit') return;
        if (!event) await thread.wait();
      }
    } finally {
      clearInterval(timer);
    }
  }

  close(): Promise<void> {
    return releaseThread(this.#thread);
  }
}
