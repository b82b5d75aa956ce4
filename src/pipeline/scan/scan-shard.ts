/**
 * Scans the items of one shard and emits their events in the shard's order although they are read concurrently: the
 * first unfinished item writes through, later ones hold their lines until it is done.
 */
import PQueue from 'p-queue';
import { MiB } from '../../core/limits.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import type { Item } from '../../core/source.js';
import type { SourceRegistry } from '../../sources/index.js';
import { EventWriter } from './event-writer.js';
import { type ItemRun, scanItem } from './scan-item.js';
import { addTally, newTally, type Tally } from './tally.js';
import { type Carried, carryOver, type ShardItem, shardItemOf } from './unchanged-item.js';

/** Total bytes of small items that are read concurrently, for sources that allow it. */
const BYTES_AT_ONCE = 4 * MiB;
/** Lines that an item after the first can hold before it waits. */
const HELD_BYTES = 4 * 1024 * 1024;

export type ShardRun = Omit<ItemRun, 'writer' | 'ready'> & {
  readonly emit: (lines: Buffer) => void;
  /** Resolves when there is room for more output. */
  readonly ready: () => Promise<void>;
  readonly finished?: (item: Item) => void;
  /** For each item its results of an earlier run, if it need not be read. */
  readonly carried?: readonly (Carried | null)[];
  /** Items read concurrently; the default depends on their source. */
  readonly concurrency?: number;
};

export type ShardResult = { readonly tally: Tally; readonly items: readonly ShardItem[] };

/**
 * Resolves with the shard's counts, and each item's share, when all its items are done. Rejects with what `emit`
 * throws.
 */
export async function scanShard(shard: Shard, run: ShardRun): Promise<ShardResult> {
  const tally = newTally();
  const items: ShardItem[] = [];
  const tallies: Tally[] = [];
  const faults: unknown[] = [];
  const order = new Order(run.emit);
  const concurrency = run.concurrency ?? concurrencyOf(shard, run.scanning.readers.sources);
  const queue = new PQueue({ concurrency });
  for (const [index, item] of shard.items.entries()) {
    await queue.onSizeLessThan(concurrency);
    const scanned = queue.add(async () => {
      let bytes = 0;
      const write = (lines: Buffer) => {
        bytes += lines.length;
        order.write(index, lines);
      };
      // Ranges of an item must agree on its name, regardless of what each of them finds.
      const writer = new EventWriter(write, item.range ? undefined : run.scanning.names.redactor());
      const ready = async () => {
        writer.flushIfLarge();
        await order.room(index);
        await run.ready();
      };
      const carried = run.carried?.[index];
      if (carried) await carryOver(carried, item, { tally: writer.tally, write, ready });
      else await scanItem(item, { ...run, writer, ready });
      if (carried) run.read?.(bytesToRead(item));
      writer.flush();
      items[index] = shardItemOf(bytes, writer.tally);
      tallies[index] = writer.tally;
      order.done(index);
      run.finished?.(item);
    });
    // An output that cannot be written; faults of an item are in its coverage.
    scanned.catch((error: unknown) => faults.push(error));
  }
  await queue.onIdle();
  if (faults.length > 0) throw faults[0];
  // In item order, so that the counts do not depend on concurrency.
  for (const one of tallies) {
    addTally(tally, one);
    tally.ranges.push(...one.ranges);
    tally.rosterParts.push(...one.rosterParts);
  }
  return { tally, items };
}

function concurrencyOf({ items }: Shard, sources: SourceRegistry): number {
  const schemes = [...new Set(items.map(({ scheme }) => scheme))];
  const traits = schemes.map((scheme) => sources.traitsOf({ scheme }));
  const least = Math.min(...traits.map(({ itemsAtOnce }) => itemsAtOnce));
  const most = Math.min(...traits.map(({ mostItemsAtOnce }) => mostItemsAtOnce));
  const bytes = items.reduce((sum, item) => sum + bytesToRead(item), 0);
  const fitting = Math.floor((BYTES_AT_ONCE * items.length) / Math.max(1, bytes));
  return Math.max(least, Math.min(most, fitting));
}

/** Keeps the lines of items in item order. */
class Order {
  #first = 0;
  readonly #held = new Map<number, Buffer[]>();
  readonly #finished = new Set<number>();
  #waiting: { index: number; resume: () => void }[] = [];

  constructor(private readonly emit: (lines: Buffer) => void) {}

  write(index: number, lines: Buffer): void {
    if (index === this.#first) this.emit(lines);
    else this.#held.set(index, [...(this.#held.get(index) ?? []), lines]);
  }

  /** Resolves at once unless the item holds too much and earlier ones are unfinished. */
  room(index: number): Promise<void> {
    const held = (this.#held.get(index) ?? []).reduce((sum, lines) => sum + lines.length, 0);
    if (index === this.#first || held < HELD_BYTES) return Promise.resolve();
    return new Promise((resume) => this.#waiting.push({ index, resume }));
  }

  done(index: number): void {
    this.#finished.add(index);
    while (this.#finished.delete(this.#first)) {
      this.#first += 1;
      for (const lines of this.#held.get(this.#first) ?? []) this.emit(lines);
      this.#held.delete(this.#first);
    }
    const ready = this.#waiting.filter((waiter) => waiter.index <= this.#first);
    this.#waiting = this.#waiting.filter((waiter) => waiter.index > this.#first);
    for (const waiter of ready) waiter.resume();
  }
}
