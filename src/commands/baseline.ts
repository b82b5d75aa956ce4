/** `leaksift baseline`: drafts a baseline of accepted findings, with a reason, an owner and a last day. */
import { existsSync } from 'node:fs';
import { LeaksiftError } from '../core/errors.js';
import { withRun } from '../library/opened-run.js';
import type { OptionValues } from '../library/options.js';
import { draftBaseline } from '../pipeline/runs/baseline-draft.js';
import { readAnyHeader } from '../pipeline/runs/plan-file.js';
import { mustBeMerged, type RunStore } from '../pipeline/runs/run-store.js';
import { UNKEYED } from '../pipeline/runs/seal.js';
import { fileSink, streamSink } from '../pipeline/scan/jsonl.js';
import { EXIT, type Io } from './io.js';

/** Writes a draft from a finished run. Without --reason and --owner it must be filled in before use. */
export function baselineCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  return withRun(path, { typed, io }, (store) => baselineOf(store, typed, io));
}

async function baselineOf(store: RunStore, typed: OptionValues, io: Io): Promise<number> {
  await mustBeMerged(store);
  const header = await readAnyHeader(store, UNKEYED);
  const { output } = typed;
  if (typeof output === 'string' && existsSync(output)) {
    throw new LeaksiftError(
      'usage',
      `${output}: already exists; write the draft to another file and merge the two`,
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
