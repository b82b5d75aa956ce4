/** `leaksift resume | status | verify | merge`: commands on a stored run. */
import { resolve } from 'node:path';
import { LeaksiftError } from '../core/errors.js';
import type { Log } from '../core/source.js';
import { sealOf, withRun } from '../library/opened-run.js';
import { type OptionValues, type ResolvedOptions, watchlistOf } from '../library/options.js';
import { printBytes } from '../library/quantity.js';
import { type MergeOptions, mergeRun } from '../pipeline/runs/merge.js';
import { openRemains } from '../pipeline/runs/open-run.js';
import { type PlanHeader, readPlanHeader } from '../pipeline/runs/plan-file.js';
import { runStatus } from '../pipeline/runs/run-status.js';
import { PLAN, RUN_LOCK, type RunStore } from '../pipeline/runs/run-store.js';
import { UNKEYED } from '../pipeline/runs/seal.js';
import { verifyRun } from '../pipeline/runs/verify.js';
import { openWatchlist } from '../pipeline/work/load.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';
import { exitStatus, runWith } from './scan.js';

/** Resumes a run with its original options. Only the display and the number of workers can differ. */
export async function resumeCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  const header = await withRun(path, { typed, io }, (store) => readPlanHeader(store, UNKEYED));
  if (header.workingFolder !== io.workingFolder) {
    throw new LeaksiftError(
      'usage',
      `${path}: the run was started in ${header.workingFolder}; resume it from there`,
    );
  }
  return runWith(header.addresses, { ...(header.options as OptionValues), ...typed, run: path }, io);
}

export async function statusCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  const status = await withRun(path, { typed, io }, runStatus);
  const { done, planned } = status;
  const share = planned.bytes > 0 ? Math.floor((100 * done.bytes) / planned.bytes) : 100;
  const listing = status.planComplete ? '' : ', listing not finished';
  io.stdout.write(
    [
      `${status.merged ? 'complete' : 'in progress'}: ${share} % of the plan${listing}`,
      `shards   ${done.shards} of ${planned.shards}`,
      `items    ${done.items} of ${planned.items}`,
      `bytes    ${printBytes(done.bytes)} of ${printBytes(planned.bytes)}`,
      `findings ${done.findings}`,
      '',
    ].join('\n'),
  );
  return status.merged ? EXIT.complete : EXIT.incomplete;
}

export async function verifyCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  const verdict = await withRun(path, { typed, io, open: openRemains }, async (store, options) => {
    const { hasFingerprintKey, settings } = options;
    // The plan is read more than once.
    if ((await store.size(PLAN)) !== undefined) await store.local(PLAN);
    return verifyRun(store, hasFingerprintKey ? settings.fingerprintKey : undefined);
  });
  const { problems, more, others, shards, items } = verdict;
  for (const problem of problems) io.stderr.write(`${path}: ${problem}\n`);
  if (more > 0) io.stderr.write(`${path}: and ${more} more problems\n`);
  const count = problems.length + more;
  io.stdout.write(`${shards} shards, ${items} items, ${count} problems\n`);
  if (count === 0) io.stdout.write(`${PROOF[verdict.key]}\n`);
  if (others.length > 0) io.stdout.write(`not part of the run: ${others.join(', ')}\n`);
  return count === 0 ? EXIT.complete : EXIT.incomplete;
}

/** What a successful verification says about the run's seal. */
const PROOF = {
  proven: 'sealed with the given key: nobody without it has changed the run',
  unchecked:
    'checked against accidents only: the run is sealed with a key; give --fingerprint-key-file to prove that nobody without it has changed the run',
  none: 'checked against accidents only: the run was made without --fingerprint-key-file, so anybody could have forged it',
} as const;

/** Merges the shards of array jobs; rejects gaps. Returns the exit status of the whole run. */
export function mergeCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  return withRun(path, { typed, io }, (store, options) => mergeIn(store, options, io));
}

async function mergeIn(store: RunStore, options: ResolvedOptions, io: Io): Promise<number> {
  await store.local(PLAN);
  const header = await readPlanHeader(store, UNKEYED);
  const log = await newLogger(io, { level: options.logLevel, color: options.color });
  const unlock = await store.lock(RUN_LOCK);
  try {
    const summary = await mergeRun(store, sealOf(options), await mergeOptions(header, log));
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return exitStatus(summary, options, io.signal);
  } finally {
    await unlock();
  }
}

/** The scan's options that affect merging. Their paths are relative to its working folder. */
async function mergeOptions({ options, workingFolder }: PlanHeader, log: Log): Promise<MergeOptions> {
  const path = (name: string) =>
    typeof options[name] === 'string' ? resolve(workingFolder, options[name]) : undefined;
  const baseline = path('baseline');
  const watchlist = watchlistOf(path('watchlist'), path('watchlist-key-file'));
  return {
    ...(baseline !== undefined && {
      baseline: (await import('../library/baseline-file.js')).openBaseline(baseline, log),
    }),
    ...(watchlist && { watchlistSize: (await openWatchlist(watchlist)).persons }),
  };
}
