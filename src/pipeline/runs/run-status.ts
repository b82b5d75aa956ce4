/** The progress of a run, read from outside at any time: what its plan contains and which shards are whole. */
import { concurrentMap } from '../../core/concurrent-map.js';
import { bytesOf, type PlanEnd, readPlanHeader, readPlanShards, readPlanState } from './plan-file.js';
import { isMerged, PLAN, type RunStore, shardName } from './run-store.js';
import { UNKEYED } from './seal.js';
import { readLastLine, readShardEnd, type ShardEnd } from './shard-file.js';

type Amount = { shards: number; items: number; bytes: number };

export type RunStatus = {
  readonly planned: Amount;
  readonly done: Amount & { findings: number };
  readonly planComplete: boolean;
  readonly merged: boolean;
};

/** Each takes a round trip to a bucket; at most half of a connection's concurrent requests. */
const ENDS_AT_ONCE = 32;

/** Reads only the ends of a complete plan and of shards. */
export async function runStatus(store: RunStore): Promise<RunStatus> {
  const end = await planEnd(store);
  const planned = end ?? (await readPlanState(store, UNKEYED));
  const done = { shards: 0, items: 0, bytes: 0, findings: 0 };
  const amounts = end ? wholeShards(store, end.shards) : wholePlanned(store);
  for await (const { items, bytes, findings } of amounts) {
    done.shards += 1;
    done.items += items;
    done.bytes += bytes;
    done.findings += findings;
  }
  const { shards, items, bytes } = planned;
  const merged = await isMerged(store);
  return { planned: { shards, items, bytes }, done, planComplete: end !== undefined, merged };
}

/** Not verified: that would read the whole plan. */
async function planEnd(store: RunStore): Promise<PlanEnd | undefined> {
  // Throws for a run of another format.
  await readPlanHeader(store, UNKEYED);
  const last = await readLastLine(store, PLAN);
  if (!last?.raw.subarray(0, PLAN_END.length).equals(PLAN_END)) return undefined;
  return JSON.parse(last.raw.toString('utf8')) as PlanEnd;
}

const PLAN_END = Buffer.from('{"type":"plan_end"');

type Whole = { readonly items: number; readonly bytes: number; readonly findings: number };

async function* wholeShards(store: RunStore, count: number): AsyncGenerator<Whole> {
  async function* indexes() {
    for (let index = 0; index < count; index++) yield index;
  }
  const ends = concurrentMap(indexes(), ENDS_AT_ONCE, (index) =>
    readShardEnd(store, shardName(index), UNKEYED),
  );
  for await (const end of ends) if (end) yield wholeOf(end);
}

function wholeOf({ items, tally: { bytes, findings } }: ShardEnd): Whole {
  return { items: items.length, bytes, findings };
}

/** While the listing runs, only the plan says which shards exist. */
async function* wholePlanned(store: RunStore): AsyncGenerator<Whole> {
  for await (const shard of readPlanShards(store, UNKEYED)) {
    const end = await readShardEnd(store, shardName(shard.index), UNKEYED);
    if (end) yield { ...wholeOf(end), bytes: bytesOf(shard) };
  }
}
