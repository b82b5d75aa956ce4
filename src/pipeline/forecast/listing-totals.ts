/**
 * Counts a listing as a stream: items, bytes, types by name, faults, archives, the largest items, and two samples, of
 * items and of bytes. Uses constant memory.
 */
import type { Item } from '../../core/source.js';
import type { Readers } from '../readers/readers.js';
import { bump, type Counts } from '../scan/tally.js';
import { PrioritySample } from './priority-sample.js';

export type Amount = { items: number; bytes: number };

/** A share is then estimated within 5 percentage points, 19 times in 20: 1.96² · 0.25 / 0.05². */
const SAMPLE_ITEMS = 384;
/** Fixed, so that the same listing gives the same sample. */
const SEED = 20_240_501;
const LARGEST = 10;
/** Bounds memory if every file has its own extension. */
const MAX_EXTENSIONS = 2000;
/** The cost of an item besides its bytes, as in plan.ts. */
const ITEM_BYTES = 16 * 1024;

export class ListingTotals {
  readonly total: Amount = { items: 0, bytes: 0 };
  readonly archives: Amount = { items: 0, bytes: 0 };
  /** Items whose requests are billed. */
  readonly objects: Amount = { items: 0, bytes: 0 };
  readonly extensions = new Map<string, Amount>();
  /** Items that the listing rules out, by reason. */
  readonly faults: Counts = {};
  /** Pipes and devices: they have no size and must not be opened before the scan. */
  unmeasured = 0;
  #largest: Item[] = [];
  readonly #items = new PrioritySample<Item>(SAMPLE_ITEMS, SEED);
  readonly #bytes = new PrioritySample<Item>(SAMPLE_ITEMS, SEED + 1);

  readonly #readers: Readers;
  /** Extensions of archives and stores. */
  readonly #archives: ReadonlySet<string>;

  constructor(readers: Readers) {
    this.#readers = readers;
    const archives = readers.formats.all().filter(({ archive }) => archive);
    this.#archives = new Set(archives.flatMap(({ extensions }) => extensions));
  }

  add(item: Item): void {
    const bytes = item.bytes ?? 0;
    count(this.total, bytes);
    if (this.#readers.sources.traitsOf(item).hasPricedRequests) count(this.objects, bytes);
    if (item.fault) {
      bump(this.faults, item.fault.reason);
      return;
    }
    if (item.version === undefined) this.unmeasured += 1;
    const extension = extensionOf(item);
    if (this.#archives.has(extension)) count(this.archives, bytes);
    count(this.#amountOf(extension), bytes);
    this.#keepLargest(item, bytes);
    if (item.version === undefined) return;
    this.#items.add(item, 1);
    this.#bytes.add(item, weightOf(item));
  }

  get largest(): readonly Item[] {
    return this.#largest;
  }

  /** Each element represents a number of items. */
  sampleOfItems() {
    return this.#items.drawn();
  }

  /** Each element represents an amount of work (weightOf). */
  sampleOfBytes() {
    return this.#bytes.drawn();
  }

  #amountOf(extension: string): Amount {
    const known = this.extensions.get(extension);
    if (known) return known;
    const name = this.extensions.size < MAX_EXTENSIONS ? extension : OTHER;
    const amount = this.extensions.get(name) ?? { items: 0, bytes: 0 };
    this.extensions.set(name, amount);
    return amount;
  }

  #keepLargest(item: Item, bytes: number): void {
    const least = this.#largest.at(-1)?.bytes ?? 0;
    if (this.#largest.length === LARGEST && bytes <= least) return;
    const at = this.#largest.findIndex((other) => (other.bytes ?? 0) < bytes);
    this.#largest.splice(at < 0 ? this.#largest.length : at, 0, item);
    this.#largest.length = Math.min(this.#largest.length, LARGEST);
  }
}

const OTHER = '(other)';
const NONE = '(none)';

function count(amount: Amount, bytes: number): void {
  amount.items += 1;
  amount.bytes += bytes;
}

/** Work, in bytes: an empty item also counts. */
export function weightOf({ bytes = 0 }: Item): number {
  return bytes + ITEM_BYTES;
}

export function weightOfAmount({ items, bytes }: Amount): number {
  return bytes + items * ITEM_BYTES;
}

/** Digits of a number that may be somebody's: no extension has so many. */
const NUMBER = /\d{4}/;

/** In lower case; empty for strings too long or unusual for an extension. */
export function extensionOf({ uri }: Item): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  const ending = /.\.([\w~-]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? NONE;
  return NUMBER.test(ending) ? NONE : ending;
}
