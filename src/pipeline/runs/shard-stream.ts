/**
 * Whole shard files into one stream of lines, while others are still being scanned. Ordered: in plan
 * order. Unordered: as they are done. Each file is removed once it is written.
 */
import { rm } from 'node:fs/promises';
import { safeJson } from '../../core/printable.js';
import { eachRun, wholeLines } from '../scan/line-kinds.js';
import type { RunTotals } from '../scan/run-totals.js';
import { readShardEnd, shardEvents } from './shard-file.js';

export class ShardStream {
  #next = 0;
  /** Whole shards that were not written yet. */
  #held = 0;
  readonly #done = new Map<number, string>();
  #tail: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(
    private readonly write: (lines: Uint8Array) => Promise<void>,
    private readonly ordered: boolean,
    private readonly people: RunTotals,
    /** What is left of lines of findings. */
    private readonly accept: (lines: Buffer) => Buffer,
  ) {}

  /** Takes a whole shard file; rejects when it, or one before it, cannot be written. */
  done(index: number, path: string): Promise<void> {
    this.#held += 1;
    if (this.ordered) this.#done.set(index, path);
    else this.#append(path);
    for (let path = this.#done.get(this.#next); path !== undefined; path = this.#done.get(this.#next)) {
      this.#done.delete(this.#next);
      this.#next += 1;
      this.#append(path);
    }
    return this.#tail;
  }

  /** Resolves when no more than `most` shards wait to be written. */
  async room(most: number): Promise<void> {
    while (this.#held > most) await new Promise<void>((resume) => this.#waiting.push(resume));
  }

  #append(path: string): void {
    this.#tail = this.#tail.then(() => this.#copy(path)).finally(() => this.#written());
    this.#tail.catch(() => {});
  }

  #written(): void {
    this.#held -= 1;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #copy(path: string): Promise<void> {
    const end = await readShardEnd(path);
    if (end) {
      for await (const lines of wholeLines(shardEvents(path, end))) {
        const shown: Buffer[] = [];
        eachRun(lines, (kind, run) => {
          if (kind === 'keys') this.people.keys(run);
          else shown.push(kind === 'findings' ? this.accept(run) : run);
        });
        if (shown.length > 0) await this.write(Buffer.concat(shown));
      }
      await this.#events(this.people.ranges(end.tally));
    }
    await rm(path, { force: true });
  }

  /** Writes what is still known of items whose ranges did not all come. */
  async end(): Promise<void> {
    await this.#tail;
    await this.#events(this.people.rest());
  }

  async #events(events: readonly object[]): Promise<void> {
    for (const event of events) await this.write(Buffer.from(`${safeJson(event)}\n`));
  }
}
