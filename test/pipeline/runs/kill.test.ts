/**
 * kill -9 at random moments, of the scan and of its children, over a mixed tree and a bucket: what is resumed
 * is byte for byte what was not interrupted. `LEAKSIFT_KILLS=200 npx vitest run test/pipeline/runs/kill.test.ts` for
 * more points, `LEAKSIFT_SEED=7` for others.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, FIXTURES, leaksift, workFolder } from '../../e2e/cli.js';
import { type FaultServer, startFaultServer } from '../../sources/fault-server.js';

const POINTS = Number(process.env.LEAKSIFT_KILLS ?? 4);
const SEED = process.env.LEAKSIFT_SEED ?? '1';
/** What a finished run consists of, but for its shards, which hold the same in other order of writing. */
const OUTPUTS = ['plan.jsonl', 'findings.jsonl', 'coverage.jsonl', 'summary.json', 'manifest.json'];
const FILES = [
  ...['met-supplier/pass-export.csv', 'psni/foi-response.xlsx', 'blueleaks/pvric.zip'],
  ...['clean/tables/orders.zip', 'clean/logs/access.log.gz', 'resana/courriers', 'resana/messages'],
];
const ENV = { ...process.env, LEAKSIFT_FINGERPRINT_KEY: 'a key for tests only', NO_COLOR: '1' };

const work = workFolder();
const tree = join(work.path, 'tree');
let server: FaultServer;
let whole: Record<string, string>;
let wholeMs: number;

/** Numbers from 0 to 1 that the seed decides. */
function dice(name: string): () => number {
  let turn = 0;
  return () => createHash('sha256').update(`${SEED} ${name} ${turn++}`).digest().readUInt32LE() / 2 ** 32;
}

function start(run: string): ChildProcess {
  const s3 = ['--endpoint', server.endpoint, '--no-sign-request', '--region', 'eu-west-3'];
  const options = ['--run', run, '--range-size', '16KiB', '-j', '2', '--no-progress', '-q'];
  return spawn(process.execPath, [CLI, 'scan', tree, 's3://bucket', ...s3, ...options], {
    env: ENV,
    stdio: 'ignore',
  });
}

const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.on('close', done));

function outputsOf(run: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(run, name)))
      .digest('hex');
  return Object.fromEntries(OUTPUTS.map((name) => [name, hash(name)]));
}

beforeAll(async () => {
  for (const name of FILES) cpSync(join(FIXTURES, name), join(tree, name), { recursive: true });
  server = await startFaultServer();
  for (const name of ['blueleaks/pvric.zip', 'met-supplier/reprint-queue.csv', 'blueleaks/larkspur/web.log'])
    server.objects.set(name, { body: readFileSync(join(FIXTURES, name)) });
  for (let i = 0; i < 20; i++)
    server.objects.set(`mail/${i}`, { body: Buffer.from(`agent-${i}@police.uk\n`) });
  const run = join(work.path, 'whole');
  const started = performance.now();
  expect(await ended(start(run))).toBe(1);
  wholeMs = performance.now() - started;
  whole = outputsOf(run);
}, 120_000);

afterAll(() => server.close());

/** Kills a child of the scan where there is one (a shard in isolation), else the scan itself. */
function strike(scan: ChildProcess, mayBeChild: boolean): void {
  const { pid } = scan;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    if (mayBeChild && children[0]) process.kill(Number(children[0]), 'SIGKILL');
    else scan.kill('SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

test.each(Array.from({ length: POINTS }, (_, i) => i))(
  'killed at point %i',
  async (point) => {
    const roll = dice(`point ${point}`);
    const run = join(work.path, `run-${point}`);
    const kills = 1 + Math.floor(roll() * 3);
    for (let n = 0; n < kills; n++) {
      const scan = start(run);
      const end = ended(scan);
      // From before it is loaded to about its end.
      await Promise.race([sleep(roll() * wholeMs), end]);
      strike(scan, n > 0 && roll() < 0.5);
      await end;
    }
    expect(await ended(start(run)), 'status').toBe(1);
    expect(outputsOf(run)).toEqual(whole);
    expect((await leaksift(['verify', run])).stdout).toContain(' 0 problems');
    expect(readdirSync(run).filter((name) => name.endsWith('.part') || name.endsWith('.lock'))).toEqual([]);
    rmSync(run, { recursive: true });
  },
  120_000,
);
