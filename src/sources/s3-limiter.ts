/**
 * How many requests one bucket is asked at once. Halves when the server says SlowDown, recovers by one
 * after as many successes as it allows, and holds everybody back for a moment. Bodies being read do not
 * count: they must never keep a nested read from starting.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export type Pace = {
  readonly maxRequests: number;
  /** First wait after a SlowDown; doubles with each that follows. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
};

export class RequestLimiter {
  #limit: number;
  #active = 0;
  #successes = 0;
  #pauseMs: number;
  #pausedUntil = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly pace: Pace) {
    this.#limit = pace.maxRequests;
    this.#pauseMs = pace.pauseMs;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Runs one request when there is room. Rejects with the signal's reason when aborted while paused. */
  async run<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#acquire();
    try {
      const pause = this.#pausedUntil - performance.now();
      if (pause > 0) await sleep(pause, undefined, { signal });
      const result = await request();
      this.#recover();
      return result;
    } finally {
      this.#active -= 1;
      this.#wake();
    }
  }

  /** Call on every SlowDown seen. Those of requests sent before the last cut took effect count once. */
  slowDown(): void {
    const now = performance.now();
    if (now < this.#pausedUntil) return;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#successes = 0;
    this.#pausedUntil = now + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, this.pace.longestPauseMs);
  }

  async #acquire(): Promise<void> {
    if (this.#active >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#active += 1;
  }

  /** Hands free places on; the place is taken here, so that nobody slips in between. */
  #wake(): void {
    while (this.#active < this.#limit && this.#waiting.length > 0) {
      this.#active += 1;
      this.#waiting.shift()?.();
    }
  }

  #recover(): void {
    this.#successes += 1;
    if (this.#successes < this.#limit) return;
    this.#successes = 0;
    this.#pauseMs = this.pace.pauseMs;
    this.#limit = Math.min(this.pace.maxRequests, this.#limit + 1);
  }
}
