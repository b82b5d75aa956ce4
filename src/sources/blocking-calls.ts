/**
 * Decides between blocking and waiting file calls. On a local disk with warm caches a blocking call costs
 * 5 to 20 µs where a waiting one costs 20 to 200; on a network share or a cold disk blocking would leave
 * the thread idle. So blocking calls are timed, and given up while they are slow.
 */

/** Above this a thread does better to wait for several files at once. */
const SLOW_MS = 0.25;
/** Weight of the newest call in the running average. */
const WEIGHT = 1 / 16;
/** A slow place is tried again after so many calls. */
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

  /** Runs a blocking call and learns from it, also when it throws. */
  timed<T>(call: () => T): T {
    const started = performance.now();
    try {
      return call();
    } finally {
      // Half of the calls must be slow, not a few that met a busy machine.
      const tookMs = Math.min(performance.now() - started, 2 * SLOW_MS);
      this.#averageMs += WEIGHT * (tookMs - this.#averageMs);
    }
  }
}
