/**
 * Passes chunks from a producer to one consumer, one at a time: give() resolves when the consumer asks for more, so
 * that a slow consumer holds back the producer. After closing, it drops what it is given.
 */
export class Handover<T> {
  readonly #given: { readonly chunk: T; readonly taken: () => void }[] = [];
  #wake: (() => void) | undefined;
  #isEnded = false;
  #isClosed = false;

  /** Resolves when the consumer has processed the chunk. */
  give(chunk: T): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((taken) => {
      this.#given.push({ chunk, taken });
      this.#wake?.();
    });
  }

  /** Ends the stream after the chunks given so far. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** The chunks, for one consumer. */
  async *chunks(): AsyncGenerator<T> {
    try {
      for (;;) {
        const next = this.#given[0];
        if (next) {
          yield next.chunk;
          this.#given.shift();
          next.taken();
        } else if (this.#isEnded) return;
        else await new Promise<void>((wake) => (this.#wake = wake));
      }
    } finally {
      this.#isClosed = true;
      for (const { taken } of this.#given.splice(0)) taken();
    }
  }
}
