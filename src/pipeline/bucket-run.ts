/**
 * A run that is kept in a bucket. The bucket is what lasts; a private temporary folder is what is worked in.
 * Each file is put whole once it is whole here: the plan before anything is scanned and only where none is,
 * the shards as they are done, the manifest last. Keys never leave the machine.
 */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaksiftError } from '../core/errors.js';
import type { Log, SourceContext, SourceOptions } from '../core/source.js';
import { S3Store } from '../sources/s3-store.js';
import { RunFolder } from './run-folder.js';
import type { RunOptions } from './run-options.js';
import { openStoredPlan, type StoredPlan } from './stored-plan.js';

/** What is done may still be put after SIGTERM: inside the 30 s that Kubernetes grants. */
const DRAIN_MS = 20_000;
const POLL_MS = 2000;
const OUTPUTS = ['findings.jsonl', 'coverage.jsonl', 'summary.json'] as const;

export type BucketOptions = { readonly source: SourceOptions; readonly signal: AbortSignal };

export class BucketRun {
  readonly folder: RunFolder;
  readonly #store: S3Store;
  #there: ReadonlySet<string> = new Set();

  private constructor(path: string, store: S3Store) {
    this.folder = new RunFolder(path);
    this.#store = store;
  }

  /** Call close(): the working folder holds findings. */
  static async open(address: string, { source, signal }: BucketOptions): Promise<BucketRun> {
    const drained = new AbortController();
    signal.addEventListener('abort', () => setTimeout(() => drained.abort(), DRAIN_MS).unref(), {
      once: true,
    });
    const store = new S3Store(address, { options: source, signal: drained.signal });
    const run = new BucketRun(await mkdtemp(join(tmpdir(), 'leaksift-run-')), store);
    try {
      run.folder.create();
      run.#there = await store.list();
      await run.#fetch(run.folder.plan);
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** True when the address would list the run's own files. */
  isUnder(address: string): boolean {
    return this.#store.isUnder(address);
  }

  /** Lists to the end before anything is scanned, so that all processes of the run work on one plan. */
  async plan(options: RunOptions, context: SourceContext): Promise<StoredPlan> {
    const { part } = options.folder ?? {};
    if (part && part.index > 0) await this.#waitForPlan(options.signal, options.log);
    await this.fetchOutputs();
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
      await this.#store.fetch('plan.jsonl', this.folder.plan);
    }
  }

  /** The one plan of the run: ours, or that of another process that was quicker. */
  async #putPlan(): Promise<void> {
    const isOurs = await this.#store.put('plan.jsonl', this.folder.plan, { onlyNew: true });
    if (!isOurs) await this.#store.fetch('plan.jsonl', this.folder.plan);
  }

  /** A shard that an earlier process, or another part, has put. */
  async fetchShard(index: number): Promise<void> {
    this.folder.makeShardFolder(index);
    await this.#fetch(this.folder.shard(index));
  }

  putShard(index: number): Promise<unknown> {
    return this.#put(this.folder.shard(index));
  }

  async fetchOutputs(): Promise<void> {
    for (const name of OUTPUTS) await this.#fetch(this.folder.output(name));
    await this.#fetch(this.folder.manifest);
  }

  async putOutputs(): Promise<void> {
    for (const name of OUTPUTS) await this.#put(this.folder.output(name));
    await this.#put(this.folder.manifest);
  }

  /** Everything: for who reads a run that others write. */
  async fetchAll(): Promise<void> {
    for (const name of this.#there) {
      const isShard = /^shards\/\d+\/\d+\.jsonl$/.test(name);
      if (isShard) await this.#fetch(join(this.folder.path, name));
    }
    await this.fetchOutputs();
  }

  async close(): Promise<void> {
    this.#store.close();
    await rm(this.folder.path, { recursive: true, force: true });
  }

  async #fetch(path: string): Promise<void> {
    const name = this.#nameOf(path);
    if (!this.#there.has(name)) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await this.#store.fetch(name, path);
  }

  #put(path: string): Promise<unknown> {
    return this.#store.put(this.#nameOf(path), path);
  }

  #nameOf(path: string): string {
    return relative(this.folder.path, path);
  }
}
