/**
 * A content that really crashes its reader: by signal, by exit, by memory, by hanging. It is recorded with its
 * locator, everything else is found, and the run completes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Coverage } from '../../../src/core/events.js';
import { LEAK, leaksift, only, type Run, workFolder } from '../../e2e/cli.js';

const work = workFolder();
const PRELOAD = pathToFileURL(join(import.meta.dirname, '../culprit.mjs')).href;
const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'a key for tests only' };
let logs = 0;

/** A folder with innocent files around the culprits. */
function tree(name: string, ...culprits: string[]): string {
  for (let i = 0; i < 12; i++) work.put(`${name}/${i}-fine.txt`, `${i} ${LEAK}`);
  for (const [i, culprit] of culprits.entries()) work.put(`${name}/${i * 5}-culprit-${culprit}.txt`, LEAK);
  return join(work.path, name);
}

function harmed() {
  const log = join(work.path, `harm-${logs++}.log`);
  const env = { ...KEY, NODE_OPTIONS: `--import ${PRELOAD}`, CULPRIT_LOG: log };
  const scan = (args: readonly string[]) =>
    leaksift([...args, '--no-progress', '-q', '--jobs', '2'], { env, timeoutMs: 200_000 });
  return { scan, harms: () => readFileSync(log, 'utf8').trim().split('\n') };
}

const uris = (coverage: readonly Coverage[], reason: string) =>
  coverage
    .filter((line) => line.status === 'error' && line.reason === reason)
    .map(({ uri }) => uri.slice(work.path.length + 1))
    .sort();

function expectRest(run: Run, name: string): void {
  const fine = only(run, 'finding').map(({ uri }) => uri);
  expect(new Set(fine).size, 'files with findings').toBe(12);
  expect(fine.every((uri) => uri.includes(`${name}/`) && uri.includes('-fine'))).toBe(true);
  expect(only(run, 'summary')).toMatchObject([{ status: 'incomplete', items: expect.any(Number) }]);
}

test.concurrent('contents that end their thread are named, in streams too', async () => {
  const { scan, harms } = harmed();
  const run = await scan(['scan', tree('threads', 'exits', 'heap')]);
  expect(run.status).toBe(4);
  expectRest(run, 'threads');
  expect(uris(only(run, 'coverage'), 'crashed')).toEqual([
    'threads/0-culprit-exits.txt',
    'threads/5-culprit-heap.txt',
  ]);
  // Once might have been a signal from outside.
  expect(harms().filter((line) => line === 'exits child')).toHaveLength(2);
  expect(harms().filter((line) => line === 'heap child')).toHaveLength(2);
}, 240_000);

test.concurrent('a content that never comes back is given up with `timeout`', async () => {
  const { scan } = harmed();
  const run = await scan(['scan', tree('hangs', 'hangs'), '--timeout', '1s']);
  expectRest(run, 'hangs');
  expect(uris(only(run, 'coverage'), 'timeout')).toEqual(['hangs/0-culprit-hangs.txt']);
}, 240_000);

test.concurrent('what kills the whole process is found on resume, and is not run in it again', async () => {
  const { scan, harms } = harmed();
  const [folder, run] = [tree('kills', 'killed', 'buffers'), join(work.path, 'run')];
  // Both shards of two threads may be lost in one blow, or in one each.
  let last = await scan(['scan', folder, '--run', run]);
  expect(last.status, 'killed by a signal').toBeNull();
  for (let tries = 0; last.status === null && tries < 3; tries++) last = await scan(['resume', run]);
  expect(last.status).toBe(4);
  const lines = (name: string) => readFileSync(join(run, name), 'utf8').trim().split('\n');
  const coverage = lines('coverage.jsonl').map((line) => JSON.parse(line) as Coverage);
  expect(uris(coverage, 'crashed')).toEqual(['kills/0-culprit-killed.txt', 'kills/5-culprit-buffers.txt']);
  const found = lines('findings.jsonl').filter((line) => line.startsWith('{"type":"finding"'));
  expect(found).toHaveLength(12);
  expect(harms().filter((line) => line === 'killed thread').length).toBeLessThanOrEqual(1);
  expect((await leaksift(['verify', run])).status).toBe(0);
  expect(only(await scan(['resume', run]), 'summary')).toMatchObject([{ status: 'incomplete' }]);
}, 240_000);
