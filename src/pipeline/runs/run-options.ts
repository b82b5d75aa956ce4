/** The options and the result of a run. */
import type { Summary } from '../../core/events.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import type { Packs } from '../../rules/load.js';
import type { Baseline } from './baseline.js';
import type { RunStore } from './run-store.js';
import type { Seal } from './seal.js';

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
  /** Where the run is kept. If absent, lines are streamed and nothing is kept. */
  readonly stored?: StoredRun;
  /** Number of persons on the watchlist, if any. */
  readonly watchlistSize?: number;
  /** Accepted findings. */
  readonly baseline?: Baseline;
};

export type StoredRun = {
  readonly store: RunStore;
  /** Keyed if the user gave a key. */
  readonly seal: Seal;
  readonly workingFolder: string;
  /** Option values to keep in the plan. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Part `index` of `count`: the shards whose number has this remainder. `leaksift merge` merges the parts. */
  readonly part?: { readonly index: number; readonly count: number };
  /** A finished run whose unchanged items are not read again. */
  readonly sinceRun?: RunStore;
};

/** Figures for a progress line; counts only. */
export interface Progress {
  planned(items: number, bytes: number): void;
  planComplete(): void;
  item(): void;
  bytes(bytes: number): void;
  findings(count: number): void;
}

export type RunResult = { readonly summary: Summary; readonly fault?: unknown };
