/** A run in a folder: what a killed merge left is removed by whoever takes the lock of the run. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FolderStore } from '../../../src/pipeline/runs/folder-store.js';
import { RUN_LOCK } from '../../../src/pipeline/runs/run-store.js';

const folder = mkdtempSync(join(tmpdir(), 'leaksift-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('staged outputs go with the lock of the run, and nothing else does', async () => {
  const store = new FolderStore(join(folder, 'run'));
  await store.create();
  const staged = await Promise.all(
    ['findings.jsonl', 'coverage.jsonl', 'summary.json', 'manifest.json'].map((name) => store.stage(name)),
  );
  const kept = [
    await store.stage('plan.jsonl'),
    join(store.name, 'findings.jsonl'),
    join(store.name, 'notes.part'),
  ];
  for (const path of [...staged, ...kept]) writeFileSync(path, 'x');
  const names = () =>
    readdirSync(store.name)
      .filter((name) => !name.endsWith('.lock') && name !== 'shards')
      .sort();
  const all = names();
  await (await store.lock('part-0.lock'))();
  expect(names()).toEqual(all);
  await (await store.lock(RUN_LOCK))();
  expect(names()).toEqual(kept.map((path) => path.slice(store.name.length + 1)).sort());
});
