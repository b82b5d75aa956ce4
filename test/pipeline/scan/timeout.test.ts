/** --timeout over whole contents: streams that are slow, holes that are endless, on a clock that the test moves. */
import { beforeAll, expect, test } from 'vitest';
import type { Content } from '../../../src/core/content.js';
import type { Event } from '../../../src/core/events.js';
import { Budget, DEFAULT_LIMITS, MiB } from '../../../src/core/limits.js';
import { EventWriter } from '../../../src/pipeline/scan/event-writer.js';
import { type Scanning, scanContent } from '../../../src/pipeline/scan/scan-content.js';
import { builtinRules, scanningOf } from './scan-bytes.js';

const TIMEOUT_MS = 10_000;
let scanning: Scanning;
beforeAll(async () => {
  scanning = await scanningOf(await builtinRules());
});

/** Scans a stream whose chunks take `stepMs` each; returns coverage and the number of findings. */
async function scan(chunks: Iterable<Uint8Array | string>, stepMs: number, content: Partial<Content> = {}) {
  let now = 0;
  const lines: Buffer[] = [];
  const writer = new EventWriter((buffer) => lines.push(buffer));
  const budget = new Budget({ ...DEFAULT_LIMITS, timeoutMs: TIMEOUT_MS }, () => now);
  async function* open() {
    for (const chunk of chunks) {
      now += stepMs;
      yield Buffer.from(chunk as Uint8Array);
    }
  }
  const item: Content = {
    locator: { uri: 'x', hops: [] },
    name: 'x.txt',
    reopenable: false,
    open,
    ...content,
  };
  await scanContent(item, { scanning, budget, writer, ready: async () => {} }, 0).catch(() => {});
  writer.flush();
  const events = Buffer.concat(lines).toString().split('\n').filter(Boolean);
  const parsed = events.map((line) => JSON.parse(line) as Event);
  return {
    coverage: parsed.flatMap((event) => (event.type === 'coverage' ? [[event.status, event.reason]] : [])),
    findings: parsed.filter(({ type }) => type === 'finding').length,
  };
}

const LINE = 'mail jeanne.valmory@interieur.gouv.fr\n';
const lines = (count: number) => Array.from({ length: count }, () => LINE.padEnd(70_000, 'word '));

test('a stream that is slower than --timeout is read to its end', async () => {
  expect(await scan(lines(12), 9000, { isPaced: true })).toEqual({
    coverage: [['complete', undefined]],
    findings: 12,
  });
});

test('a file that is as slow is not, and keeps what was found', async () => {
  const { coverage, findings } = await scan(lines(12), 9000);
  expect(coverage).toEqual([['partial', 'timeout']]);
  expect(findings).toBeGreaterThan(0);
});

test('bytes that arrive buy time, those of a hole do not', async () => {
  const data = Array.from({ length: 40 }, () => Buffer.alloc(2 * MiB, 'plain words '));
  expect((await scan(data, 1000)).coverage).toEqual([['complete', undefined]]);
  const hole = [LINE.repeat(2000), ...Array.from({ length: 40 }, () => Buffer.alloc(2 * MiB))];
  expect((await scan(hole, 1000)).coverage[0]?.[1]).not.toBeUndefined();
});
