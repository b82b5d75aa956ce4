/** No planted value of the fixtures appears in any output, log or error, unless requested. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planted } from '../../fixtures/make.mjs';
import { FIXTURES, leaksift, only, type Run, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const INCIDENTS = ['alliance', 'blueleaks', 'met-supplier', 'psni', 'resana'].map((name) =>
  join(FIXTURES, name),
);
const secrets: string[] = planted();
const patterns = put(
  'patterns',
  [...new Set(secrets.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]))]
    .join('\n')
    .toLowerCase(),
);

/** Hashes: among so many digits of a random key a planted number that looks like one turns up by chance. */
const HASHES = /"(?:fingerprint|personFingerprint|recordId)":"(?:[0-9a-f]{32}|[0-9a-f]{20})"/g;

/** Those of them that stand in the text, in any case. */
function seen(text: string): string[] {
  const file = put('searched', text.replace(HASHES, '').toLowerCase());
  const { status, stdout } = spawnSync('grep', ['-oFf', patterns, file], {
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0 && status !== 1) throw new Error('grep failed');
  return [...new Set(stdout.split('\n').filter(Boolean))];
}

const scan = (...args: string[]): Promise<Run> =>
  leaksift(['scan', '-j', '2', '--no-progress', ...args, ...INCIDENTS], { timeoutMs: 150_000 });

describe('planted values', () => {
  test('are many', () => expect(secrets.length).toBeGreaterThan(2000));

  test('are nowhere, with all logs and context', { timeout: 160_000 }, async () => {
    const run = await scan('--log-level', 'debug', '--match-context', '60', '--confidence', 'low');
    expect(only(run, 'finding').length).toBeGreaterThan(5000);
    expect(seen(run.stdout)).toEqual([]);
    expect(seen(run.stderr)).toEqual([]);
    expect(only(run, 'finding').some((finding) => 'value' in finding)).toBe(false);
  });

  test('are there with --show-values, which warns', { timeout: 160_000 }, async () => {
    const run = await scan('--show-values', '--confidence', 'low');
    expect(run.stderr).toContain('--show-values');
    expect(seen(run.stderr)).toEqual([]);
    const values = only(run, 'finding').map(({ value }) => String(value).toLowerCase());
    const found = new Set(values);
    expect(secrets.filter((value) => found.has(value.toLowerCase())).length).toBeGreaterThan(
      secrets.length / 2,
    );
  });

  test('are in no error about broken files', { timeout: 120_000 }, async () => {
    const bytes = (name: string) => readFileSync(join(FIXTURES, name));
    const xlsx = bytes('psni/foi-response.xlsx');
    const zip = bytes('blueleaks/pvric.zip');
    put('broken/cut.xlsx', xlsx.subarray(0, xlsx.length * 0.7));
    put('broken/cut.zip', zip.subarray(0, zip.length * 0.6));
    put('broken/flipped.zip', zip.map((byte, i) => (i % 997 === 0 ? byte ^ 0x55 : byte)) as Buffer);
    const csv = bytes('alliance/listing-permutations.csv').toString('latin1').replaceAll('\n', '"\n');
    put('broken/quotes.csv', Buffer.from(csv, 'latin1'));
    put(
      'broken/notes.pdf',
      Buffer.concat([Buffer.from('%PDF-1.7\n'), bytes('met-supplier/pass-export.csv')]),
    );
    put(
      'broken/mail.eml',
      Buffer.concat([Buffer.from('From: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n'), zip]),
    );
    const run = await leaksift(['scan', '-j', '2', '--log-level', 'debug', join(work, 'broken')]);
    expect(run.status).toBe(4);
    expect(only(run, 'coverage').filter(({ status }) => status !== 'complete').length).toBeGreaterThan(1);
    expect(seen(run.stdout + run.stderr)).toEqual([]);
  });
});
