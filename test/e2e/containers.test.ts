/** One planted value in every kind of container, through the real CLI: found, and found where it is. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTar } from '../extractors/archives/tar-builder.js';
import { buildZip } from '../extractors/archives/zip-builder.js';
import { pack } from './archive-samples.js';
import { pdfOf, workbookBytes } from './office-samples.js';
import { LINE, MAIL, PHONE, type Planted, planted } from './planted.js';
import { allSamples } from './samples.js';
import { mailText, msgOf } from './text-samples.js';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

type Event = {
  readonly type: string;
  readonly uri: string;
  readonly path?: string;
  readonly value?: string;
  readonly hidden?: string | true;
  readonly location: Record<string, unknown>;
  readonly status?: string;
  readonly reason?: string;
};

function leaksift(folder: string, ...args: string[]): Promise<string> {
  const options = ['--no-progress', '--quiet', '--show-values', '--confidence', 'low', ...args];
  return new Promise((done) => {
    execFile(
      process.execPath,
      [CLI, 'scan', ...options, folder],
      { maxBuffer: 256 * 1024 * 1024 },
      (_, stdout) => done(stdout),
    );
  });
}

async function nested(): Promise<Planted[]> {
  const zip = (name: string, data: Uint8Array) => buildZip([{ name, data: Buffer.from(data) }]);
  const inZip = zip('note.txt', Buffer.from(LINE));
  const tarball = gzipSync(buildTar([{ name: 'a/inner.zip', data: inZip }]));
  const packed = await pack('o.7z', { name: 'staff.xlsx', bytes: workbookBytes() });
  const letter = msgOf('see', { name: 'scan.pdf', bytes: pdfOf() });
  const mail = mailText('see', {
    name: 'twice.eml',
    bytes: Buffer.from(mailText('x', { name: 'i.zip', bytes: inZip })),
  });
  return [
    planted('deep.eml', mailText('see', { name: 'all.tar.gz', bytes: tarball }), {
      path: 'all.tar.gz!all.tar!a/inner.zip!note.txt',
    }),
    planted('deep.zip', zip('b/packed.7z', packed), {
      path: 'b/packed.7z!staff.xlsx',
      location: { sheet: 'Feuille', row: 2, column: 'B' },
    }),
    planted('letter.zip', zip('letter.msg', letter), { path: 'letter.msg!scan.pdf', location: { page: 2 } }),
    planted(
      'mails.zip',
      zip('box.mbox', Buffer.from(`From a Thu Jan  1 00:00:00 2026\n${mail.replaceAll('\r\n', '\n')}\n`)),
      {
        path: 'box.mbox!message-000001.eml!twice.eml!i.zip!note.txt',
      },
    ),
  ];
}

const samples = [...(await allSamples()), ...(await nested())];

let folder = '';
let lines: string[] = [];
let events: Event[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'containers-'));
  const planting = join(folder, 'in');
  await mkdir(planting);
  for (const { file, bytes } of samples) await writeFile(join(planting, file), bytes);
  lines = (await leaksift(planting, '--sort', '--jobs', '0')).trimEnd().split('\n');
  events = lines.map((line) => JSON.parse(line));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const of = (sample: Planted) => events.filter((e) => e.uri !== undefined && basename(e.uri) === sample.file);

test('there are some forty kinds, each file its own', () => {
  expect(new Set(samples.map(({ file }) => file)).size).toBe(samples.length);
  expect(new Set(samples.map(({ file }) => file.split('.').at(-1))).size).toBeGreaterThan(40);
});

describe.each(samples.map((sample) => [sample.file, sample] as const))('%s', (_, sample) => {
  test('is found in its place', () => {
    const found = of(sample).filter((e) => e.type === 'finding');
    for (const value of sample.mailOnly ? [MAIL] : [MAIL, PHONE]) {
      const places = found.filter((e) => e.value === value);
      expect(places.map(({ path, location, hidden }) => ({ path, location, hidden }))).toContainEqual({
        path: sample.path,
        location: expect.objectContaining(placeOf(sample, value)),
        hidden: sample.hidden,
      });
    }
  });

  test('every content has one coverage line', () => {
    const coverage = of(sample).filter((e) => e.type === 'coverage');
    const paths = coverage.map((e) => e.path ?? '');
    expect(new Set(paths).size).toBe(paths.length);
    const steps = sample.path?.split('!') ?? [];
    const expected = ['', ...steps.map((_step, i) => steps.slice(0, i + 1).join('!'))];
    expect(paths).toEqual(expect.arrayContaining(expected));
    const unread = coverage.filter((e) => e.status !== 'complete').map((e) => e.reason);
    expect(unread.sort()).toEqual([...(sample.reasons ?? [])].sort());
  });
});

/** The number stands in the column behind the address. */
function placeOf({ location = {} }: Planted, value: string): Record<string, unknown> {
  if (value === MAIL || location.column === undefined) {
    const { columnName, ...rest } = location;
    return columnName === undefined || value !== MAIL ? rest : location;
  }
  const { columnName: _, ...rest } = location;
  return { ...rest, column: 'C' };
}

test('two workers write the same bytes as none', async () => {
  const again = await leaksift(join(folder, 'in'), '--sort', '--jobs', '2');
  const findings = (all: string[]) =>
    all
      .map((line) => JSON.parse(line))
      .map(({ fingerprint: _f, recordId: _r, personFingerprint: _p, ...rest }) => rest);
  expect(findings(again.trimEnd().split('\n'))).toEqual(findings(lines));
}, 120_000);
