/**
 * Shards → findings.jsonl, coverage.jsonl, summary.json and manifest.json. Refuses a run with gaps. The outputs are a
 * function of the plan, the shards and the options given here, and appear whole, the manifest last.
 */
import { createHash } from 'node:crypto';
import { LeaksiftError } from '../../core/errors.js';
import type { Summary } from '../../core/events.js';
import { RunTotals } from '../scan/run-totals.js';
import { summarise } from '../scan/summarise.js';
import { newTally } from '../scan/tally.js';
import type { Baseline } from './baseline.js';
import { mergeLines, missing } from './merged-lines.js';
import { OutputFile, type WrittenOutput, writeOutput } from './output-file.js';
import { type PlanHeader, type PlanState, readPlanState } from './plan-file.js';
import { COVERAGE, FINDINGS, MANIFEST, type RunStore, SUMMARY, shardName } from './run-store.js';

export type ManifestEntry = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of the chain before it, the name and the hash: no output can be exchanged alone. */
  readonly chain: string;
};

export type Manifest = {
  readonly format: 1;
  readonly toolVersion: string;
  readonly packHash: string;
  readonly addresses: readonly string[];
  readonly options: PlanHeader['options'];
  readonly plan: { readonly shards: number; readonly items: number; readonly bytes: number };
  readonly outputs: readonly ManifestEntry[];
};

export type MergeOptions = {
  /** Persons on the watchlist, where there is one. */
  readonly watchlistSize?: number;
  readonly baseline?: Baseline;
};

/** Throws `incomplete` naming the first gap. */
export async function mergeRun(store: RunStore, options: MergeOptions = {}): Promise<Summary> {
  const state = await readPlanState(store);
  if (!state.end)
    throw new LeaksiftError('incomplete', `${store.name}: the plan is not complete; resume the run`);
  if (!state.proven) throw new LeaksiftError('corrupt', `${store.name}: plan.jsonl is not what was written`);
  await mustHaveShards(store, state.shards);
  const { baseline, watchlistSize } = options;
  baseline?.mustBeOfKey(state.header.keyCheck, 'the baseline');
  const tally = newTally();
  const totals = new RunTotals(tally, watchlistSize);
  const findings = await OutputFile.create(store, FINDINGS);
  const coverage = await OutputFile.create(store, COVERAGE);
  try {
    await mergeLines(
      store,
      { tally, totals },
      {
        findings: (lines) => findings.write(baseline ? baseline.filter(lines, tally) : lines),
        coverage: (lines) => coverage.write(baseline ? baseline.filter(lines, tally) : lines),
      },
    );
  } catch (error) {
    findings.discard();
    coverage.discard();
    throw error;
  }
  const status = tally.unread > 0 ? 'incomplete' : 'complete';
  const summary = summarise(tally, { status, packHash: state.header.packHash, ...totals.count() });
  const outputs = [
    await findings.publish(),
    await coverage.publish(),
    await writeOutput(store, SUMMARY, `${JSON.stringify(summary)}\n`),
  ];
  await writeOutput(store, MANIFEST, `${JSON.stringify(manifestOf(state, outputs), null, 2)}\n`);
  return summary;
}

/** Before anything is read: a gap at the end of a large run is found at once. */
async function mustHaveShards(store: RunStore, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    if ((await store.size(shardName(index))) === undefined) throw missing(store, index);
}

function manifestOf(state: PlanState, written: readonly WrittenOutput[]): Manifest {
  const { toolVersion, packHash, addresses, options } = state.header;
  let chain = state.end?.sha256 ?? '';
  const outputs = written.map(({ name, bytes, sha256 }) => {
    chain = createHash('sha256').update(`${chain}\n${name}\n${sha256}\n`).digest('hex');
    return { name, bytes, sha256, chain };
  });
  const plan = { shards: state.shards, items: state.items, bytes: state.bytes };
  return { format: 1, toolVersion, packHash, addresses, options, plan, outputs };
}
