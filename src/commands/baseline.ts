/** `leaksift baseline`, and the file of --baseline: findings accepted with a reason, an owner and a last day. */
import { existsSync, readFileSync } from 'node:fs';
import { LeaksiftError } from '../core/errors.js';
import type { Log } from '../core/source.js';
import { Baseline } from '../pipeline/runs/baseline.js';
import { draftBaseline } from '../pipeline/runs/baseline-draft.js';
import { readPlanState } from '../pipeline/runs/plan-file.js';
import { mustBeMerged, type RunStore } from '../pipeline/runs/run-store.js';
import { fileSink, streamSink } from '../pipeline/scan/jsonl.js';
import { EXIT, type Io } from './io.js';
import { withRun } from './opened-run.js';
import type { OptionValues } from '../library/options.js';

/** Expired entries that are logged one by one; a longer list would bury other warnings. */
const NAMED = 20;

/** Reads a baseline and warns of its expired entries. Throws `config` or `usage`. */
export function openBaseline(path: string, log: Log, now: Date = new Date()): Baseline {
  const baseline = Baseline.parse(readText(path), path, now.toISOString().slice(0, 10));
  for (const { fingerprint, owner, expires } of baseline.expired.slice(0, NAMED)) {
    log.warn({ fingerprint, owner, expires }, 'an accepted finding has expired: it counts again');
  }
  if (baseline.expired.length > NAMED) {
    log.warn({ expired: baseline.expired.length }, 'more accepted findings have expired');
  }
  return baseline;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    throw new LeaksiftError('usage', `cannot read ${path}: ${code}`, { cause: error });
  }
}

/** Writes a draft from a finished run. Without --reason and --owner it must be filled in before use. */
export function baselineCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  return withRun(path, { typed, io }, (store) => baselineOf(store, typed, io));
}

async function baselineOf(store: RunStore, typed: OptionValues, io: Io): Promise<number> {
  await mustBeMerged(store);
  const { header } = await readPlanState(store);
  const { output } = typed;
  if (typeof output === 'string' && existsSync(output)) {
    throw new LeaksiftError(
      'usage',
      `${output}: is there already; write the draft to another file and join them`,
    );
  }
  const sink = typeof output === 'string' ? await fileSink(output) : streamSink(io.stdout, 'stdout');
  const values = { reason: textOf(typed.reason), owner: textOf(typed.owner), expires: textOf(typed.expires) };
  for await (const piece of draftBaseline(store, header.keyCheck, values))
    await sink.write(Buffer.from(piece));
  await sink.close();
  return EXIT.complete;
}

function textOf(value: OptionValues[string]): string {
  return typeof value === 'string' ? value : '';
}
