/**
 * Scans the shards of a run concurrently as they are planned. The first fault stops planning but not shards in
 * progress; a fault that would affect every shard stops everything.
 */
import PQueue from 'p-queue';
import { codeOf } from '../../core/errors.js';
import type { Shard } from '../../core/shard.js';
import { bytesOf } from '../runs/plan-file.js';
import type { RunOptions } from '../runs/run-options.js';

/** Faults that would affect every further shard: a full disk, a bug, a plug-in that a worker cannot load. */
const STOPS_RUN = new Set(['output', 'internal', 'usage']);

export type ShardQueueOptions = Pick<RunOptions, 'jobs' | 'signal' | 'progress' | 'log'> & {
  /** Aborts the scans in progress. */
  readonly stop: () => void;
  /** Resolves when there is room for the output of one more shard. */
  readonly room?: () => Promise<void>;
};

export class ShardQueue {
  /** The first fault. */
  fault: unknown;
  /** True if scanning on is useless: nothing can be written any more. */
  isStopped = false;

  constructor(private readonly options: ShardQueueOptions) {}

  /** Resolves when all started shards are done. Faults are kept in `fault`. */
  async scanAll<S extends Shard>(shards: AsyncIterable<S>, scan: (shard: S) => Promise<void>): Promise<void> {
    const { jobs, signal, progress, room } = this.options;
    const atOnce = Math.max(1, jobs);
    const queue = new PQueue({ concurrency: atOnce });
    try {
      for await (const shard of shards) {
        progress?.planned(shard.items.length, bytesOf(shard));
        await queue.onSizeLessThan(atOnce);
        await room?.();
        if (this.isStopped || signal.aborted) break;
        queue.add(() => scan(shard).catch((error: unknown) => this.failed(shard, error))).catch(() => {});
      }
      progress?.planComplete();
    } catch (error) {
      this.fault ??= error;
    }
    await queue.onIdle();
  }

  failed({ index }: Shard, error: unknown): void {
    this.fault ??= error;
    const code = codeOf(error);
    if (STOPS_RUN.has(code)) {
      this.isStopped = true;
      this.options.stop();
    }
    // The command reports an output that cannot be written, once.
    if (code !== 'interrupted' && code !== 'output')
      this.options.log.error({ shard: index, reason: code }, 'a shard failed');
  }
}
