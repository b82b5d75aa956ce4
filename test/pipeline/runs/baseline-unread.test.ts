/** Unread contents accepted in a baseline: the run is complete again, and coverage still reports them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import type { Coverage, Event, Summary } from '../../../src/core/events.js';
import { Baseline } from '../../../src/pipeline/runs/baseline.js';
import { isUnread, newTally } from '../../../src/pipeline/scan/tally.js';
import { testIo } from './io.js';

const ACCEPTED = ['--reason', 'looked at by hand', '--owner', 'dpo', '--expires', '2999-01-31'];
const CUT = Buffer.from('1f8b0800000000000003010203', 'hex');
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksift-unread-'));
  mkdirSync(at('in'));
  writeFileSync(at('in/clean.txt'), 'nothing to see here\n');
  writeFileSync(at('in/cut.gz'), CUT);
  // A member that cannot be read, of an archive that can.
  execFileSync('tar', ['cf', at('in/box.tar'), '-C', at('in'), 'cut.gz']);
  writeFileSync(at('key'), 'k'.repeat(32));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: readonly string[]) {
  const io = testIo();
  const status = await runProgram(args, io);
  const events = io
    .out()
    .split('\n')
    .filter((line) => line.startsWith('{"type"'))
    .map((line) => JSON.parse(line) as Event);
  return {
    status,
    summary: events.find((event): event is Summary => event.type === 'summary') as Summary,
    coverage: events.filter((event): event is Coverage => event.type === 'coverage'),
  };
}
const scan = (...flags: string[]) =>
  run(['scan', at('in'), '--jobs', '0', '--no-progress', '--fingerprint-key-file', at('key'), ...flags]);

test('a draft names each content that was not read, and makes the next scan whole', async () => {
  const first = await scan('--run', at('run'));
  expect(first.status).toBe(3);
  const unread = readFileSync(at('run/coverage.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Coverage)
    .filter((line) => isUnread(line));
  // The item, its member, and both of them in the archive.
  expect(unread.length).toBe(4);
  expect((await run(['baseline', at('run'), '-o', at('b.yaml'), ...ACCEPTED])).status).toBe(0);
  const streamed = await scan('--baseline', at('b.yaml'));
  const stored = await scan('--baseline', at('b.yaml'), '--run', at('run2'));
  for (const { status, summary } of [streamed, stored]) {
    expect(status).toBe(0);
    expect(summary).toMatchObject({ status: 'complete', acceptedUnread: 4 });
  }
  const accepted = streamed.coverage.filter((line) => line.accepted);
  const place = ({ uri, path }: Coverage) => `${uri}!${path}`;
  expect(accepted.map(place).sort()).toEqual(unread.map(place).sort());
  const kept = readFileSync(at('run2/coverage.jsonl'), 'utf8');
  expect(kept.match(/"accepted":true/g)).toHaveLength(4);
});

test('another mode changes nothing, other bytes do', async () => {
  chmodSync(at('in/cut.gz'), 0o600);
  expect((await scan('--baseline', at('b.yaml'))).status).toBe(0);
  writeFileSync(at('in/cut.gz'), Buffer.concat([CUT, CUT]));
  expect((await scan('--baseline', at('b.yaml'))).status).toBe(3);
});

const LINE = {
  type: 'coverage',
  uri: '/srv/a.zip',
  version: '5-100-7-8',
  status: 'skipped',
  reason: 'encrypted',
};
const MEMBER = { ...LINE, path: 'hr/x.xlsx' };

/** How a line stands under one entry: accepted or not. */
function isAccepted(entry: object, line: object): boolean {
  const whole = { reason: 'r', owner: 'o', expires: '2030-01-01', ...entry };
  const baseline = Baseline.parse(JSON.stringify([whole]), 'b.yaml', '2029-12-31');
  const tally = newTally();
  tally.unread = 1;
  const out = baseline.filter(Buffer.from(`${JSON.stringify(line)}\n`), tally).toString();
  const wasAccepted = out.includes('"accepted":true');
  expect([tally.unread, tally.acceptedUnread]).toEqual(wasAccepted ? [0, 1] : [1, 0]);
  expect(baseline.unused).toBe(wasAccepted ? 0 : 1);
  return wasAccepted;
}

test.each<[name: string, entry: object, line: object, accepted: boolean]>([
  ['the item', { unread: 'encrypted', uri: '/srv/a.zip' }, LINE, true],
  ['items below a folder', { unread: 'encrypted', uri: '/srv/**' }, LINE, true],
  ['another item', { unread: 'encrypted', uri: '/srv/b.zip' }, LINE, false],
  ['another reason', { unread: 'truncated', uri: '/srv/a.zip' }, LINE, false],
  [
    'one of two reasons',
    { unread: 'encrypted', uri: '/srv/a.zip' },
    { ...LINE, reason: 'encrypted,truncated' },
    false,
  ],
  [
    'both reasons',
    { unread: 'truncated,encrypted', uri: '/srv/a.zip' },
    { ...LINE, reason: 'encrypted,truncated' },
    true,
  ],
  ['a member, where the item is accepted', { unread: 'encrypted', uri: '/srv/a.zip' }, MEMBER, false],
  ['the member', { unread: 'encrypted', uri: '/srv/a.zip', path: 'hr/x.xlsx' }, MEMBER, true],
  ['any member', { unread: 'encrypted', uri: '/srv/a.zip', path: '**' }, MEMBER, true],
  ['these bytes', { unread: 'encrypted', uri: '/srv/a.zip', version: '5-100-7-8' }, LINE, true],
  [
    'these bytes on another mount',
    { unread: 'encrypted', uri: '/srv/a.zip', version: '5-100-9-1' },
    LINE,
    true,
  ],
  ['bytes of another time', { unread: 'encrypted', uri: '/srv/a.zip', version: '5-101-7-8' }, LINE, false],
  ['bytes of another number', { unread: 'encrypted', uri: '/srv/a.zip', version: '6-100-7-8' }, LINE, false],
  [
    'another ETag',
    { unread: 'encrypted', uri: '/srv/a.zip', version: 'abc' },
    { ...LINE, version: 'abd' },
    false,
  ],
  ['until the last day', { unread: 'encrypted', uri: '/srv/a.zip', expires: '2029-12-31' }, LINE, true],
])('%s', (_name, entry, line, accepted) => {
  expect(isAccepted(entry, line)).toBe(accepted);
});

test('an entry whose day has passed has no effect, and is named', () => {
  const entry = { unread: 'encrypted', uri: '/srv/a.zip', reason: 'r', owner: 'o', expires: '2029-12-30' };
  const baseline = Baseline.parse(JSON.stringify([entry]), 'b.yaml', '2029-12-31');
  expect(baseline.expired).toHaveLength(1);
  const line = Buffer.from(`${JSON.stringify(LINE)}\n`);
  expect(baseline.filter(line, newTally())).toBe(line);
});

test('what is harmless or complete is never marked', () => {
  const entry = { unread: 'symlink', uri: '**', reason: 'r', owner: 'o', expires: '2030-01-01' };
  const baseline = Baseline.parse(JSON.stringify([entry]), 'b.yaml', '2029-12-31');
  for (const line of [
    { ...LINE, reason: 'symlink' },
    { ...LINE, status: 'complete', reason: undefined },
  ]) {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    expect(baseline.filter(bytes, newTally())).toBe(bytes);
  }
});

test.each([
  ['uri', { unread: 'encrypted', owner: 'o', reason: 'r', expires: '2030-01-01' }],
  ['unread', { unread: 'Some Words', uri: 'x', owner: 'o', reason: 'r', expires: '2030-01-01' }],
  ['path', { unread: 'encrypted', uri: 'x', path: '[', owner: 'o', reason: 'r', expires: '2030-01-01' }],
  ['owner', { unread: 'encrypted', uri: 'x', reason: 'r', expires: '2030-01-01' }],
])('a fault in %s is named with its entry', (field, entry) => {
  expect(() => Baseline.parse(JSON.stringify([entry]), 'b.yaml', '2029-12-31')).toThrow(`entry 1: ${field}`);
});
