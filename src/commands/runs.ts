/** `leaksift resume | status | verify | merge`: what is done with a stored run besides scanning into it. */
import { resolve } from 'node:path';
import { LeaksiftError } from '../core/errors.js';
import type { Log } from '../core/source.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { withRun } from '../library/opened-run.js';
import { type OptionValues, resolveOptions, watchlistOf } from '../library/options.js';
import { printBytes } from '../library/quantity.js';
import { type MergeOptions, mergeRun } from '../pipeline/runs/merge.js';
import { type PlanHeader, readPlanState } from '../pipeline/runs/plan-file.js';
import { runStatus } from '../pipeline/runs/run-status.js';
import { PLAN, type RunStore } from '../pipeline/runs/run-store.js';
import { verifyRun } from '../pipeline/runs/verify.js';
import { openWatchlist } from '../pipeline/work/load.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';
import { exitStatus, runWith } from './scan.js';

/** Goes on with a run as it was begun. Only how it is shown and how many workers it has may differ. */
export async function resumeCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  const { header } = await withRun(path, { typed, io }, readPlanState);
  if (header.workingFolder !== io.workingFolder) {
    throw new LeaksiftError(
      'usage',
      `${path}: the run was begun in ${header.workingFolder}; resume it from there`,
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
      `${status.merged ? 'complete' : 'in progress'}: ${share} % of what is planned${listing}`,
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
  const verdict = await withRun(path, { typed, io }, async (store) => {
    // It is read more than once.
    await store.local(PLAN);
    return verifyRun(store);
  });
  const { problems, shards, items } = verdict;
  for (const problem of problems) io.stderr.write(`${path}: ${problem}\n`);
  io.stdout.write(`${shards} shards, ${items} items, ${problems.length} problems\n`);
  return problems.length === 0 ? EXIT.complete : EXIT.incomplete;
}

/** Joins the shards that array jobs scanned; refuses gaps. Its exit status is that of the whole run. */
export function mergeCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  return withRun(path, { typed, io }, (store) => mergeIn(store, typed, io));
}

async function mergeIn(store: RunStore, typed: OptionValues, io: Io): Promise<number> {
  await store.local(PLAN);
  const { header } = await readPlanState(store);
  const options = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const log = await newLogger(io, { level: options.logLevel, color: options.color });
  const unlock = await store.lock('run.lock');
  try {
    const summary = await mergeRun(store, await mergeOptions(header, log));
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return exitStatus(summary, options, io.signal);
  } finally {
    await unlock();
  }
}

/** The options of the scan that bear on merging. Their paths are relative to its working folder. */
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
