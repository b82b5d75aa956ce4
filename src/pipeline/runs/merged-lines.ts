/**
 * The lines of a run from its shards, in plan order: merge writes them and verify compares with them. Verifies each
 * shard as it is read. Memory is bounded.
 */
import { createHash } from 'node:crypto';
import { concurrentMap } from '../../core/concurrent-map.js';
import { LeaksiftError } from '../../core/errors.js';
import { safeJson } from '../../core/printable.js';
import { eachRun } from '../scan/line-kinds.js';
import { wholeLines } from '../scan/lines.js';
import type { RunTotals } from '../scan/run-totals.js';
import type { SealedShard } from './plan.js';
import { placeOf, type RunStore, shardName } from './run-store.js';
import type { Seal } from './seal.js';
import { readShardEnd, type SealedEnd, shardEvents } from './shard-file.js';

/** Whole lines of one kind. */
export type LineRun = { readonly kind: 'findings' | 'coverage'; readonly lines: Buffer };

export type ShardOutput = {
  readonly shard: SealedShard;
  readonly name: string;
  /** Undefined without a whole file. */
  readonly end: SealedEnd | undefined;
};

/** Closing lines fetched in advance: each takes a round trip to a bucket. */
const ENDS_AHEAD = 16;

/** Each shard with its closing line, in order. */
export function shardOutputs(
  store: RunStore,
  seal: Seal,
  shards: AsyncIterable<SealedShard>,
): AsyncGenerator<ShardOutput> {
  return concurrentMap(shards, ENDS_AHEAD, async (shard) => {
    const name = shardName(shard.index);
    return { shard, name, end: await readShardEnd(store, name, seal) };
  });
}

/**
 * The lines that a shard adds to the outputs: its own, and those of items whose last range it has. Counts persons and
 * ranges in `totals`. Throws `corrupt` at the end if the events do not match their hash.
 */
export async function* linesOfShard(
  store: RunStore,
  { name, end }: { readonly name: string; readonly end: SealedEnd },
  totals: RunTotals,
): AsyncGenerator<readonly LineRun[]> {
  const hash = createHash('sha256');
  for await (const lines of wholeLines(shardEvents(store, name, end))) {
    hash.update(lines);
    const runs: LineRun[] = [];
    eachRun(lines, (kind, run) => {
      if (kind === 'keys') totals.keys(run);
      else runs.push({ kind, lines: run });
    });
    yield runs;
  }
  if (hash.digest('hex') !== end.sha256)
    throw new LeaksiftError('corrupt', `${placeOf(store, name)}: is not what was written`);
  yield totals.ranges(end.tally).map((event) => ({
    kind: event.type === 'coverage' ? 'coverage' : 'findings',
    lines: Buffer.from(`${safeJson(event)}\n`),
  }));
}
