import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReaders } from '../../../src/pipeline/readers/readers.js';
import { openPool } from '../../../src/pipeline/work/pool.js';
import { builtinRules, SETTINGS } from '../scan/scan-bytes.js';

const WATCHER = { item() {}, bytes() {} };
const LOG = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let started = 0;
const count = () => {
  started += 1;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksift-'));
  started = 0;
  process.on('worker', count);
});

afterEach(() => {
  process.off('worker', count);
  rmSync(folder, { recursive: true, force: true });
});

const shardOf = (index: number) => {
  const path = join(folder, `note-${index}.txt`);
  writeFileSync(path, `write to officer-${index}@police.example.test\n`);
  const item = { scheme: 'file', uri: pathToFileURL(path).href, target: path };
  return { shard: { index, items: [item] }, path: join(folder, `${index}.jsonl`), durable: false };
};

test.each([
  { shards: 1, least: 1, most: 2 },
  { shards: 6, least: 4, most: 4 },
])('$shards shards of four jobs start $least to $most workers', async ({ shards, least, most }) => {
  const rules = await builtinRules();
  const pool = await openPool({
    jobs: 4,
    settings: SETTINGS,
    rules,
    readers: await openReaders([]),
    signal: new AbortController().signal,
    log: LOG,
  });
  try {
    const tasks = Array.from({ length: shards }, (_, index) => pool.run(shardOf(index), WATCHER));
    const tallies = await Promise.all(tasks);
    expect(tallies.map((tally) => tally.items)).toEqual(tallies.map(() => 1));
  } finally {
    await pool.close();
  }
  expect(started).toBeGreaterThanOrEqual(least);
  expect(started).toBeLessThanOrEqual(most);
});
