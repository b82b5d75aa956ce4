/** What a run is given and what it returns; a progress line, a metrics file or a test stand behind them. */
import type { Summary } from '../../core/events.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import type { Packs } from '../../rules/load.js';
import type { ReadContext } from '../readers/readers.js';
import type { Baseline } from './baseline.js';
import type { RunFolder } from './folder-store.js';
import type { StoredPlan } from './plan.js';

export type RunOptions = {
  readonly addresses: readonly string[];
  readonly settings: Settings;
  readonly packs: Packs;
  readonly jobs: number;
  /** Events in plan order. */
  readonly sort: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly write: (lines: Uint8Array) => Promise<void>;
  readonly progress?: Progress;
  readonly folder?: FolderOptions;
  /** Persons on the watchlist, where there is one. */
  readonly watchlistSize?: number;
  /** Accepted findings. */
  readonly baseline?: Baseline;
};

export type FolderOptions = {
  readonly path: string;
  readonly workingFolder: string;
  /** Option values to keep in the plan. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Part `index` of `count`: the shards whose number leaves this remainder. Merging is left to `merge`. */
  readonly part?: { readonly index: number; readonly count: number };
  /** A finished run whose unchanged items are not read again. */
  readonly sinceRun?: string | RunFolder;
  /** Where the folder is only the working copy of one in a bucket. */
  readonly bucket?: RunBucket;
};

/** The bucket that lasts where a run is kept in one (bucket-run.ts). */
export interface RunBucket {
  /** The working copy on this machine. */
  readonly folder: RunFolder;
  /** Lists to the end before anything is scanned, so that all processes of the run work on one plan. */
  plan(options: RunOptions, context: ReadContext): Promise<StoredPlan>;
  /** Shards of `mine` that a process began and did not put. */
  cut(mine: (index: number) => boolean): Set<number>;
  /** Marks a shard as being scanned, in whichever process. */
  begin(index: number): Promise<void>;
  putShard(index: number): Promise<void>;
  /** Removes the mark of `begin`. */
  end(index: number, log: Log): Promise<void>;
  putOutputs(): Promise<void>;
}

/** What a progress line shows; counts only. */
export interface Progress {
  planned(items: number, bytes: number): void;
  planComplete(): void;
  item(): void;
  bytes(bytes: number): void;
  findings(count: number): void;
}

export type RunResult = { readonly summary: Summary; readonly fault?: unknown };
