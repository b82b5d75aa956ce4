/**
 * A fixed-size sample of a stream of unknown length. Estimates sums over any part of the stream without bias:
 * priority sampling (Duffield, Lund, Thorup 2007). Seeded: the same stream gives the same sample. Sums are exact
 * while the stream is no longer than the sample.
 */

/** A drawn value with the weight of the stream that it represents. */
export type Drawn<T> = { readonly value: T; readonly weight: number; readonly standsFor: number };

type Entry<T> = { value: T; weight: number; priority: number };

export class PrioritySample<T> {
  readonly #random: () => number;
  /** Grows to twice the size, then drops the surplus. */
  #entries: Entry<T>[] = [];
  /** The largest priority that was dropped. */
  #threshold = 0;

  constructor(
    private readonly size: number,
    seed: number,
  ) {
    this.#random = seededRandom(seed);
  }

  add(value: T, weight: number): void {
    const priority = weight / (1 - this.#random());
    if (priority <= this.#threshold) return;
    this.#entries.push({ value, weight, priority });
    if (this.#entries.length >= 2 * this.size) this.#trim();
  }

  /** The drawn values, largest priority first. */
  drawn(): Drawn<T>[] {
    this.#trim();
    const standsFor = (weight: number) => Math.max(weight, this.#threshold);
    return this.#entries.map(({ value, weight }) => ({ value, weight, standsFor: standsFor(weight) }));
  }

  #trim(): void {
    this.#entries.sort((a, b) => b.priority - a.priority);
    for (const { priority } of this.#entries.splice(this.size)) {
      this.#threshold = Math.max(this.#threshold, priority);
    }
  }
}

/** Mulberry32, 32 bits of state: sufficient for sampling. From 0 to below 1. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
