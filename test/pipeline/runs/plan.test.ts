/** A plan interrupted at any moment is a prefix of the whole plan. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/core/limits.js';
import { openReaders } from '../../../src/pipeline/readers/readers.js';
import { type PlannedShard, planShards } from '../../../src/pipeline/runs/plan.js';

const NO_LOG = { debug() {}, info() {}, warn() {}, error() {} };
const OPTIONS = { include: [], exclude: [], followSymlinks: false, s3: { noSignRequest: true } };
const FILES = 30;
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'leaksift-plan-'));
  for (let at = 0; at < FILES; at++) writeFileSync(join(tree, `${at}.txt`), 'nothing here\n');
  const row = 'first,last,agent@example.org\n';
  writeFileSync(join(tree, '15.csv'), `first_name,last_name,email\n${row.repeat(400)}`);
  writeFileSync(join(tree, 'z.csv'), `first_name,last_name,email\n${row.repeat(400)}`);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** The shards planned until the signal, which comes after so many turns of the loop of events. */
async function planned(turns: number): Promise<{ shards: PlannedShard[]; isCut: boolean }> {
  const abort = new AbortController();
  const readers = await openReaders([]);
  const limits = { ...DEFAULT_LIMITS, rangeBytes: 1024 };
  const context = { readers, options: OPTIONS, limits, signal: abort.signal, log: NO_LOG };
  const shards: PlannedShard[] = [];
  const listing = (async () => {
    for await (const shard of planShards([tree, join(tree, '3.txt')], context)) shards.push(shard);
  })();
  const ended = listing.then(
    () => false,
    () => true,
  );
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let at = 0; at < turns && !isOver; at++) await turn();
  abort.abort();
  return { shards, isCut: await ended };
}

test('at whichever turn the signal comes', async () => {
  const { shards: whole, isCut } = await planned(Number.POSITIVE_INFINITY);
  expect(isCut).toBe(false);
  expect(whole.flatMap(({ items }) => items).length).toBeGreaterThan(FILES + 10);
  let cuts = 0;
  for (let turns = 0; turns < 200; turns++) {
    const run = await planned(turns);
    if (run.isCut) cuts += 1;
    else expect(run.shards).toEqual(whole);
    expect(run.shards).toEqual(whole.slice(0, run.shards.length));
  }
  expect(cuts).toBeGreaterThan(10);
}, 60_000);
