/** `leaksift baseline`, and what --baseline names: findings accepted with a reason, an owner and a last day. */
import { existsSync, readFileSync } from 'node:fs';
import { LeaksiftError } from '../core/errors.js';
import type { Log } from '../core/source.js';
import { Baseline } from '../pipeline/runs/baseline.js';
import { draftBaseline } from '../pipeline/runs/baseline-draft.js';
import type { RunFolder } from '../pipeline/runs/folder-store.js';
import { readPlanState } from '../pipeline/runs/plan-file.js';
import { fileSink, streamSink } from '../pipeline/scan/jsonl.js';
import { EXIT, type Io } from './io.js';
import { withRun } from './opened-run.js';
import type { OptionValues } from './options.js';

/** Expired entries that are named in the log one by one. */
const NAMED = 20;

/** Reads a baseline and warns of what has expired in it. Throws `config` or `usage`. */
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
  return withRun(path, { typed, io, needs: 'outputs' }, (folder) => baselineOf(folder, typed, io));
}

async function baselineOf(folder: RunFolder, typed: OptionValues, io: Io): Promise<number> {
  if (!folder.isMerged())
    throw new LeaksiftError('usage', `${folder.name}: this run is not finished; resume it first`);
  const { header } = await readPlanState(folder.plan);
  const { output } = typed;
  if (typeof output === 'string' && existsSync(output)) {
    throw new LeaksiftError('usage', `${output}: is there already; write the draft beside it and join them`);
  }
  const sink = typeof output === 'string' ? await fileSink(output) : streamSink(io.stdout, 'stdout');
  const values = { reason: textOf(typed.reason), owner: textOf(typed.owner), expires: textOf(typed.expires) };
  for await (const piece of draftBaseline(folder, header.keyCheck, values))
    await sink.write(Buffer.from(piece));
  await sink.close();
  return EXIT.complete;
}

function textOf(value: OptionValues[string]): string {
  return typeof value === 'string' ? value : '';
}
