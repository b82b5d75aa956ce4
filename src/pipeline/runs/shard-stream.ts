/**
 * Streams the lines of whole shard files while other shards are still scanned. Ordered: in plan order; unordered: as
 * they finish. Each file is removed after writing.
 */
import { safeJson } from '../../core/printable.js';
import { eachRun } from '../scan/line-kinds.js';
import { wholeLines } from '../scan/lines.js';
import type { RunTotals } from '../scan/run-totals.js';
import type { RunStore } from './run-store.js';
import { UNKEYED } from './seal.js';
import { readShardEnd, shardEvents } from './shard-file.js';

export type ShardStreamOptions = {
  /** The store of the shard files. */
  readonly store: RunStore;
  readonly ordered: boolean;
  readonly totals: RunTotals;
  /** Filters lines of findings and coverage, and returns the rest. */
  readonly accept: (lines: Buffer) => Buffer;
  readonly write: (lines: Uint8Array) => Promise<void>;
};

export class ShardStream {
  #next = 0;
  /** Whole shards that are not written yet. */
  #held = 0;
  readonly #done = new Map<number, string>();
  #tail: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(private readonly options: ShardStreamOptions) {}

  /** Takes a whole shard file. Rejects if it, or one before it, cannot be written. */
  done(index: number, name: string): Promise<void> {
    this.#held += 1;
    if (this.options.ordered) this.#done.set(index, name);
    else this.#append(name);
    for (let next = this.#done.get(this.#next); next !== undefined; next = this.#done.get(this.#next)) {
      this.#done.delete(this.#next);
      this.#next += 1;
      this.#append(next);
    }
    return this.#tail;
  }

  /** Resolves when at most `most` shards wait to be written. */
  async room(most: number): Promise<void> {
    while (this.#held > most) await new Promise<void>((resume) => this.#waiting.push(resume));
  }

  #append(name: string): void {
    this.#tail = this.#tail.then(() => this.#copy(name)).finally(() => this.#written());
    this.#tail.catch(() => {});
  }

  #written(): void {
    this.#held -= 1;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #copy(name: string): Promise<void> {
    const { store, totals, accept, write } = this.options;
    const end = await readShardEnd(store, name, UNKEYED);
    if (end) {
      for await (const lines of wholeLines(shardEvents(store, name, end))) {
        const shown: Buffer[] = [];
        eachRun(lines, (kind, run) => {
          if (kind === 'keys') totals.keys(run);
          else shown.push(accept(run));
        });
        if (shown.length > 0) await write(Buffer.concat(shown));
      }
      await this.#events(totals.ranges(end.tally));
    }
    await store.remove(name);
  }

  /** Writes coverage of items with missing ranges. */
  async end(): Promise<void> {
    await this.#tail;
    await this.#events(this.options.totals.rest());
  }

  async #events(events: readonly object[]): Promise<void> {
    const { accept, write } = this.options;
    for (const event of events) await write(accept(Buffer.from(`${safeJson(event)}\n`)));
  }
}
