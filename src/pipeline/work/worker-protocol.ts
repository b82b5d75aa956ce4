/** What crosses between the main thread and its workers: a shard to scan, and messages while it is scanned. */
import type { MessagePort } from 'node:worker_threads';
import type { Shard } from '../../core/shard.js';
import type { Tally } from '../scan/tally.js';
import type { Carried } from '../scan/unchanged-item.js';

export type ShardTask = {
  readonly shard: Shard;
  /** Where the shard's events go. */
  readonly path: string;
  /** Where the run is kept: the file must survive a loss of power. */
  readonly kept?: {
    /** The chain of the shard's line in the plan. */
    readonly plan: string;
    /** True where the run is sealed with its fingerprint key. */
    readonly isKeyed: boolean;
  };
  /** For each item what an earlier run wrote of it, or null where it must be read. */
  readonly carried?: readonly (Carried | null)[];
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type WorkerTask = ShardTask & {
  readonly port: MessagePort;
  /** Int32: counts up while the worker makes progress. */
  readonly beat: SharedArrayBuffer;
};

/** From worker to main, besides the result. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly items: number; readonly bytes: number }
  | { readonly type: 'log'; readonly level: LogLevel; readonly fields: object; readonly message: string };

/** Errors lose their code when they cross threads, so they cross as data. */
export type WorkerResult =
  | { readonly tally: Tally }
  | { readonly fault: { readonly code: string; readonly message: string } };
