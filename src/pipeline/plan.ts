/**
 * Listing → shards, streamed: groups of items in listing order, small first so that all workers start at
 * once, then up to SHARD_ITEMS or SHARD_BYTES. The same listing always makes the same shards.
 */
import { sourceFor } from '../builtin.js';
import { MiB } from '../core/limits.js';
import type { Item, SourceContext } from '../core/source.js';

export type Shard = { readonly index: number; readonly items: readonly Item[] };

const SHARD_ITEMS = 256;
const SHARD_BYTES = 64 * MiB;
const FIRST_SHARD_ITEMS = 8;
/** What an item costs besides its bytes: opening, detection, coverage. */
const ITEM_BYTES = 16 * 1024;

export async function* planShards(
  addresses: readonly string[],
  context: SourceContext,
): AsyncGenerator<Shard> {
  let items: Item[] = [];
  let bytes = 0;
  let index = 0;
  for await (const item of listAll(addresses, context)) {
    items.push(item);
    bytes += (item.bytes ?? 0) + ITEM_BYTES;
    const cap = Math.min(SHARD_ITEMS, FIRST_SHARD_ITEMS * (index + 1));
    if (items.length >= cap || bytes >= Math.min(SHARD_BYTES, 8 * MiB * (index + 1))) {
      yield { index: index++, items };
      items = [];
      bytes = 0;
    }
  }
  if (items.length > 0) yield { index, items };
}

async function* listAll(addresses: readonly string[], context: SourceContext): AsyncGenerator<Item> {
  for (const address of addresses) yield* sourceFor(address).list(address, context);
}
