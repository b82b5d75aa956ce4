/** What both kinds of run share: the pool they scan with, and how they end. */
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
  /** What is read with on this thread. */
  readonly readers: Readers;
  /** Ends what is being scanned. */
  readonly stop: () => void;
};

export function contextOf({ settings, signal, log }: RunOptions, readers: Readers): ReadContext {
  return { options: settings.source, limits: settings.limits, signal, log, readers };
}

/** Writes the summary of a run that is not merged. `totals`: where this process has seen all of the run. */
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
