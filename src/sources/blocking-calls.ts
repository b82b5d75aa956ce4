/**
 * Chooses between synchronous and asynchronous file calls. On a local disk with warm caches a synchronous call costs
 * 5 to 20 µs and an asynchronous one 20 to 200; on a network share or a cold disk a synchronous call leaves the
 * thread idle. So synchronous calls are timed and avoided while they are slow.
 */

/** Above this, waiting for several files at once is faster. */
const SLOW_MS = 0.25;
/** Weight of the newest call in the running average. */
const WEIGHT = 1 / 16;
/** Calls after which a slow location is tried again. */
const TRY_AGAIN = 256;

export class BlockingCalls {
  #averageMs = 0;
  #declined = 0;

  /** True when the next call should block. */
  blocks(): boolean {
    if (this.#averageMs < SLOW_MS) return true;
    this.#declined += 1;
    if (this.#declined < TRY_AGAIN) return false;
    this.#declined = 0;
    return true;
  }

  /** Runs a blocking call and counts its time, also when it throws. */
  timed<T>(call: () => T): T {
    const started = performance.now();
    try {
      return call();
    } finally {
      // Half of the calls must be slow, not a few on a busy machine.
      const tookMs = Math.min(performance.now() - started, 2 * SLOW_MS);
      this.#averageMs += WEIGHT * (tookMs - this.#averageMs);
    }
  }
}
