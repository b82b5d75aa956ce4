/** Hostile and broken input through the real CLI: it ends, and every content has its coverage line. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildZip } from '../extractors/archives/zip-builder.js';
import { pack } from './archive-samples.js';
import { leaksift } from './cli.js';
import { LINE, MAIL } from './planted.js';
import { allSamples } from './samples.js';

const DEPTH = 4;

/** The fields of coverage and finding lines that are looked at. */
type Line = {
  readonly type: string;
  readonly uri?: string;
  readonly path?: string;
  readonly value?: string;
  readonly status?: string;
  readonly reason?: string;
};

async function scan(folder: string, ...args: string[]) {
  const options = ['--no-progress', '--show-values', '--log-level', 'error', '--confidence', 'low'];
  const depth = ['--max-archive-depth', String(DEPTH)];
  const run = await leaksift(['scan', ...options, ...depth, ...args, folder]);
  return { status: run.status, stderr: run.stderr, events: run.events as readonly Line[] };
}

/** The same bytes on every run. */
function noise(length: number, seed: number): Buffer {
  let state = seed | 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state >>> 16;
    }),
  );
}

const encrypted = (name: string) => readFileSync(new URL(`../extractors/encrypted/${name}`, import.meta.url));

function matryoshka(depth: number): Buffer {
  let bytes: Buffer = Buffer.from(LINE);
  for (let i = depth; i > 0; i--)
    bytes = buildZip([{ name: i === depth ? 'note.txt' : `level${i}.zip`, data: bytes }]);
  return bytes;
}

const entities = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "${'x'.repeat(100)}">${[...'bcdefghij']
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)
  .join('')}]><l>&j; ${LINE}</l>`;

const samples = await allSamples();
const extensions = [...new Set(samples.map(({ file }) => extname(file)))];
const member = { name: 'note.txt', bytes: Buffer.from(LINE) };

async function files(): Promise<Record<string, Uint8Array | string>> {
  const all: Record<string, Uint8Array | string> = {
    'sealed.zip': await pack('o.zip', member, ['-psecret', '-mem=AES256']),
    'sealed.7z': await pack('o.7z', member, ['-psecret']),
    'sealed-list.7z': await pack('o.7z', member, ['-psecret', '-mhe=on']),
    'sealed.pdf': encrypted('text.pdf'),
    'sealed.xlsx': encrypted('agile.bin'),
    'bomb.gz': gzipSync(Buffer.alloc(120 << 20, 'words ')),
    'nested.zip': matryoshka(DEPTH + 2),
    'entities.xml': entities,
  };
  for (const [i, extension] of extensions.entries()) {
    all[`empty${extension}`] = '';
    all[`noise${extension}`] = noise(3000, 7919 * i);
  }
  for (const { file, bytes } of samples) all[`cut-${file}`] = bytes.subarray(0, bytes.length >> 1);
  return all;
}

let folder = '';
let result: Awaited<ReturnType<typeof scan>>;
let all: Record<string, Uint8Array | string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  all = await files();
  for (const [file, bytes] of Object.entries(all)) await writeFile(join(folder, file), bytes);
  result = await scan(folder);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const coverage = (events: readonly Line[], file: string) =>
  events.filter((e) => e.type === 'coverage' && basename(e.uri ?? '') === file);

test('it ends well, and says nothing of crashes or bugs', () => {
  expect(result.status).toBe(4);
  expect(result.stderr).toBe('');
  const reasons = result.events.filter((e) => e.type === 'coverage').map((e) => e.reason);
  expect(reasons).not.toContain('internal');
  expect(reasons).not.toContain('crashed');
  expect(result.events.at(-1)?.status).toBe('incomplete');
});

test('every file has one coverage line, with a reason where it was not read whole', () => {
  for (const file of Object.keys(all)) {
    const own = coverage(result.events, file).filter((e) => e.path === undefined);
    expect(own.length, file).toBe(1);
    if (own[0]?.status !== 'complete') expect(own[0]?.reason, file).toBeTruthy();
  }
});

describe('what is cut in half', () => {
  // Text has no end mark, nor has compress; the tar and the ISO image are cut behind their only member.
  const TEXTUAL = /\.(txt|csv|tsv|html|log|sql|ndjson|svg|eml|mbox|Z)$|plain\.(tar|iso)$/;
  const binary = samples.map(({ file }) => `cut-${file}`).filter((file) => !TEXTUAL.test(file));
  test.each(binary)('%s is not told as complete', (file) => {
    const found = coverage(result.events, file);
    expect(found.some((e) => e.status !== 'complete' && e.reason)).toBe(true);
  });
});

test.each([
  ['sealed.zip', 'encrypted'],
  ['sealed.7z', 'encrypted'],
  ['sealed-list.7z', 'encrypted'],
  ['sealed.pdf', 'encrypted'],
  ['sealed.xlsx', 'encrypted'],
  ['bomb.gz', 'limit-ratio'],
  ['nested.zip', 'limit-depth'],
])('%s: %s', (file, reason) => {
  const reasons = coverage(result.events, file).flatMap((e) => e.reason?.split(',') ?? []);
  expect(reasons).toContain(reason);
});

test('entities are not expanded, and the text beside them is read', () => {
  const values = result.events.filter(
    (e) => e.type === 'finding' && basename(e.uri ?? '') === 'entities.xml',
  );
  expect(values.map((e) => e.value)).toContain(MAIL);
});

test('what is sealed is read with its password', async () => {
  const inside = await mkdtemp(join(tmpdir(), 'sealed-'));
  const passwords = join(folder, 'passwords.list');
  try {
    await writeFile(passwords, 'wrong\nsecret\ncorrect horse\n');
    const sealed = ['sealed.zip', 'sealed.7z', 'sealed-list.7z', 'sealed.pdf'];
    for (const file of sealed) await writeFile(join(inside, file), all[file] as Uint8Array);
    const { events } = await scan(inside, '--password-file', passwords);
    for (const file of sealed) {
      expect(
        coverage(events, file).map((e) => e.status),
        file,
      ).not.toContain('error');
      expect(
        events.some((e) => e.type === 'finding' && basename(e.uri ?? '') === file),
        file,
      ).toBe(true);
    }
  } finally {
    await rm(inside, { recursive: true });
  }
}, 60_000);
