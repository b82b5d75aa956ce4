/**
 * Joins the lines of shards that run side by side into one stream. Ordered: in plan order, a shard that is
 * not first waits with its lines (its worker blocks when it is far ahead). Unordered: as they come, whole
 * buffers of whole lines.
 */
export class Output {
  #first = 0;
  readonly #done = new Set<number>();
  #waiting: { index: number; resume: () => void }[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: (lines: Uint8Array) => Promise<void>,
    private readonly ordered: boolean,
  ) {}

  async lines(shard: number, lines: Uint8Array): Promise<void> {
    if (this.ordered) await this.#turn(shard);
    const written = this.#tail.then(() => this.write(lines));
    // One failed write fails this call; later ones meet it again by themselves.
    this.#tail = written.catch(() => {});
    await written;
  }

  done(shard: number): void {
    this.#done.add(shard);
    while (this.#done.delete(this.#first)) this.#first += 1;
    const ready = this.#waiting.filter((waiter) => waiter.index <= this.#first);
    this.#waiting = this.#waiting.filter((waiter) => waiter.index > this.#first);
    for (const waiter of ready) waiter.resume();
  }

  #turn(shard: number): Promise<void> {
    if (shard <= this.#first) return Promise.resolve();
    return new Promise((resume) => this.#waiting.push({ index: shard, resume }));
  }
}
