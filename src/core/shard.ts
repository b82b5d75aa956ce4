/** The unit of scheduling: items that are scanned together and whose output is committed as a whole. */
import type { Item } from './source.js';

/** Shards of a run are numbered from 0 in the order of the listing. */
export type Shard = { readonly index: number; readonly items: readonly Item[] };

/** Bytes of an item, or of its range. */
export function bytesToRead({ range, bytes }: Item): number {
  return range ? range.end - range.start : (bytes ?? 0);
}
