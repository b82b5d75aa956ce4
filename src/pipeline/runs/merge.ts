/**
 * Merges shards into findings.jsonl, coverage.jsonl, summary.json and manifest.json. Rejects a run with gaps. The
 * outputs are a function of the plan, the shards and the options given here, and appear whole, the manifest last.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { Summary } from '../../core/events.js';
import { TOOL_VERSION } from '../../core/version.js';
import { RunTotals } from '../scan/run-totals.js';
import { summarise } from '../scan/summarise.js';
import { addTally, newTally, type Tally } from '../scan/tally.js';
import type { Baseline } from './baseline.js';
import { type MergeInputs, manifestOf } from './manifest.js';
import { linesOfShard, shardOutputs } from './merged-lines.js';
import { OutputFile, writeOutput } from './output-file.js';
import { type PlanHeader, readPlanHeader, readPlanShards, readPlanState } from './plan-file.js';
import { COVERAGE, FINDINGS, MANIFEST, type RunStore, SUMMARY, shardName } from './run-store.js';
import { chainOf, type Seal, UNKEYED } from './seal.js';
import { isOutputOf } from './shard-file.js';

export type MergeOptions = {
  /** Number of persons on the watchlist, if any. */
  readonly watchlistSize?: number;
  readonly baseline?: Baseline;
};

/**
 * `given`: with the key, if the run is sealed with one. Throws `incomplete` with the first gap, and `usage` without
 * that key or with another version.
 */
export async function mergeRun(store: RunStore, given: Seal, options: MergeOptions = {}): Promise<Summary> {
  const seal = await sealOfRun(store, given);
  const state = await readPlanState(store, seal);
  const { header } = state;
  if (!state.isComplete)
    throw new LeaksiftError('incomplete', `${store.name}: the plan is not complete; resume the run`);
  mustBeOfVersion(store, header);
  await mustHaveShards(store, state.shards);
  const { baseline, watchlistSize } = options;
  baseline?.mustBeOfKey(header.keyCheck, 'the baseline');
  const tally = newTally();
  const totals = new RunTotals(tally, watchlistSize);
  const { shardChain, findings, coverage } = await mergeLines(store, { seal, tally, totals, baseline });
  const summary = summaryOf(tally, totals, header);
  const outputs = [
    await findings.publish(),
    await coverage.publish(),
    await writeOutput(store, SUMMARY, `${JSON.stringify(summary)}\n`),
  ];
  const merge: MergeInputs = {
    ...(watchlistSize !== undefined && { watchlistSize }),
    ...(baseline && { baseline: baseline.sha256 }),
  };
  await writeOutput(store, MANIFEST, seal.document(manifestOf(state, { shardChain, merge, outputs }), ''));
  return summary;
}

/** The seal of a run. Throws `usage` if it is sealed with a key that is not given. */
async function sealOfRun(store: RunStore, given: Seal): Promise<Seal> {
  const { hasMac, keyCheck } = await readPlanHeader(store, UNKEYED);
  if (!hasMac) return UNKEYED;
  if (given.keyCheck === keyCheck) return given;
  const why = given.isKeyed ? 'another fingerprint key' : 'a fingerprint key: give --fingerprint-key-file';
  throw new LeaksiftError('usage', `${store.name}: is sealed with ${why}`);
}

/** The outputs also depend on the version. */
function mustBeOfVersion({ name }: RunStore, { toolVersion }: PlanHeader): void {
  if (toolVersion === TOOL_VERSION) return;
  throw new LeaksiftError(
    'usage',
    `${name}: was scanned by leaksift ${toolVersion}; merge it with that version`,
  );
}

/** Checked before reading: a gap at the end of a large run is found at once. */
async function mustHaveShards(store: RunStore, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    if ((await store.size(shardName(index))) === undefined) throw missing(store, index);
}

function missing({ name }: RunStore, index: number): LeaksiftError {
  return new LeaksiftError('incomplete', `${name}: shard ${index} is missing; resume the run`);
}

function damaged({ name }: RunStore, index: number): LeaksiftError {
  return new LeaksiftError(
    'incomplete',
    `${name}: shard ${index} is damaged or belongs to another run; resume the run`,
  );
}

type Merging = {
  readonly seal: Seal;
  readonly tally: Tally;
  readonly totals: RunTotals;
  readonly baseline: Baseline | undefined;
};

async function mergeLines(store: RunStore, { seal, tally, totals, baseline }: Merging) {
  const findings = await OutputFile.create(store, FINDINGS);
  const coverage = await OutputFile.create(store, COVERAGE);
  let shardChain = '';
  try {
    for await (const { shard, name, end } of shardOutputs(store, seal, readPlanShards(store, seal))) {
      if (!end || !isOutputOf(shard, end)) throw damaged(store, shard.index);
      shardChain = chainOf(end.chain, shardChain);
      addTally(tally, end.tally);
      for await (const runs of linesOfShard(store, { name, end }, totals)) {
        for (const { kind, lines } of runs) {
          const output = kind === 'coverage' ? coverage : findings;
          output.write(baseline ? baseline.filter(lines, tally) : lines);
        }
      }
    }
  } catch (error) {
    findings.discard();
    coverage.discard();
    totals.close();
    throw error;
  }
  return { shardChain, findings, coverage };
}

/** The summary of all shards. Ends `totals`. */
export function summaryOf(tally: Tally, totals: RunTotals, { packHash, toolVersion }: PlanHeader): Summary {
  const status = tally.unread > 0 ? 'incomplete' : 'complete';
  return summarise(tally, { status, packHash, toolVersion, ...totals.count() });
}
