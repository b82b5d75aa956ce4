/**
 * The results of an item in its shard, and how another run reuses them without reading the item: copies the lines
 * byte for byte, derives the counts from them, and takes the rest from the shard's closing line.
 */
import { open } from 'node:fs/promises';
import { LeaksiftError } from '../../core/errors.js';
import type { Event } from '../../core/events.js';
import { bytesToRead } from '../../core/shard.js';
import type { Item } from '../../core/source.js';
import { textLines, wholeLines } from './lines.js';
import type { KeysLine } from './run-totals.js';
import { type Counts, countCoverage, countFinding, countItem, type Tally } from './tally.js';

/** An item's share of a shard, in the order of the shard's items. */
export type ShardItem = {
  /** Length of its lines, which follow those of the previous item. */
  readonly bytes: number;
  /** True if another attempt can have another result: a later run reads the item again. */
  readonly again?: true;
} & Partial<Pick<Tally, 'counted' | 'notes' | 'ranges' | 'rosterParts'>>;

/** Lines of an earlier run that are reused for an item of this one. */
export type Carried = { readonly path: string; readonly start: number; readonly item: ShardItem };

/** Reasons that are temporary and not a property of the content. */
const PASSING = new Set([
  ...['read-error', 'not-found', 'access-denied', 'changed', 'source', 'timeout', 'interrupted'],
  ...['crashed', 'hung', 'internal', 'output', 'archived-storage'],
]);

/** For an item whose lines took `bytes`. */
export function shardItemOf(bytes: number, tally: Tally): ShardItem {
  const { counted, notes, ranges, rosterParts } = tally;
  return {
    bytes,
    ...(isPassing(tally) && { again: true as const }),
    ...(Object.keys(counted).length > 0 && { counted }),
    ...(Object.keys(notes).length > 0 && { notes }),
    ...(ranges.length > 0 && { ranges }),
    ...(rosterParts.length > 0 && { rosterParts }),
  };
}

function isPassing({ byReason, ranges }: Tally): boolean {
  const reasons = [...Object.keys(byReason), ...ranges.map(({ coverage }) => coverage.reason ?? '')];
  return reasons.some((all) => all.split(',').some((reason) => PASSING.has(reason)));
}

export type CarrySink = {
  readonly tally: Tally;
  readonly write: (lines: Buffer) => void;
  /** Resolves when there is room for more output. */
  readonly ready: () => Promise<void>;
};

/** Writes an item's earlier results. Throws `not-found` if the earlier run was removed meanwhile. */
export async function carryOver(carried: Carried, item: Item, sink: CarrySink): Promise<void> {
  const { tally } = sink;
  const { counted = {}, notes = {}, ranges = [], rosterParts = [] } = carried.item;
  countItem(tally, item, bytesToRead(item));
  tally.carried += item.range && !item.range.last ? 0 : 1;
  tally.counted = { ...(counted as Counts) };
  tally.notes = { ...(notes as Counts) };
  tally.ranges = [...ranges];
  tally.rosterParts = [...rosterParts];
  for await (const lines of wholeLines(linesOf(carried))) {
    for (const line of textLines(lines)) count(tally, JSON.parse(line) as Event | KeysLine);
    sink.write(lines);
    await sink.ready();
  }
}

async function* linesOf({ path, start, item }: Carried): AsyncGenerator<Buffer> {
  if (item.bytes === 0) return;
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new LeaksiftError('not-found', `${path}: the earlier run was removed`, { cause: error });
  });
  yield* file.createReadStream({ start, end: start + item.bytes - 1, highWaterMark: 256 * 1024 });
}

function count(tally: Tally, event: Event | KeysLine): void {
  if (event.type === 'finding') countFinding(tally, event);
  else if (event.type === 'coverage') countCoverage(tally, event);
  else if (event.type === 'record') tally.records += 1;
  else if (event.type === 'roster') tally.rosters += 1;
}
