/**
 * Scans one shard: in the pool, or in isolation if it killed its worker there, or if it was in flight when an earlier
 * process of the run died, since it may be the cause.
 */
import { codeOf } from '../../core/errors.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import type { RunOptions } from '../runs/run-options.js';
import type { Tally } from '../scan/tally.js';
import type { Pool } from './pool.js';
import type { ShardTask } from './worker-protocol.js';

export type RunnerTask = Omit<ShardTask, 'path'> & {
  /** A new path for each attempt: a lost thread may still write to the path it was given. */
  readonly stage: () => Promise<string>;
};

/** `path`: the file with the whole output. */
export type ScannedShard = { readonly tally: Tally; readonly path: string };

export class ShardRunner {
  constructor(
    private readonly options: RunOptions,
    private readonly pool: Pool,
    /** Indexes of shards that were in flight in a dead process. */
    private readonly suspects: ReadonlySet<number> = new Set(),
  ) {}

  async scan(task: RunnerTask): Promise<ScannedShard> {
    const started = performance.now();
    const scanned = await this.#scan(task);
    const { items, bytes, findings, unread, carried } = scanned.tally;
    const ms = Math.round(performance.now() - started);
    const counts = { items, bytes, findings, unread, carried, ms };
    this.options.log.info({ shard: task.shard.index, ...counts }, 'shard done');
    return scanned;
  }

  async #scan({ stage, ...rest }: RunnerTask): Promise<ScannedShard> {
    const { progress, log } = this.options;
    const { index } = rest.shard;
    const path = await stage();
    if (this.suspects.has(index)) {
      log.info({ shard: index }, 'a shard was in flight when its process ended; scanning it in isolation');
      return this.#isolate({ ...rest, path });
    }
    const watcher = { item: () => progress?.item(), bytes: (bytes: number) => progress?.bytes(bytes) };
    try {
      return { tally: await this.pool.run({ ...rest, path }, watcher), path };
    } catch (error) {
      const reason = codeOf(error);
      if (reason !== 'crashed' && reason !== 'hung') throw error;
      log.warn({ shard: index, reason }, 'a shard lost its worker; scanning it in isolation');
      return this.#isolate({ ...rest, path: await stage() });
    }
  }

  async #isolate(task: ShardTask): Promise<ScannedShard> {
    const { settings, packs, signal, log } = this.options;
    const { isolateShard } = await import('./isolate.js');
    const tally = await isolateShard(task, { settings, rules: packs.rules, signal, log });
    this.passed(task.shard);
    return { tally, path: task.path };
  }

  /** Reports a shard to the progress line whose items were not watched. */
  passed({ items }: Shard): void {
    for (const item of items) {
      this.options.progress?.item();
      this.options.progress?.bytes(bytesToRead(item));
    }
  }
}
