/** --since-run: unchanged items are not opened again, and the outputs are those of a full scan. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import { fileSource } from '../../../src/sources/file.js';
import { testIo } from './io.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'a key of the tests, 24 b.' };

/** The plan looks at their heads, whether they can be cut. */
const LARGE = new Set(['a/staff.csv', 'a/foi.xlsx', 'a/pvric.zip']);

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-carry-'));
  await mkdir(at('a'));
  await mkdir(at('b'));
  await cp(join(FIXTURES, 'blueleaks/pvric.zip'), at('a/pvric.zip'));
  await cp(join(FIXTURES, 'psni/foi-response.xlsx'), at('a/foi.xlsx'));
  await writeFile(at('a/notes.txt'), 'mail jeanne.valmory@interieur.gouv.fr\n');
  await writeFile(at('a/empty.txt'), '');
  await writeFile(at('a/broken.zip'), Buffer.from('504b03041400', 'hex'));
  const rows = Array.from({ length: 400 }, (_, i) => `${i},Anna Tarn ${i},anna${i}@police.example.com\n`);
  await writeFile(at('a/staff.csv'), `id,name,email\n${rows.join('')}`);
  for (let i = 0; i < 20; i++) await writeFile(at(`b/${i}.txt`), `call 0639 98 12 ${10 + i} now\n`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Cut texts at 4 KiB, so that the table above is in several ranges. */
async function scan(run: string, ...more: string[]) {
  const opened = vi.spyOn(fileSource, 'open');
  const io = testIo({ env: KEY });
  const args = [
    '--run',
    at(run),
    '--jobs',
    '0',
    '--range-size',
    '4096',
    '--no-progress',
    '--confidence',
    'low',
  ];
  await runProgram(['scan', at('a'), at('b'), ...args, ...more], io);
  const names = opened.mock.calls.map(([item]) => item.uri.slice(folder.length + 1));
  opened.mockRestore();
  const read = (name: string) => readFile(at(run, name), 'utf8');
  const summary = JSON.parse(await read('summary.json')) as Record<string, unknown>;
  return {
    findings: await read('findings.jsonl'),
    coverage: await read('coverage.jsonl'),
    summary,
    carried: summary.carried ?? 0,
    opened: [...new Set(names)],
    err: io.err(),
  };
}

function outputs({ findings, coverage, summary }: Awaited<ReturnType<typeof scan>>) {
  return { findings, coverage, summary: { ...summary, carried: undefined } };
}

test('changed and new items are read, the rest is carried over byte for byte, again and again', async () => {
  const first = await scan('run1');
  expect(first.carried).toBe(0);
  await writeFile(at('a/notes.txt'), 'mail paul.tarn@interieur.gouv.fr\n');
  await writeFile(at('b/11a.txt'), 'call 0639 98 99 99 now\n');
  await rm(at('b/3.txt'));
  const second = await scan('run2', '--since-run', at('run1'));
  const full = await scan('full');
  expect(outputs(second)).toEqual(outputs(full));
  expect(second.findings).not.toBe(first.findings);
  // Of the table that was cut: its roster is made of what its ranges saw.
  expect(second.findings).toContain('"type":"roster"');
  // The empty file is always looked at.
  expect(second.opened.filter((name) => !LARGE.has(name))).toEqual([
    'a/empty.txt',
    'a/notes.txt',
    'b/11a.txt',
  ]);
  expect(second.carried).toBe((full.summary.items as number) - 3);
  expect(await runProgram(['verify', at('run2')], testIo())).toBe(0);

  const third = await scan('run3', '--since-run', at('run2'));
  expect(outputs(third)).toEqual(outputs(full));
  expect(third.opened.filter((name) => !LARGE.has(name))).toEqual(['a/empty.txt']);
}, 60_000);

test('the newest finished run of a folder is taken, and none is no fault', async () => {
  await mkdir(at('runs'));
  const first = await scan('runs/1', '--since-run', at('runs'));
  expect(first.carried).toBe(0);
  const second = await scan('runs/2', '--since-run', at('runs'));
  expect(second.carried).toBe((first.summary.items as number) - 1);
  expect(outputs(second)).toEqual(outputs(first));
}, 60_000);

test('a damaged earlier shard is told of and its items are read again', async () => {
  const first = await scan('run1');
  const shards = at('run1/shards/0000');
  const [name] = (await readdir(shards)).sort();
  const text = await readFile(join(shards, name as string), 'utf8');
  await writeFile(join(shards, name as string), text.replace('"type":"coverage"', '"type":"Coverage"'));
  const second = await scan('run2', '--since-run', at('run1'));
  expect(outputs(second)).toEqual(outputs(first));
  expect(second.err).toContain('damaged');
  expect(second.carried).toBeLessThan((first.summary.items as number) - 1);
}, 60_000);

test('nothing is carried over from a run with other options', async () => {
  await scan('run1', '--match-context', '20');
  const second = await scan('run2', '--since-run', at('run1'));
  expect(second.carried).toBe(0);
  expect(second.err).toContain('it was made with other options');
}, 60_000);

test.each([
  [['--since-run', 'x'], KEY, /--since-run needs --run/],
  [['--run', 'y', '--since-run', 'x'], {}, /give --fingerprint-key-file/],
  [['--run', 'y', '--since-run', 'x'], KEY, /is not a run folder/],
])('%j is refused', async (args, env, message) => {
  const placed = args.map((arg) => (arg.startsWith('--') ? arg : at(arg)));
  const scan = runProgram(['scan', at('a'), '--jobs', '0', ...placed], testIo({ env }));
  await expect(scan).rejects.toThrow(message);
});
