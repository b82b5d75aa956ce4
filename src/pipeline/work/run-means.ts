/** What kept and streamed runs share: the pool that scans, and the end of a run. */
import { codeOf } from '../../core/errors.js';
import { TOOL_VERSION } from '../../core/version.js';
import type { ReadContext, Readers } from '../readers/readers.js';
import type { RunOptions, RunResult } from '../runs/run-options.js';
import type { RunTotals } from '../scan/run-totals.js';
import { summarise } from '../scan/summarise.js';
import type { Tally } from '../scan/tally.js';
import type { Pool } from './pool.js';

export type RunMeans = {
  readonly pool: Pool;
  /** The readers of this thread. */
  readonly readers: Readers;
  /** Aborts the scans in progress. */
  readonly stop: () => void;
};

export function contextOf({ settings, signal, log }: RunOptions, readers: Readers): ReadContext {
  return { options: settings.source, limits: settings.limits, signal, log, readers };
}

/** Writes the summary of a run that is not merged. `totals`: set if this process has seen the whole run. */
export async function endRun(
  { signal, packs, write }: RunOptions,
  tally: Tally,
  { fault, totals }: { readonly fault: unknown; readonly totals?: RunTotals },
): Promise<RunResult> {
  const isIncomplete = fault !== undefined || tally.unread > 0;
  const status = signal.aborted ? 'interrupted' : isIncomplete ? 'incomplete' : 'complete';
  const summary = summarise(tally, {
    status,
    packHash: packs.hash,
    toolVersion: TOOL_VERSION,
    ...totals?.count(),
  });
  await write(Buffer.from(`${JSON.stringify(summary)}\n`));
  return { summary, fault: codeOf(fault) === 'interrupted' ? undefined : fault };
}
