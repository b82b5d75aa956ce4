/**
 * A kept run: plan and shards stay, shards with a whole output are not scanned again, and the outputs are merged at
 * the end. Parts scan their shards of the plan and leave merging to `leaksift merge`.
 */
import type { Summary } from '../../core/events.js';
import type { Log } from '../../core/source.js';
import { EarlierRun } from '../runs/earlier-run.js';
import { hasWholeOutputs } from '../runs/manifest.js';
import { mergeRun } from '../runs/merge.js';
import type { SealedShard, StoredPlan } from '../runs/plan.js';
import { headerOf } from '../runs/plan-header.js';
import type { RunOptions, RunResult, StoredRun } from '../runs/run-options.js';
import {
  isMerged,
  KEY,
  MANIFEST,
  RUN_LOCK,
  type RunStore,
  readWhole,
  SUMMARY,
  shardName,
} from '../runs/run-store.js';
import { type Seal, UNKEYED } from '../runs/seal.js';
import { isOutputOf, proveShard, readShardEnd } from '../runs/shard-file.js';
import { openStoredPlan } from '../runs/stored-plan.js';
import { addTally, newTally, type Tally } from '../scan/tally.js';
import { contextOf, endRun, type RunMeans } from './run-means.js';
import { ShardQueue } from './shard-queue.js';
import { ShardRunner } from './shard-runner.js';
import type { ShardTask } from './worker-protocol.js';

type Planned = SealedShard & Pick<ShardTask, 'carried'>;

/** Throws the fault that stopped the run, and `usage` while another process holds its lock. */
export async function runStored(stored: StoredRun, options: RunOptions, means: RunMeans): Promise<RunResult> {
  const { store, part } = stored;
  await store.create();
  const unlock = await store.lock(part ? `part-${part.index}.lock` : RUN_LOCK);
  try {
    const isMine = (index: number) => !part || index % part.count === part.index;
    const suspects = await store.interrupted(isMine);
    const plan = await openStoredPlan(stored, options, contextOf(options, means.readers));
    const runner = new ShardRunner(options, means.pool, suspects);
    return await new Course(stored, options, { ...means, plan, runner, isMine, seal: stored.seal }).run();
  } finally {
    await unlock();
  }
}

type CourseMeans = RunMeans & {
  readonly plan: StoredPlan;
  readonly seal: Seal;
  readonly runner: ShardRunner;
  readonly isMine: (index: number) => boolean;
};

class Course {
  readonly #tally = newTally();
  readonly #store: RunStore;
  readonly #log: Log;

  constructor(
    private readonly stored: StoredRun,
    private readonly options: RunOptions,
    private readonly means: CourseMeans,
  ) {
    this.#store = stored.store;
    this.#log = options.log;
  }

  async run(): Promise<RunResult> {
    const { options, means } = this;
    const { plan, isMine, stop } = means;
    if (await isMerged(this.#store)) {
      if (plan.isComplete && (await hasWholeOutputs(this.#store, UNKEYED))) return this.#repeat();
      this.#log.warn({ run: this.#store.name }, 'the outputs are incomplete; merging again');
      // The random key of a finished run is gone: shards scanned now would have other fingerprints than the rest.
      if (!plan.isOfKey) return this.#merge();
      await this.#store.remove(MANIFEST);
    }
    const queue = new ShardQueue({ ...options, stop });
    await queue.scanAll(this.#withCarried(plan.shards(contextOf(options, means.readers))), async (shard) => {
      if (isMine(shard.index)) await this.#scan(shard);
    });
    plan.close();
    if (queue.isStopped) throw queue.fault;
    const isWhole = queue.fault === undefined && !options.signal.aborted;
    if (isWhole && !this.stored.part) return this.#merge();
    return endRun(options, this.#tally, { fault: queue.fault });
  }

  async #scan(planned: Planned): Promise<void> {
    const { runner, seal } = this.means;
    const store = this.#store;
    const { carried, chain, ...shard } = planned;
    const { index } = shard;
    const name = shardName(index);
    const known = await this.#known(planned, name);
    if (known) {
      await store.end(index);
      runner.passed(shard);
      this.#count(known);
      return;
    }
    await store.begin(index);
    try {
      const stage = () => store.stage(name);
      const kept = { plan: chain, isKeyed: seal.isKeyed };
      const { tally, path } = await runner.scan({ shard, stage, kept, carried });
      await store.publish(name, path);
      // Parts do not merge.
      if (this.stored.part) await store.release(name);
      this.#count(tally);
    } finally {
      await store.end(index);
    }
  }

  /** The counts of a shard with a whole output. */
  async #known(shard: SealedShard, name: string): Promise<Tally | undefined> {
    const store = this.#store;
    if ((await store.size(name)) === undefined) return undefined;
    // The file is read twice: to be verified, and to be merged.
    if (!this.stored.part) await store.local(name);
    const end = await readShardEnd(store, name, this.means.seal);
    return end && isOutputOf(shard, end) && (await proveShard(store, name, end)) ? end.tally : undefined;
  }

  async #merge(): Promise<RunResult> {
    const summary = await mergeRun(this.#store, this.stored.seal, this.options);
    await this.#store.remove(KEY);
    await this.options.write(Buffer.from(`${JSON.stringify(summary)}\n`));
    return { summary };
  }

  /** Adds the results of unchanged items from an earlier run, if one is given. */
  async *#withCarried(shards: AsyncIterable<SealedShard>): AsyncGenerator<Planned> {
    const { sinceRun, seal } = this.stored;
    const log = this.#log;
    const earlier =
      sinceRun && (await EarlierRun.open(sinceRun, { header: headerOf(this.options), seal, log }));
    if (!earlier) {
      yield* shards;
      return;
    }
    try {
      for await (const shard of shards) yield { ...shard, carried: await earlier.carry(shard) };
    } finally {
      await earlier.close();
    }
  }

  /** The command was repeated after a complete run: nothing is left to do. */
  async #repeat(): Promise<RunResult> {
    const text = await readWhole(this.#store, SUMMARY);
    await this.options.write(text ?? Buffer.alloc(0));
    return { summary: JSON.parse(`${text}`) as Summary };
  }

  #count(tally: Tally): void {
    addTally(this.#tally, tally);
    this.options.progress?.findings(tally.findings);
  }
}
