/**
 * Estimates the duration of a scan by scanning a sample of the listed items on this machine for some seconds. Batches
 * of one kind (by file extension) run on the pool that a scan would use, so that the measurement includes start-up,
 * threads, disks and networks. Findings are deleted at once.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../core/limits.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import type { Settings } from '../../core/settings.js';
import type { Item, Log } from '../../core/source.js';
import type { Packs } from '../../rules/load.js';
import type { Readers } from '../readers/readers.js';
import { openPool, type Pool } from '../work/pool.js';
import { extensionOf, type ListingTotals, weightOfAmount } from './listing-totals.js';
import type { Drawn } from './priority-sample.js';

export type Calibration = {
  readonly jobs: number;
  /** Time, items and bytes of the calibration itself. */
  readonly measured: { readonly seconds: number; readonly items: number; readonly bytes: number };
  readonly startSeconds: number;
  /** Of the whole scan. `low` and `high` span two standard errors, and at least a tenth. */
  readonly forecast: { readonly seconds: number; readonly low: number; readonly high: number } | undefined;
};

export type CalibrationOptions = {
  readonly settings: Settings;
  readonly packs: Packs;
  readonly readers: Readers;
  readonly jobs: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly log: Log;
};

type Batch = { readonly kind: string; readonly items: readonly Drawn<Item>[] };
type Measure = {
  readonly kind: string;
  /** Worker seconds per unit of weight. */
  readonly rate: number;
  /** The work that the batch represents. */
  readonly standsFor: number;
};

/** A batch takes under a second, so that the default of 5 s measures many kinds. */
const BATCH_ITEMS = 16;
const BATCH_BYTES = 4 * MiB;
/** How long batches may continue after the time is over. */
const STOP_MS = 2000;
/** Other processes and caches change the speed by as much, so no forecast claims a smaller error. */
const LEAST_ERROR = 0.1;

export async function calibrate(survey: ListingTotals, options: CalibrationOptions): Promise<Calibration> {
  const folder = await makePrivateFolder();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const { settings, packs, readers, jobs, log } = options;
  const pool = await openPool({ settings, rules: packs.rules, readers, jobs, signal, log });
  try {
    const started = performance.now();
    await warmUp(pool, folder, jobs);
    const startSeconds = (performance.now() - started) / 1000;
    const run = new Timing(pool, { folder, signal, batches: batchesOf(survey), atOnce: Math.max(1, jobs) });
    const deadline = setTimeout(() => stop.abort(), options.seconds * 1000);
    const seconds = await run.run();
    clearTimeout(deadline);
    const { items, bytes, measures } = run;
    return {
      jobs,
      measured: { seconds, items, bytes },
      startSeconds,
      forecast: forecastOf(survey, measures, { jobs, startSeconds }),
    };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compiles the packs on every worker, without scanning. */
async function warmUp(pool: Pool, folder: string, jobs: number): Promise<void> {
  const watcher = { item() {}, bytes() {} };
  const tasks = Array.from({ length: Math.max(1, jobs) }, (_, index) => {
    const shard = { index, items: [] };
    return pool.run({ shard, path: join(folder, `warm-${index}`) }, watcher);
  });
  await Promise.allSettled(tasks);
}

/** Batches of one kind each; kinds with the most work come first and most often. */
function batchesOf(survey: ListingTotals): Batch[] {
  const kinds = new Map<string, Drawn<Item>[]>();
  for (const drawn of survey.sampleOfBytes()) {
    const kind = extensionOf(drawn.value);
    kinds.set(kind, [...(kinds.get(kind) ?? []), drawn]);
  }
  const ranked: { batch: Batch; rank: number }[] = [];
  for (const [kind, drawn] of kinds) {
    const work = weightOfAmount(survey.extensions.get(kind) ?? { items: 0, bytes: 0 });
    cut(drawn).forEach((items, turn) => {
      ranked.push({ batch: { kind, items }, rank: work / (turn + 1) });
    });
  }
  return ranked.sort((a, b) => b.rank - a.rank).map(({ batch }) => batch);
}

/** In drawing order, the largest last: the first batch of a kind holds its usual items. */
function cut(drawn: readonly Drawn<Item>[]): Drawn<Item>[][] {
  const batches: Drawn<Item>[][] = [];
  let batch: Drawn<Item>[] = [];
  let bytes = 0;
  for (const one of [...drawn].reverse()) {
    batch.push(one);
    bytes += one.value.bytes ?? 0;
    if (batch.length < BATCH_ITEMS && bytes < BATCH_BYTES) continue;
    batches.push(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

type TimingOptions = {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly batches: Batch[];
  readonly atOnce: number;
};

class Timing {
  readonly measures: Measure[] = [];
  items = 0;
  bytes = 0;

  constructor(
    private readonly pool: Pool,
    private readonly options: TimingOptions,
  ) {}

  /** Runs batches until they are done or the signal aborts; resolves with the elapsed seconds. */
  async run(): Promise<number> {
    const { signal, batches, atOnce } = this.options;
    const started = performance.now();
    const queue = batches.values();
    const worker = async () => {
      for (const batch of queue) {
        if (signal.aborted) return;
        await this.#time(batch);
      }
    };
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => setTimeout(resolve, STOP_MS).unref(), { once: true });
    });
    await Promise.race([Promise.all(Array.from({ length: atOnce }, worker)), stopped]);
    return (performance.now() - started) / 1000;
  }

  async #time({ kind, items }: Batch): Promise<void> {
    const { folder, signal } = this.options;
    const shard = { index: 0, items: items.map(({ value }) => value) };
    const path = join(folder, `${performance.now()}-${Math.abs(this.items)}-${kind.length}`);
    const done = { items: 0, bytes: 0 };
    const watcher = {
      item: () => {
        done.items += 1;
      },
      bytes: (bytes: number) => {
        done.bytes += bytes;
      },
    };
    const started = performance.now();
    await this.pool.run({ shard, path }, watcher).catch(() => {});
    const seconds = (performance.now() - started) / 1000;
    await rm(path, { force: true });
    const sum = (of: (drawn: Drawn<Item>) => number) => items.reduce((total, one) => total + of(one), 0);
    // After an abort, what was read so far is measured. If nothing was, the time is a lower bound.
    const read = signal.aborted ? weightOfAmount(done) : 0;
    const weight = read > 0 ? read : sum((drawn) => drawn.weight);
    this.measures.push({ kind, rate: seconds / weight, standsFor: sum((drawn) => drawn.standsFor) });
    this.items += done.items;
    this.bytes += signal.aborted ? done.bytes : sum((drawn) => drawn.value.bytes ?? 0);
  }
}

function forecastOf(
  survey: ListingTotals,
  measures: readonly Measure[],
  { jobs, startSeconds }: { jobs: number; startSeconds: number },
): Calibration['forecast'] {
  if (measures.length === 0) return undefined;
  const overall = meanOf(measures);
  let [work, variance] = [0, 0];
  for (const [kind, amount] of survey.extensions) {
    const own = settled(
      measures.filter((measure) => measure.kind === kind),
      jobs,
    );
    const rate = own.length > 0 ? meanOf(own) : overall;
    const weight = weightOfAmount(amount);
    work += weight * rate.mean;
    variance += (weight * rate.error) ** 2;
  }
  const error = Math.max(LEAST_ERROR, (2 * Math.sqrt(variance)) / work);
  const seconds = startSeconds + work / Math.max(1, jobs);
  return { seconds, low: seconds / (1 + error), high: seconds * (1 + error) };
}

/** The first batches of a kind load its extractor, once in each worker. They are ignored if there are more. */
function settled(measures: readonly Measure[], jobs: number): readonly Measure[] {
  return measures.length > 2 * jobs ? measures.slice(jobs) : measures;
}

/** Weighted mean of rates and its standard error. A single measurement gets an error of one half. */
function meanOf(measures: readonly Measure[]): { mean: number; error: number } {
  const total = measures.reduce((sum, { standsFor }) => sum + standsFor, 0);
  const mean = measures.reduce((sum, { rate, standsFor }) => sum + rate * standsFor, 0) / total;
  if (measures.length < 2) return { mean, error: mean / 2 };
  const spread = measures.reduce((sum, m) => sum + ((m.standsFor / total) * (m.rate - mean)) ** 2, 0);
  return { mean, error: Math.sqrt((spread * measures.length) / (measures.length - 1)) };
}
