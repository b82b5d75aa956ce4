/**
 * `leaksift report`: the answer of a scan on one page: how many people, what of each, in which lists, and what
 * was not read. In: the JSON lines of a scan, or a run folder.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { Event } from '../core/events.js';
import { RunFolder } from '../pipeline/runs/folder-store.js';
import { isS3Address } from '../sources/s3-address.js';
import { EXIT, type Io } from './io.js';
import { withRun } from './opened-run.js';
import type { OptionValues } from './options.js';
import { ReportBuilder } from './report-builder.js';
import { describeReport } from './report-text.js';

export async function reportCommand(path: string, typed: OptionValues, io: Io): Promise<number> {
  if (!isS3Address(path)) return reportOf(path, filesOf(path), io);
  return withRun(path, { typed, io, needs: 'outputs' }, (folder) => reportOf(path, outputsOf(folder), io));
}

async function reportOf(path: string, files: readonly string[], io: Io): Promise<number> {
  const builder = new ReportBuilder();
  for (const file of files) {
    const input = file === '-' && io.stdin ? io.stdin() : createReadStream(file);
    await readEvents(input, file, (event) => builder.add(event));
  }
  const report = builder.finish();
  if (!report.summary) {
    throw new LeaksiftError('usage', `${path}: holds no summary: give the whole output of a scan`);
  }
  io.stdout.write(describeReport(report));
  return EXIT.complete;
}

function filesOf(path: string): string[] {
  if (path === '-') return ['-'];
  if (!existsSync(path)) throw new LeaksiftError('not-found', `${path}: is not there`);
  if (!statSync(path).isDirectory()) return [path];
  const folder = new RunFolder(path);
  if (!folder.exists()) throw new LeaksiftError('usage', `${path}: is no run folder`);
  return outputsOf(folder);
}

function outputsOf(folder: RunFolder): string[] {
  if (!folder.isMerged())
    throw new LeaksiftError('usage', `${folder.name}: this run is not finished; resume it first`);
  return (['findings.jsonl', 'coverage.jsonl', 'summary.json'] as const).map((name) => folder.output(name));
}

async function readEvents(input: Readable, file: string, take: (event: Event) => void): Promise<void> {
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      // Most lines are findings, which the other lines sum up.
      if (line !== '' && !line.startsWith('{"type":"finding"')) take(JSON.parse(line) as Event);
    }
  } catch (error) {
    // No cause: the message of a SyntaxError quotes what was read.
    const fault = error instanceof SyntaxError ? 'is no JSON line' : `cannot be read (${codeOf(error)})`;
    throw new LeaksiftError('usage', `${file}: line ${number} ${fault}`);
  }
}
