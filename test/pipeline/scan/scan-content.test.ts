/** A content whose name promises a format that its bytes do not have is reported as not read. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import { testIo } from '../runs/io.js';

let folder: string;
/** Bytes without any order, the same ones every time. */
const noise = Buffer.concat(
  Array.from({ length: 100 }, (_, i) => createHash('sha256').update(`${i}`).digest()),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-names-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function coverageOf(name: string): Promise<{ status: number; line: string }> {
  const path = join(folder, name);
  await writeFile(path, noise);
  const io = testIo();
  const status = await runProgram(['scan', path, '--jobs', '0', '--no-progress'], io);
  const line = io.out().split('\n')[0] as string;
  return { status, line: JSON.stringify({ ...JSON.parse(line), uri: '', version: '' }) };
}

test.each(['staff.xlsx', 'DUMP.ZIP', 'mail.pst', 'list.csv'])('%s is incomplete', async (name) => {
  const { status, line } = await coverageOf(name);
  expect(line).toContain('"status":"error","reason":"not-recognised"');
  expect(status).toBe(3);
});

test.each(['core', 'firmware.bin', 'photo.xyz', 'a.constructor'])(
  '%s is a binary like others',
  async (name) => {
    const { status, line } = await coverageOf(name);
    expect(line).toContain('"status":"skipped","reason":"unsupported-type"');
    expect(status).toBe(0);
  },
);
