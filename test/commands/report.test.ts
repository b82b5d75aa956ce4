/** The one-page report: totals, lists, worst records, what was not read. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { testIo } from '../pipeline/runs/io.js';

const PSNI = join(import.meta.dirname, '../../fixtures/psni');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-report-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function reported(path: string): Promise<string> {
  const io = testIo();
  expect(await runProgram(['report', path], io)).toBe(0);
  return io.out();
}

test('a scan file, a run folder and stdin give the same page', async () => {
  const output = join(folder, 'out.jsonl');
  const archive = await readFile(join(PSNI, '../blueleaks/pvric.zip'));
  await writeFile(join(folder, 'damaged.zip'), archive.subarray(0, 60));
  const args = [PSNI, join(folder, 'damaged.zip'), '--jobs', '0', '--no-progress'];
  await runProgram(['scan', ...args, '-o', output], testIo());
  const page = await reported(output);
  expect(page).toContain('INCOMPLETE: 4 items');
  expect(page).toMatch(/1,000 people exposed, of these:\n +1,000 {2}PERSON\n/);
  expect(page).toMatch(/1,000 {2}police {2}\S+foi-response\.xlsx Sheet2 \[hidden-sheet\]: PERSON, RANK/);
  expect(page).toMatch(/Worst exposed:\n +36 {2}\S\*+/);
  expect(page).toMatch(/Not read, or only in part:\n +2 {2}partial truncated: \S+damaged\.zip/);

  await runProgram(['scan', ...args, '--run', join(folder, 'run')], testIo());
  expect(await reported(join(folder, 'run'))).toBe(page);

  const io = testIo({ stdin: () => createReadStream(output) });
  expect(await runProgram(['report', '-'], io)).toBe(0);
  expect(io.out()).toBe(page);
}, 60_000);

test.each([
  ['a file of something else', 'name,phone\n', 'line 1 is not a JSON line'],
  ['a cut output', '{"type":"coverage","uri":"a","status":"complete"}\n', 'has no summary'],
])('%s is refused', async (_, text, reason) => {
  const path = join(folder, 'x');
  await writeFile(path, text);
  await expect(runProgram(['report', path], testIo())).rejects.toThrow(reason);
});
