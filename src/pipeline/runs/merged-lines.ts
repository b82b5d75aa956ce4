/**
 * The lines of a whole run, out of its shards in the order of the plan: what merge writes. A pure function of the
 * plan and the shards. Each shard is proved as it is read; one that is missing or broken is refused. Memory does not
 * grow with the run.
 */
import { createHash } from 'node:crypto';
import { concurrentMap } from '../../core/concurrent-map.js';
import { LeaksiftError } from '../../core/errors.js';
import { safeJson } from '../../core/printable.js';
import { eachRun } from '../scan/line-kinds.js';
import { wholeLines } from '../scan/lines.js';
import type { RunTotals } from '../scan/run-totals.js';
import { addTally, type Tally } from '../scan/tally.js';
import { readPlanShards } from './plan-file.js';
import { type RunStore, shardName } from './run-store.js';
import { isOutputOf, readShardEnd, shardEvents } from './shard-file.js';

/** Takes whole lines in the order of the plan. */
export interface LineSink {
  findings(lines: Buffer): void;
  coverage(lines: Buffer): void;
}

/** Closing lines read in advance: from a bucket each takes a round trip. */
const ENDS_AHEAD = 16;

/** Throws `incomplete` for a shard that is missing and `corrupt` for one that is broken. */
export async function mergeLines(
  store: RunStore,
  { tally, totals }: { readonly tally: Tally; readonly totals: RunTotals },
  sink: LineSink,
): Promise<void> {
  const shards = concurrentMap(readPlanShards(store), ENDS_AHEAD, async (shard) => {
    const name = shardName(shard.index);
    return { shard, name, end: await readShardEnd(store, name) };
  });
  for await (const { shard, name, end } of shards) {
    if (!end || !isOutputOf(shard, end)) throw missing(store, shard.index);
    addTally(tally, end.tally);
    const hash = createHash('sha256');
    for await (const lines of wholeLines(shardEvents(store, name, end))) {
      hash.update(lines);
      eachRun(lines, (kind, run) => {
        if (kind === 'keys') totals.keys(run);
        else sink[kind](run);
      });
    }
    if (hash.digest('hex') !== end.sha256) {
      const message = `${store.name}/${name}: is not what was written; delete it and resume the run`;
      throw new LeaksiftError('corrupt', message);
    }
    for (const event of totals.ranges(end.tally)) {
      const line = Buffer.from(`${safeJson(event)}\n`);
      sink[event.type === 'coverage' ? 'coverage' : 'findings'](line);
    }
  }
}

export function missing({ name }: RunStore, index: number): LeaksiftError {
  return new LeaksiftError('incomplete', `${name}: shard ${index} is missing; resume the run`);
}
