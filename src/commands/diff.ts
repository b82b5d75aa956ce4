/** `leaksift diff`: compares the findings of a run with those of an earlier one. */
import { LeaksiftError } from '../core/errors.js';
import { safeJson } from '../core/printable.js';
import { withRun } from '../library/opened-run.js';
import type { OptionValues } from '../library/options.js';
import { type DiffBy, type DiffSummary, diffRuns } from '../pipeline/runs/diff.js';
import type { RunStore } from '../pipeline/runs/run-store.js';
import { fileSink, streamSink } from '../pipeline/scan/jsonl.js';
import { type Io, statusOf } from './io.js';

/** 1 if something is new, 3 if the later run did not read everything, 4 for both. */
export function diffCommand(
  [earlier, later]: readonly [string, string],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  return withRun(earlier, { typed, io }, (first) =>
    withRun(later, { typed, io }, (second) => diffOf([first, second], typed, io)),
  );
}

async function diffOf(
  [earlier, later]: readonly [RunStore, RunStore],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  const by = typed.by ?? 'place';
  if (by !== 'place' && by !== 'value')
    throw new LeaksiftError('usage', `--by must be place or value, not "${by}"`);
  const sink =
    typeof typed.output === 'string' ? await fileSink(typed.output) : streamSink(io.stdout, 'stdout');
  let summary: DiffSummary | undefined;
  for await (const line of diffRuns(earlier, later, by as DiffBy)) {
    if (line.type === 'diff_summary') summary = line;
    else if (line.change === 'same' && typed.same !== true) continue;
    await sink.write(Buffer.from(`${safeJson(line)}\n`));
  }
  await sink.close();
  return statusOf({ isFound: (summary?.new ?? 0) > 0, isWhole: summary?.status[1] === 'complete' });
}
