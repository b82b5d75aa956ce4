/**
 * Listing → shards, streamed: groups of items in listing order, small first so that all workers start at
 * once, then up to SHARD_ITEMS or SHARD_BYTES. The same listing always makes the same shards.
 */
import { resolve } from 'node:path';
import { sourceFor } from '../builtin.js';
import { MiB } from '../core/limits.js';
import type { Item, SourceContext } from '../core/source.js';

export type Shard = { readonly index: number; readonly items: readonly Item[] };

const SHARD_ITEMS = 256;
const SHARD_BYTES = 64 * MiB;
const FIRST_SHARD_ITEMS = 8;
const FIRST_SHARD_BYTES = 8 * MiB;
/** What an item costs besides its bytes: opening, detection, coverage. */
const ITEM_BYTES = 16 * 1024;

/** Gathers items into shards. Where a shard ends depends on its index and its items alone. */
export class ShardBuilder {
  #items: Item[] = [];
  #bytes = 0;

  constructor(private index = 0) {}

  /** Returns a shard when this item filled it. */
  add(item: Item): Shard | undefined {
    this.#items.push(item);
    this.#bytes += (item.bytes ?? 0) + ITEM_BYTES;
    const items = Math.min(SHARD_ITEMS, FIRST_SHARD_ITEMS * (this.index + 1));
    const bytes = Math.min(SHARD_BYTES, FIRST_SHARD_BYTES * (this.index + 1));
    return this.#items.length >= items || this.#bytes >= bytes ? this.take() : undefined;
  }

  /** The shard so far, if it holds anything. */
  take(): Shard | undefined {
    if (this.#items.length === 0) return undefined;
    const shard = { index: this.index, items: this.#items };
    this.index += 1;
    this.#items = [];
    this.#bytes = 0;
    return shard;
  }
}

/** Where a listing that was cut short goes on: behind this item of that address. */
export type ListedUntil = { readonly shards: number; readonly address: number; readonly target: string };

/** An item with the index of the address it was listed under. */
type Listed = { readonly item: Item; readonly address: number };

export async function* planShards(
  addresses: readonly string[],
  context: SourceContext,
  until?: ListedUntil,
): AsyncGenerator<Shard & { readonly address: number }> {
  const builder = new ShardBuilder(until?.shards);
  let address = 0;
  for await (const listed of listAll(addresses, context, until)) {
    address = listed.address;
    const shard = builder.add(listed.item);
    if (shard) yield { ...shard, address };
  }
  const rest = builder.take();
  if (rest) yield { ...rest, address };
}

async function* listAll(
  addresses: readonly string[],
  context: SourceContext,
  until: ListedUntil | undefined,
): AsyncGenerator<Listed> {
  for (const [address, name] of addresses.entries()) {
    if (until && address < until.address) continue;
    // Sources list in the order of their names' bytes, so that what lies behind the last one is new.
    const behind = until && address === until.address ? Buffer.from(until.target) : undefined;
    for await (const item of sourceFor(name).list(name, context)) {
      if (behind && Buffer.compare(Buffer.from(storedTarget(item)), behind) <= 0) continue;
      yield { item, address };
    }
  }
}

/** The target as a stored plan has it: absolute, since a plan outlives its working folder. */
export function storedTarget(item: Item): string {
  return item.scheme === 'file' ? resolve(item.target) : item.target;
}
