/** Messages between the main thread and its workers: a shard to scan, and reports while it is scanned. */
import type { MessagePort } from 'node:worker_threads';
import type { Shard } from '../../core/shard.js';
import type { Tally } from '../scan/tally.js';
import type { Carried } from '../scan/unchanged-item.js';

export type ShardTask = {
  readonly shard: Shard;
  /** The file for the shard's events. */
  readonly path: string;
  /** Set if the run is kept: the file must survive a power loss. */
  readonly kept?: {
    /** The chain of the shard's line in the plan. */
    readonly plan: string;
    /** True if the run is sealed with its fingerprint key. */
    readonly isKeyed: boolean;
  };
  /** For each item its results of an earlier run, or null if it must be read. */
  readonly carried?: readonly (Carried | null)[];
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type WorkerTask = ShardTask & {
  readonly port: MessagePort;
  /** Int32: incremented while the worker makes progress. */
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
