/** How far a run is, from outside and at any time: what its plan says and which shards are whole. */
import { existsSync } from 'node:fs';
import { bytesOf, readPlanShards, readPlanState } from './plan-file.js';
import type { RunFolder } from './run-folder.js';
import { readShardEnd } from './shard-file.js';

type Amount = { shards: number; items: number; bytes: number };

export type RunStatus = {
  readonly planned: Amount;
  readonly done: Amount & { findings: number };
  readonly planComplete: boolean;
  readonly merged: boolean;
};

export async function runStatus(folder: RunFolder): Promise<RunStatus> {
  const { shards, items, bytes, end } = await readPlanState(folder.plan);
  const done = { shards: 0, items: 0, bytes: 0, findings: 0 };
  for await (const shard of readPlanShards(folder.plan)) {
    const whole = await readShardEnd(folder.shard(shard.index));
    if (!whole) continue;
    done.shards += 1;
    done.items += shard.items.length;
    done.bytes += bytesOf(shard);
    done.findings += whole.tally.findings;
  }
  const merged = existsSync(folder.manifest);
  return { planned: { shards, items, bytes }, done, planComplete: end !== undefined, merged };
}
