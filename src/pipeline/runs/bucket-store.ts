/**
 * A run that is kept in a bucket. The bucket is what lasts; a private temporary folder is what is worked in.
 * Each file is put whole once it is whole here: the plan before anything is scanned and only where none is,
 * the shards as they are done, the manifest last. An empty object tells of each shard that is being scanned, so
 * that one which ended its process is known by whoever goes on. Keys never leave the machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import type { Log, SourceOptions } from '../../core/source.js';
import { S3Store } from '../../sources/s3-store.js';
import type { ReadContext } from '../readers/readers.js';
import { BucketFiles } from './bucket-files.js';
import { RunFolder } from './folder-store.js';
import type { StoredPlan } from './plan.js';
import type { RunBucket, RunOptions } from './run-options.js';
import { openStoredPlan } from './stored-plan.js';

/** What is done may still be put after SIGTERM: inside the 30 s that Kubernetes grants. */
const DRAIN_MS = 20_000;
const POLL_MS = 2000;
const OUTPUTS = ['findings.jsonl', 'coverage.jsonl', 'summary.json'] as const;
const SHARD_MARK = /^shards\/\d+\/(\d+)\.part$/;

export type BucketOptions = { readonly source: SourceOptions; readonly signal: AbortSignal };

export class BucketRun implements RunBucket {
  readonly folder: RunFolder;
  readonly #files: BucketFiles;

  private constructor(
    address: string,
    path: string,
    private readonly store: S3Store,
  ) {
    this.#files = new BucketFiles(path, store);
    this.folder = new RunFolder(path, { name: address, files: this.#files });
  }

  /** Call close(): the working folder holds findings. */
  static async open(address: string, { source, signal }: BucketOptions): Promise<BucketRun> {
    const drained = new AbortController();
    signal.addEventListener('abort', () => setTimeout(() => drained.abort(), DRAIN_MS).unref(), {
      once: true,
    });
    const store = new S3Store(address, { options: source, signal: drained.signal });
    const run = new BucketRun(address, await mkdtemp(join(tmpdir(), 'leaksift-run-')), store);
    try {
      run.folder.create();
      await run.#files.list();
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** True where somebody has put a plan. */
  get exists(): boolean {
    return this.#files.has(this.folder.plan);
  }

  /** True when the address would list the run's own files. */
  isUnder(address: string): boolean {
    return this.store.isUnder(address);
  }

  /** Lists to the end before anything is scanned, so that all processes of the run work on one plan. */
  async plan(options: RunOptions, context: ReadContext): Promise<StoredPlan> {
    const { part } = options.folder ?? {};
    await this.bring('plan');
    if (part && part.index > 0) await this.#waitForPlan(options.signal, options.log);
    const plan = await openStoredPlan(this.folder, options);
    if (plan.isComplete) return plan;
    for await (const _shard of plan.shards(context)) if (context.signal.aborted) break;
    plan.close();
    if (context.signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
    await this.#putPlan();
    return openStoredPlan(this.folder, options);
  }

  /** Waits until the first part has put the plan. */
  async #waitForPlan(signal: AbortSignal, log: Log): Promise<void> {
    for (let told = false; !this.folder.exists(); told = true) {
      if (!told) log.info({}, 'waiting for part 0 to put the plan');
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
      await this.store.fetch('plan.jsonl', this.folder.plan);
    }
  }

  /** The one plan of the run: ours, or that of another process that was quicker. */
  async #putPlan(): Promise<void> {
    const isOurs = await this.store.put('plan.jsonl', this.folder.plan, { onlyNew: true });
    if (!isOurs) await this.store.fetch('plan.jsonl', this.folder.plan);
  }

  /** What whole files of it are needed here: the rest is read where it lies. */
  async bring(what: 'plan' | 'outputs'): Promise<void> {
    await this.#files.bring(this.folder.plan);
    await this.#files.bring(this.folder.manifest);
    if (what === 'outputs') for (const name of OUTPUTS) await this.#files.bring(this.folder.output(name));
  }

  /** Shards of `mine` that were being scanned by a process that did not come to put them. */
  cut(mine: (index: number) => boolean): Set<number> {
    const found = [...this.#files.names()].map((name) => Number(SHARD_MARK.exec(name)?.[1] ?? Number.NaN));
    return new Set(found.filter((index) => mine(index) && !this.#files.has(this.folder.shard(index))));
  }

  /** Tells that a shard is being scanned. */
  async begin(index: number): Promise<void> {
    await this.store.put(this.#files.nameOf(this.#markOf(index)), undefined);
    this.#files.added(this.#markOf(index), 0);
  }

  async putShard(index: number): Promise<void> {
    await this.#put(this.folder.shard(index));
  }

  /** Takes back what `begin` told, in whichever process. */
  async end(index: number, log: Log): Promise<void> {
    const mark = this.#markOf(index);
    if (!this.#files.has(mark)) return;
    // Who may not delete leaves a mark, which says nothing beside a whole shard.
    await this.store.remove(this.#files.nameOf(mark)).catch((error: unknown) => {
      log.debug({ shard: index, reason: codeOf(error) }, 'the mark of a shard could not be deleted');
    });
  }

  async putOutputs(): Promise<void> {
    for (const name of OUTPUTS) await this.#put(this.folder.output(name));
    await this.#put(this.folder.manifest);
  }

  async close(): Promise<void> {
    this.store.close();
    await rm(this.folder.path, { recursive: true, force: true });
  }

  #put(path: string): Promise<unknown> {
    return this.store.put(this.#files.nameOf(path), path);
  }

  #markOf(index: number): string {
    return this.folder.shard(index).replace(/\.jsonl$/, '.part');
  }
}
