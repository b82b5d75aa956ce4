/**
 * Scans one shard by whatever it takes: in the pool, and in isolation when it cost its worker there, or was
 * in flight when an earlier process of the run was killed, since it may be what killed it.
 */
import { codeOf } from '../../core/errors.js';
import { bytesToRead } from '../../core/shard.js';
import type { RunOptions } from '../runs/run-options.js';
import type { Tally } from '../scan/tally.js';
import { isolateShard } from './isolate.js';
import type { Pool } from './pool.js';
import type { ShardTask } from './worker-protocol.js';

export class ShardRunner {
  constructor(
    private readonly options: RunOptions,
    private readonly pool: Pool,
    /** Indexes of shards that were in flight in a process that is dead. */
    private readonly suspects: ReadonlySet<number> = new Set(),
  ) {}

  async scan(task: ShardTask): Promise<Tally> {
    const started = performance.now();
    const tally = await this.#scan(task);
    const { items, bytes, findings, unread, carried } = tally;
    const ms = Math.round(performance.now() - started);
    const counts = { items, bytes, findings, unread, carried, ms };
    this.options.log.info({ shard: task.shard.index, ...counts }, 'shard done');
    return tally;
  }

  async #scan(task: ShardTask): Promise<Tally> {
    const { progress, log } = this.options;
    const { index } = task.shard;
    if (this.suspects.has(index)) {
      log.info({ shard: index }, 'a shard was in flight when its process ended; scanning it in isolation');
      return this.#isolate(task);
    }
    const watcher = { item: () => progress?.item(), bytes: (bytes: number) => progress?.bytes(bytes) };
    try {
      return await this.pool.run(task, watcher);
    } catch (error) {
      const reason = codeOf(error);
      if (reason !== 'crashed' && reason !== 'hung') throw error;
      log.warn({ shard: index, reason }, 'a shard lost its worker; scanning it in isolation');
      return this.#isolate(task);
    }
  }

  async #isolate(task: ShardTask): Promise<Tally> {
    const { settings, packs, signal, log } = this.options;
    const tally = await isolateShard(task, { settings, rules: packs.rules, signal, log });
    this.passed(task);
    return tally;
  }

  /** Tells progress of a shard whose items were not watched. */
  passed({ shard }: Pick<ShardTask, 'shard'>): void {
    for (const item of shard.items) {
      this.options.progress?.item();
      this.options.progress?.bytes(bytesToRead(item));
    }
  }
}
