/**
 * `leaksift report`: the results of a scan on one page: how many people, what is exposed, in which lists, and what
 * was not read. Input: the JSON lines of a scan, or a stored run.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { Event } from '../core/events.js';
import { withRun } from '../library/opened-run.js';
import type { OptionValues } from '../library/options.js';
import { COVERAGE, FINDINGS, mustBeMerged, type RunStore, SUMMARY } from '../pipeline/runs/run-store.js';
import { isS3Address } from '../sources/s3-address.js';
import { EXIT, type Io } from './io.js';
import { ReportBuilder } from './report-builder.js';
import { describeReport } from './report-text.js';

export async function reportCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  if (isRun(path)) return withRun(path, { typed, io }, (store) => reportRun(store, io));
  const input = path === '-' && io.stdin ? io.stdin() : createReadStream(path);
  return report(path, [{ file: path, input }], io);
}

/** Throws `not-found` if the path does not exist. */
function isRun(path: string): boolean {
  if (path === '-') return false;
  if (isS3Address(path)) return true;
  if (!existsSync(path)) throw new LeaksiftError('not-found', `${path}: does not exist`);
  return statSync(path).isDirectory();
}

async function reportRun(store: RunStore, io: Io): Promise<number> {
  await mustBeMerged(store);
  const inputs = [FINDINGS, COVERAGE, SUMMARY].map((name) => ({
    file: `${store.name}/${name}`,
    input: Readable.from(store.read(name)),
  }));
  return report(store.name, inputs, io);
}

type Input = { readonly file: string; readonly input: Readable };

async function report(path: string, inputs: readonly Input[], io: Io): Promise<number> {
  const builder = new ReportBuilder();
  for (const { file, input } of inputs) await readEvents(input, file, (event) => builder.add(event));
  const made = builder.finish();
  if (!made.summary)
    throw new LeaksiftError('usage', `${path}: has no summary: give the whole output of a scan`);
  io.stdout.write(describeReport(made));
  return EXIT.complete;
}

async function readEvents(input: Readable, file: string, take: (event: Event) => void): Promise<void> {
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      // Most lines are findings. The other lines summarise them.
      if (line !== '' && !line.startsWith('{"type":"finding"')) take(JSON.parse(line) as Event);
    }
  } catch (error) {
    // No cause: the message of a SyntaxError quotes the input.
    const fault = error instanceof SyntaxError ? 'is not a JSON line' : `cannot be read (${codeOf(error)})`;
    throw new LeaksiftError('usage', `${file}: line ${number} ${fault}`);
  }
}
