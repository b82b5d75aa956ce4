/** A run that keeps nothing: streams the lines of its shards, in plan order or as they finish. */
import { basename } from 'node:path';
import { FolderStore } from '../runs/folder-store.js';
import { planShards } from '../runs/plan.js';
import type { RunOptions, RunResult } from '../runs/run-options.js';
import { ShardStream } from '../runs/shard-stream.js';
import { RunTotals } from '../scan/run-totals.js';
import { addTally, newTally } from '../scan/tally.js';
import { contextOf, endRun, type RunMeans } from './run-means.js';
import { ShardQueue } from './shard-queue.js';
import { ShardRunner } from './shard-runner.js';

/**
 * Whole shards that may wait on disk for an earlier one. A slow shard must not stop the other workers; at 8 MiB a
 * shard this is 2 GiB of input.
 */
const MAX_HELD_SHARDS = 256;

/** `folder`: a private one for shard files. Throws the fault that stopped the run; others are in the result. */
export async function runStreamed(
  options: RunOptions,
  { pool, readers, stop, folder }: RunMeans & { readonly folder: string },
): Promise<RunResult> {
  const tally = newTally();
  const totals = new RunTotals(tally, options.watchlistSize);
  const store = new FolderStore(folder);
  const accept = (lines: Buffer) => options.baseline?.filter(lines, tally) ?? lines;
  const { write, sort: ordered } = options;
  const stream = new ShardStream({ store, ordered, totals, accept, write });
  const runner = new ShardRunner(options, pool);
  const queue = new ShardQueue({ ...options, stop, room: () => stream.room(MAX_HELD_SHARDS) });
  await queue.scanAll(planShards(options.addresses, contextOf(options, readers)), async (shard) => {
    const stage = () => store.stage(`${shard.index}.jsonl`);
    const scanned = await runner.scan({ shard, stage });
    addTally(tally, scanned.tally);
    options.progress?.findings(scanned.tally.findings);
    // Not awaited: its worker takes the next shard.
    stream.done(shard.index, basename(scanned.path)).catch((error: unknown) => queue.failed(shard, error));
  });
  if (!queue.isStopped) await stream.end();
  if (queue.isStopped) throw queue.fault;
  return endRun(options, tally, { fault: queue.fault, totals });
}
