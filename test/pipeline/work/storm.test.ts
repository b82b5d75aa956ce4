/**
 * Many objects from a server that refuses, stalls, cuts and changes them: every key is found or named, none
 * twice. `LEAKSIFT_OBJECTS=10000 npx vitest run test/pipeline/work/storm.test.ts` for the size that counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Coverage, Finding } from '../../../src/core/events.js';
import { leaksift } from '../../e2e/cli.js';
import { type Asked, type Fault, type FaultServer, startFaultServer } from '../../sources/fault-server.js';

const OBJECTS = Number(process.env.LEAKSIFT_OBJECTS ?? 300);
/** Some 100 objects a second where every fifth is refused twice and every hundredth hangs; 20 at the worst. */
const TIMEOUT_MS = 120_000 + OBJECTS * 50;
/** A body may be silent for a quarter of the time. */
const QUIET = ['--timeout', '20s', '--no-progress', '--log-level', 'error'];
const folder = mkdtempSync(join(tmpdir(), 'leaksift-storm-'));
let server: FaultServer;

const keyOf = (i: number) => `agency-${i % 7}/${String(i).padStart(6, '0')}.txt`;
const bodyOf = (i: number) => Buffer.from(`agent-${i}@police.uk\n${'words of no interest\n'.repeat(i % 50)}`);
const isChanged = (i: number) => i % 61 === 60;

beforeAll(async () => {
  server = await startFaultServer();
  for (let i = 0; i < OBJECTS; i++) server.objects.set(keyOf(i), { body: bodyOf(i) });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What goes wrong at the first asking of a key; storms come in runs of keys. */
function faultOf({ kind, key, nth }: Asked): Fault | undefined {
  if (kind === 'list') return nth % 9 === 4 ? { status: 503, code: 'SlowDown' } : undefined;
  const i = Number(/(\d{6})\.txt$/.exec(key)?.[1]);
  if (nth > 1) return undefined;
  if (Math.floor(i / 40) % 5 === 1) return { status: 503, code: 'SlowDown' };
  if (nth > 0) return undefined;
  if (i % 37 === 1) return { after: 10, ending: 'end' };
  if (i % 37 === 2) return { after: 5, ending: 'reset' };
  if (i % 997 === 5) return { after: 5, ending: 'hang' };
  if (i % 37 === 3) return { status: 500, code: 'InternalError' };
  return undefined;
}

/** Tells the peak of memory, as long as the process lives, where the system tells it. */
function watchPeak(pid: number | undefined, tell: (peak: string) => void): void {
  const timer = setInterval(() => {
    try {
      tell(/VmHWM:\s*(\d+ kB)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '');
    } catch {
      clearInterval(timer);
    }
  }, 500);
}

test(
  `${OBJECTS} objects: nothing is lost, all is named`,
  async () => {
    let isListed = false;
    server.fault = (asked) => {
      // Objects that change between their listing and their reading.
      if (asked.kind === 'get' && !isListed) {
        isListed = true;
        for (let i = 0; i < OBJECTS; i++)
          if (isChanged(i)) server.objects.set(keyOf(i), { body: Buffer.from(`other-${i}@police.uk\n`) });
      }
      return faultOf(asked);
    };
    const run = join(folder, 'run');
    const args = ['--endpoint', server.endpoint, '--no-sign-request', '--region', 'eu-west-3'];
    const started = performance.now();
    let peak = '';
    const { status, stderr } = await leaksift(
      ['scan', 's3://bucket', ...args, '--run', run, '-j', '2', ...QUIET],
      { timeoutMs: TIMEOUT_MS - 20_000, started: (child) => watchPeak(child.pid, (seen) => (peak = seen)) },
    );
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' });
    const lines = (name: string) => readFileSync(join(run, name), 'utf8').trimEnd().split('\n');
    const events = lines('findings.jsonl').map((line) => JSON.parse(line) as { type: string });
    const found = events.filter((event): event is Finding => event.type === 'finding').map(({ uri }) => uri);
    const coverage = lines('coverage.jsonl').map((line) => JSON.parse(line) as Coverage);
    const covered = coverage.map(({ uri }) => uri);
    expect(new Set(covered).size, 'every key once').toBe(OBJECTS);
    expect(covered).toHaveLength(OBJECTS);
    const unread = coverage.filter((line) => line.status !== 'complete');
    expect(new Set(unread.map(({ reason }) => reason))).toEqual(new Set(['changed']));
    expect(new Set(found).size).toBe(found.length);
    expect(found.length + unread.length).toBe(OBJECTS);
    // Those of the first pages may have been read before they changed.
    expect(unread.length).toBeGreaterThan(0);
    expect(unread.every(({ uri }) => isChanged(Number(/(\d{6})\.txt$/.exec(uri)?.[1])))).toBe(true);
    if (process.env.LEAKSIFT_OBJECTS)
      console.log(`${OBJECTS} objects in ${seconds} s, ${server.asked.length} requests, ${peak}`);
  },
  TIMEOUT_MS,
);
