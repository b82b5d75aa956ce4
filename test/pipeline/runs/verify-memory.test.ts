/** verify streams: its memory does not grow with the run. Measured in a process of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOOL_VERSION } from '../../../src/core/version.js';
import { FolderStore } from '../../../src/pipeline/runs/folder-store.js';
import { mergeRun } from '../../../src/pipeline/runs/merge.js';
import type { PlanHeader } from '../../../src/pipeline/runs/plan-file.js';
import { PlanWriter, RUN_FORMAT } from '../../../src/pipeline/runs/plan-file.js';
import { shardName } from '../../../src/pipeline/runs/run-store.js';
import { UNKEYED } from '../../../src/pipeline/runs/seal.js';
import { ShardWriter } from '../../../src/pipeline/runs/shard-file.js';
import { newTally } from '../../../src/pipeline/scan/tally.js';
import { ROOT } from '../../e2e/cli.js';

const SHARDS = 60;
const SHARD_MB = 2;
const MAX_RSS_MB = 150;

const folder = mkdtempSync(join(tmpdir(), 'leaksift-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const header: PlanHeader = {
  ...{ type: 'plan', format: RUN_FORMAT, toolVersion: TOOL_VERSION, packHash: '', addresses: [] },
  ...{ workingFolder: '', options: {}, keyCheck: '', settingsCheck: '' },
};

/** A run of 120 MB that nothing scanned. */
beforeAll(async () => {
  const store = new FolderStore(folder);
  const plan = await PlanWriter.create(store, UNKEYED, header);
  for (let index = 0; index < SHARDS; index++) {
    const items = Array.from({ length: 250 }, (_, i) => ({
      ...{ scheme: 'file', uri: `${index}/${i}.txt`, target: `/${index}/${i}.txt`, bytes: 8000 },
    }));
    const { chain } = plan.add({ index, address: 0, items });
    const path = await store.stage(shardName(index));
    const file = new ShardWriter(path, { index, plan: chain, durable: false });
    const lines = items.map(({ uri }) => {
      const line = JSON.stringify({ type: 'coverage', uri, status: 'complete' });
      return `${line}${' '.repeat((SHARD_MB * 1e6) / items.length - line.length)}\n`;
    });
    for (const line of lines) file.write(Buffer.from(line));
    file.finish({ tally: newTally(), items: items.map(() => ({ bytes: lines[0]?.length ?? 0 })) });
    await store.publish(shardName(index), path);
  }
  await plan.finish();
  await mergeRun(store, UNKEYED);
}, 120_000);

test('a run of 120 MB is verified in far less', () => {
  const script = `
    const { verifyRun } = await import('${ROOT}/dist/pipeline/runs/verify.js');
    const { FolderStore } = await import('${ROOT}/dist/pipeline/runs/folder-store.js');
    const { problems, shards } = await verifyRun(new FolderStore(process.argv[1]));
    console.log(JSON.stringify({ problems, shards, mb: process.resourceUsage().maxRSS / 1024 }));
  `;
  const args = ['--input-type=module', '-e', script, folder];
  const { problems, shards, mb } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect({ problems, shards }).toEqual({ problems: [], shards: SHARDS });
  expect(mb).toBeLessThan(MAX_RSS_MB);
}, 120_000);
