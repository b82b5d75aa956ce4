/** `leaksift forecast`: exact counts from the listing, estimates from samples, and a time that is not absurd. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import type { Forecast } from '../../../src/pipeline/forecast/forecast.js';
import { PrioritySample } from '../../../src/pipeline/forecast/priority-sample.js';
import { testIo } from '../runs/io.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-plan-'));
  await mkdir(join(folder, 'in'));
  for (let i = 0; i < 30; i++) await writeFile(join(folder, 'in', `note-${i}.txt`), `line ${i}\n`.repeat(50));
  await writeFile(join(folder, 'in', 'big.csv'), 'name,town\nAnna,Lyon\n'.repeat(5000));
  await writeFile(join(folder, 'in', 'picture.jpg'), Buffer.from('ffd8ffe000104a46494600010100', 'hex'));
  await writeFile(
    join(folder, 'in', 'program.txt'),
    Buffer.from(`0061736d01000000${'00'.repeat(79)}`, 'hex'),
  );
  await writeFile(join(folder, 'in', 'old.zip'), Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'));
  await symlink('/nowhere', join(folder, 'in', 'link'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function plan(...args: string[]): Promise<{ status: number; plan: Forecast }> {
  const io = testIo();
  const status = await runProgram(['forecast', join(folder, 'in'), '--json', ...args], io);
  return { status, plan: JSON.parse(io.out()) as Forecast };
}

test('counts items, bytes and faults exactly, and sees types by content', async () => {
  const { status, plan: found } = await plan('--calibrate', '0');
  expect(status).toBe(0);
  expect(found.items).toBe(35);
  expect(found.sampled.isAll).toBe(true);
  expect(found.byName[0]).toEqual({ extension: 'csv', items: 1, bytes: 100_000 });
  expect(found.byContent.find(({ mediaType }) => mediaType === 'text/plain')?.items).toBe(31);
  expect(found.archives.items).toBe(1);
  expect(found.largest[0]?.bytes).toBe(100_000);
  expect(found.unread.listed).toEqual({ symlink: 1 });
  expect(found.unread.sampled).toContainEqual({
    reason: 'unsupported-type',
    mediaType: 'application/wasm',
    items: 1,
    bytes: 87,
  });
  expect(found.unread.sampled.some(({ reason }) => reason === 'image-not-read')).toBe(true);
  expect(found.time).toBeUndefined();
  expect(found.s3).toBeUndefined();
});

test('`leaksift plan` is its alias', async () => {
  const io = testIo();
  expect(await runProgram(['plan', join(folder, 'in'), '--json', '--calibrate', '0'], io)).toBe(0);
  expect(JSON.parse(io.out())).toMatchObject({ type: 'forecast', items: 35 });
});

test('obeys the options that select and limit', async () => {
  const { plan: found } = await plan('--calibrate', '0', '--include', '*.txt', '--max-file-size', '200');
  expect(found.items).toBe(31);
  expect(found.unread.listed).toEqual({ 'limit-file-size': 30 });
});

test('forecasts a time from scanning a sample', async () => {
  const { plan: found } = await plan('--calibrate', '2s', '--jobs', '0');
  expect(found.time?.measured.items).toBeGreaterThan(0);
  expect(found.time?.forecast?.seconds).toBeGreaterThan(0);
  expect(found.time?.forecast?.seconds).toBeLessThan(120);
});

test('is text for people without --json, and refuses what cannot be listed', async () => {
  const io = testIo();
  await runProgram(['forecast', join(folder, 'in'), '--calibrate', '0'], io);
  expect(io.out()).toMatch(/^35 items, 1\d\d\.\d kB, listed in/);
  expect(io.out()).toContain('Will not be read, or only their metadata:\n  symlink: 1 items');
  await expect(runProgram(['forecast', join(folder, 'nowhere')], testIo())).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('samples estimate sums of a part without much error, and are exact while they hold everything', () => {
  const sample = new PrioritySample<number>(400, 7);
  const weightOf = (i: number) => (i % 10 === 0 ? 1000 : 1);
  let part = 0;
  for (let i = 0; i < 50_000; i++) {
    sample.add(i, weightOf(i));
    if (i % 4 === 0) part += weightOf(i);
  }
  const estimated = sample
    .drawn()
    .filter(({ value }) => value % 4 === 0)
    .reduce((sum, { standsFor }) => sum + standsFor, 0);
  expect(sample.drawn()).toHaveLength(400);
  expect(Math.abs(estimated / part - 1)).toBeLessThan(0.15);
  const small = new PrioritySample<number>(400, 7);
  for (let i = 0; i < 300; i++) small.add(i, weightOf(i));
  expect(small.drawn().every(({ weight, standsFor }) => weight === standsFor)).toBe(true);
});
