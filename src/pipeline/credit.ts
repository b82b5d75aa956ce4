/**
 * Back pressure between a worker and the main thread: the worker may be ahead by so many bytes of output
 * and then blocks until the main thread has written some. One per shard in flight.
 */

const AHEAD_BYTES = 4 * 1024 * 1024;
/** So that a main thread that died cannot block a worker for ever. */
const WAIT_MS = 1000;

export class Credit {
  readonly #cell: Int32Array;

  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#cell = new Int32Array(shared);
  }

  /** In the worker: counts bytes handed over; blocks while too many are unwritten, unless abandoned. */
  take(bytes: number): void {
    Atomics.add(this.#cell, 0, bytes);
    for (let out = Atomics.load(this.#cell, 0); out > AHEAD_BYTES; out = Atomics.load(this.#cell, 0)) {
      if (Atomics.load(this.#cell, 1) === 1) return;
      Atomics.wait(this.#cell, 0, out, WAIT_MS);
    }
  }

  /** In the main thread: bytes were written. */
  give(bytes: number): void {
    Atomics.sub(this.#cell, 0, bytes);
    Atomics.notify(this.#cell, 0);
  }

  /** In the main thread: nobody will take the rest. */
  abandon(): void {
    Atomics.store(this.#cell, 1, 1);
    Atomics.notify(this.#cell, 0);
  }
}
