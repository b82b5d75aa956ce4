/**
 * One run: plan, scan and write overlap. Without a run folder the shards' lines stream to `write` and
 * nothing is kept; with one, plan and shards stay, whatever has a whole output is not scanned again, and
 * the merged files are written at the end. Over 250 lines because both kinds of run share one course.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { codeOf } from '../../core/errors.js';
import type { Summary } from '../../core/events.js';
import type { Shard } from '../../core/shard.js';
import { openReaders, type ReadContext, type Readers } from '../readers/readers.js';
import { EarlierRun } from '../runs/earlier-run.js';
import { RunFolder } from '../runs/folder-store.js';
import { mergeRun } from '../runs/merge.js';
import { type PlannedShard, planShards, type StoredPlan } from '../runs/plan.js';
import { bytesOf } from '../runs/plan-file.js';
import { headerOf } from '../runs/plan-header.js';
import type { FolderOptions, RunBucket, RunOptions, RunResult } from '../runs/run-options.js';
import { isOutputOf, proveShard, readShardEnd } from '../runs/shard-file.js';
import { ShardStream } from '../runs/shard-stream.js';
import { openStoredPlan } from '../runs/stored-plan.js';
import { hasWholeOutputs } from '../runs/verify.js';
import { RunTotals } from '../scan/run-totals.js';
import { summarise } from '../scan/summarise.js';
import { addTally, newTally, type Tally } from '../scan/tally.js';
import { openPool, type Pool } from './pool.js';
import { ShardRunner } from './shard-runner.js';
import type { ShardTask } from './worker-protocol.js';

type Carrying = Pick<ShardTask, 'carried'>;

/** Faults that every further shard would meet too: a full disk, a bug, a plug-in that a worker cannot load. */
const STOPS_RUN = new Set(['output', 'internal', 'usage']);
/** Shards that may wait, whole, for one before them. */
const AHEAD_SHARDS = 256;

export async function runScan(options: RunOptions): Promise<RunResult> {
  const readers = await openReaders(options.settings.plugins);
  const temporary = options.folder ? undefined : await mkdtemp(join(tmpdir(), 'leaksift-'));
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let pool: Pool | undefined;
  try {
    pool = await openPool({ ...options, signal, readers, rules: options.packs.rules });
    return await new Run(options, { pool, readers, temporary, stop: () => stop.abort() }).run();
  } finally {
    await pool?.close();
    await readers.sources.close();
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

class Run {
  readonly #tally = newTally();
  readonly #people: RunTotals;
  readonly #stream: ShardStream;
  readonly #folder: RunFolder | undefined;
  #fault: unknown;
  /** Set when there is no use in scanning on: nothing can be written any more. */
  #stopped = false;

  constructor(
    private readonly options: RunOptions,
    private readonly means: { pool: Pool; readers: Readers; temporary: string | undefined; stop(): void },
  ) {
    this.#people = new RunTotals(this.#tally, options.watchlistSize);
    this.#stream = new ShardStream(
      options.write,
      options.sort,
      this.#people,
      (lines) => options.baseline?.filter(lines, this.#tally) ?? lines,
    );
    this.#folder = options.folder && (options.folder.bucket?.folder ?? new RunFolder(options.folder.path));
  }

  async run(): Promise<RunResult> {
    const { addresses, jobs, folder, log } = this.options;
    log.info({ targets: addresses.length, jobs, run: this.#folder?.name, part: folder?.part }, 'run begins');
    const started = performance.now();
    const result = await (this.#folder && folder
      ? this.#runLocked(this.#folder, folder)
      : this.#runStreaming());
    const { status, items, bytes, findings } = result.summary;
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    log.info({ status, items, bytes, findings: findings.total, seconds }, 'run ends');
    return result;
  }

  async #runLocked(folder: RunFolder, { part, bucket }: FolderOptions): Promise<RunResult> {
    folder.create();
    const unlock = folder.lock(part ? `part-${part.index}.lock` : 'run.lock');
    try {
      const mine = (index: number) => !part || index % part.count === part.index;
      const cut = bucket ? bucket.cut(mine) : folder.removeParts(mine);
      const runner = new ShardRunner(this.options, this.means.pool, cut);
      const plan = bucket
        ? await bucket.plan(this.options, this.#context())
        : await openStoredPlan(folder, this.options);
      return await this.#runStored(folder, plan, runner);
    } finally {
      unlock();
    }
  }

  async #runStreaming(): Promise<RunResult> {
    const { options } = this;
    const context = this.#context();
    const runner = new ShardRunner(options, this.means.pool);
    await this.#scanAll(planShards(options.addresses, context), async (shard) => {
      const path = join(this.means.temporary as string, `${shard.index}.jsonl`);
      this.#count(await runner.scan({ shard, path, durable: false }));
      // Its worker goes on with the next one meanwhile.
      this.#stream.done(shard.index, path).catch((error: unknown) => this.#failed(shard, error));
    });
    if (!this.#stopped) await this.#stream.end();
    if (this.#stopped) throw this.#fault;
    return this.#finish();
  }

  async #runStored(folder: RunFolder, plan: StoredPlan, runner: ShardRunner): Promise<RunResult> {
    const { part, bucket } = this.options.folder ?? {};
    if (folder.isMerged()) {
      if (plan.isComplete && (await hasWholeOutputs(folder))) return this.#finished(folder);
      this.options.log.warn({ run: folder.name }, 'the outputs are not whole; they are made again');
      // The random key of a finished run is gone: what is scanned anew would not go with the rest.
      if (!plan.isOfKey) return this.#merge(folder);
      await rm(folder.manifest, { force: true });
    }
    const shards = this.#withCarried(plan.shards(this.#context()));
    await this.#scanAll(shards, async ({ carried, ...shard }) => {
      if (part && shard.index % part.count !== part.index) return;
      const path = folder.shard(shard.index);
      // It is read twice: to be proved, and to be merged.
      if (!part) await folder.files.bring(path);
      const known = await readShardEnd(path, folder.files);
      if (known && isOutputOf(shard, known) && (await proveShard(path, known, folder.files))) {
        await bucket?.end(shard.index, this.options.log);
        this.#count(known.tally);
        runner.passed({ shard });
        return;
      }
      folder.makeShardFolder(shard.index);
      const task = { shard, path, durable: true, carried };
      this.#count(await (bucket ? this.#scanMarked(task, runner, bucket) : runner.scan(task)));
    });
    plan.close();
    if (this.#stopped) throw this.#fault;
    const isWhole = this.#fault === undefined && !this.options.signal.aborted;
    return isWhole && !part ? this.#merge(folder) : this.#finish();
  }

  /** A process that dies of the shard leaves its mark in the bucket. */
  async #scanMarked(task: ShardTask, runner: ShardRunner, bucket: RunBucket): Promise<Tally> {
    const { index } = task.shard;
    await bucket.begin(index);
    try {
      const tally = await runner.scan(task);
      await bucket.putShard(index);
      // Parts do not merge: what is in the bucket need not lie here too.
      if (this.options.folder?.part) await rm(task.path);
      return tally;
    } finally {
      await bucket.end(index, this.options.log);
    }
  }

  async #merge(folder: RunFolder): Promise<RunResult> {
    const summary = await mergeRun(folder, this.options);
    await rm(folder.key, { force: true });
    await this.options.folder?.bucket?.putOutputs();
    await this.options.write(Buffer.from(`${JSON.stringify(summary)}\n`));
    return { summary };
  }

  /** With what an earlier run wrote of unchanged items, where one was named. */
  async *#withCarried(shards: AsyncIterable<PlannedShard>): AsyncGenerator<PlannedShard & Carrying> {
    const { folder, log } = this.options;
    const header = headerOf(this.options);
    const earlier = folder?.sinceRun && (await EarlierRun.open(folder.sinceRun, { header, log }));
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

  /** The same command again, after the end: nothing is left to do. */
  async #finished(folder: RunFolder): Promise<RunResult> {
    await folder.files.bring(folder.output('summary.json'));
    const text = await readFile(folder.output('summary.json'), 'utf8');
    await this.options.write(Buffer.from(text));
    return { summary: JSON.parse(text) as Summary };
  }

  /** Scans shards side by side as they are planned; the first fault stops planning, not what runs. */
  async #scanAll<S extends Shard>(
    shards: AsyncIterable<S>,
    each: (shard: S) => Promise<void>,
  ): Promise<void> {
    const { jobs, signal, progress } = this.options;
    const atOnce = Math.max(1, jobs);
    const queue = new PQueue({ concurrency: atOnce });
    try {
      for await (const shard of shards) {
        progress?.planned(shard.items.length, bytesOf(shard));
        await queue.onSizeLessThan(atOnce);
        await this.#stream.room(AHEAD_SHARDS);
        if (this.#stopped || signal.aborted) break;
        queue.add(() => each(shard).catch((error: unknown) => this.#failed(shard, error))).catch(() => {});
      }
      progress?.planComplete();
    } catch (error) {
      this.#fault ??= error;
    }
    await queue.onIdle();
  }

  #failed(shard: Shard, error: unknown): void {
    this.#fault ??= error;
    const code = codeOf(error);
    if (STOPS_RUN.has(code)) {
      this.#stopped = true;
      this.means.stop();
    }
    // A sink that cannot be written is told once, by whoever called.
    if (code !== 'interrupted' && code !== 'output')
      this.options.log.error({ shard: shard.index, reason: code }, 'a shard failed');
  }

  #count(tally: Tally): void {
    addTally(this.#tally, tally);
    this.options.progress?.findings(tally.findings);
  }

  async #finish(): Promise<RunResult> {
    const { signal, packs } = this.options;
    const isIncomplete = this.#fault !== undefined || this.#tally.unread > 0;
    const status = signal.aborted ? 'interrupted' : isIncomplete ? 'incomplete' : 'complete';
    const counted = this.#folder ? {} : this.#people.count();
    const summary = summarise(this.#tally, { status, packHash: packs.hash, ...counted });
    await this.options.write(Buffer.from(`${JSON.stringify(summary)}\n`));
    const fault = codeOf(this.#fault) === 'interrupted' ? undefined : this.#fault;
    return { summary, fault };
  }

  #context(): ReadContext {
    const { settings, signal, log } = this.options;
    const { readers } = this.means;
    return { options: settings.source, limits: settings.limits, signal, log, readers };
  }
}
