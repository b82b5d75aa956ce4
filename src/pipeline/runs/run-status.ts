/** How far a run is, from outside and at any time: what its plan says and which shards are whole. */
import { concurrentMap } from '../../core/concurrent-map.js';
import type { RunFolder } from './folder-store.js';
import { bytesOf, type PlanEnd, readPlanShards, readPlanState } from './plan-file.js';
import { readLastLine, readShardEnd, type ShardEnd } from './shard-file.js';

type Amount = { shards: number; items: number; bytes: number };

export type RunStatus = {
  readonly planned: Amount;
  readonly done: Amount & { findings: number };
  readonly planComplete: boolean;
  readonly merged: boolean;
};

/** From a bucket each takes a round trip. */
const ENDS_AT_ONCE = 32;

/** Reads the ends of files only, once the plan is complete. */
export async function runStatus(folder: RunFolder): Promise<RunStatus> {
  const end = await planEnd(folder);
  const planned = end ?? (await readPlanState(folder.plan));
  const done = { shards: 0, items: 0, bytes: 0, findings: 0 };
  const amounts = end ? wholeShards(folder, end.shards) : wholePlanned(folder);
  for await (const { items, bytes, findings } of amounts) {
    done.shards += 1;
    done.items += items;
    done.bytes += bytes;
    done.findings += findings;
  }
  const { shards, items, bytes } = planned;
  const merged = (await folder.files.size(folder.manifest)) !== undefined;
  return { planned: { shards, items, bytes }, done, planComplete: end !== undefined, merged };
}

async function planEnd(folder: RunFolder): Promise<PlanEnd | undefined> {
  const last = await readLastLine(folder.plan, folder.files);
  if (!last?.line.startsWith('{"type":"plan_end"')) return undefined;
  return JSON.parse(last.line) as PlanEnd;
}

type Whole = { readonly items: number; readonly bytes: number; readonly findings: number };

async function* wholeShards(folder: RunFolder, count: number): AsyncGenerator<Whole> {
  async function* indexes() {
    for (let index = 0; index < count; index++) yield index;
  }
  const ends = concurrentMap(indexes(), ENDS_AT_ONCE, (index) =>
    readShardEnd(folder.shard(index), folder.files),
  );
  for await (const end of ends) if (end) yield wholeOf(end);
}

function wholeOf({ items, tally: { bytes, findings } }: ShardEnd): Whole {
  return { items: items.length, bytes, findings };
}

/** While the listing goes on, only the plan tells which shards there are. */
async function* wholePlanned(folder: RunFolder): AsyncGenerator<Whole> {
  for await (const shard of readPlanShards(folder.plan)) {
    const end = await readShardEnd(folder.shard(shard.index), folder.files);
    if (end) yield { ...wholeOf(end), bytes: bytesOf(shard) };
  }
}
