/** Known containers of data that nothing reads are named; what can hold no data of people stays harmless. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FORMATS, FormatRegistry } from '../../../src/extractors/index.js';
import { leaksift } from '../../e2e/cli.js';

const registry = new FormatRegistry(FORMATS);
const folder = mkdtempSync(join(tmpdir(), 'leaksift-unread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BINARY = Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 167 + (i >> 3) * 31) & 0xff));
const head = (hex: string, at = 0) => Buffer.concat([Buffer.alloc(at), Buffer.from(hex, 'hex'), BINARY]);
const latin = (text: string) => head(Buffer.from(text, 'latin1').toString('hex'));
/** { _id: 1, name: "Anna" } */
const BSON = Buffer.from('1c000000105f69640001000000026e616d650005000000416e6e610000', 'hex');

const CONTAINERS: readonly (readonly [string, Buffer, string])[] = [
  ['a.bin', latin('PAR1\x15\x04'), 'application/vnd.apache.parquet'],
  ['b.bin', latin('ORC\n\x06\x12'), 'application/vnd.apache.orc'],
  ['c.bin', latin('Obj\x01\x04'), 'application/x-avro'],
  ['d.bin', BSON, 'application/bson'],
  ['e.bin', latin('bplist00'), 'application/x-bplist'],
  ['f.db-wal', head('377f0682002de218'), 'application/x-sqlite-wal'],
  ['g.db-journal', head('d9d505f920a163d7'), 'application/x-sqlite-journal'],
  ['h.fpt', head('0000000100000040'), 'application/x-dbf-memo'],
  ['i.bin', latin('PGDMP\x01\x0e'), 'application/x-postgresql-dump'],
  ['j.MYD', head('0300170000'), 'application/x-mysql-table'],
  ['k.bin', head('e4525c7b8cd8a74daeb15378d02996d3'), 'application/onenote'],
  ['l.bin', latin('ElfFile\0'), 'application/x-windows-event-log'],
  ['m.bin', latin('regf\x01'), 'application/x-windows-registry'],
  ['n.bin', head('efcdab89', 4), 'application/x-ese-database'],
  ['o.bin', latin('$FL2@(#) IBM'), 'application/x-spss-sav'],
  ['p.bin', head('455646090d0aff00'), 'application/x-expert-witness'],
  ['q.bin', head('d4c3b2a102000400'), 'application/vnd.tcpdump.pcap'],
];

describe('detection', () => {
  test.each(CONTAINERS)('%s', async (name, bytes, type) => {
    expect(await registry.detect(bytes, { name, size: bytes.length })).toBe(type);
  });

  test.each([
    ['text under the name of a database', 'x.mdf', Buffer.from('nothing here\n')],
    ['text that begins like a signature', 'x.txt', Buffer.from('ORCHESTRA and regional notes\n')],
    ['random bytes', 'x.bin', BINARY],
  ])('not %s', async (_what, name, bytes) => {
    const type = await registry.detect(bytes, { name, size: bytes.length });
    expect(CONTAINERS.map(([, , container]) => container)).not.toContain(type);
  });
});

test('they make a run incomplete; an executable does not', async () => {
  writeFileSync(join(folder, 'program'), head('7f454c4602010100'));
  const clean = await leaksift(['scan', folder, '-q']);
  expect(clean.status).toBe(0);
  for (const [name, bytes] of CONTAINERS) writeFileSync(join(folder, name), bytes);
  const run = await leaksift(['scan', folder, '-q', '--sort']);
  expect(run.status).toBe(3);
  expect(run.stdout.match(/"status":"skipped","reason":"data-not-read"/g)).toHaveLength(CONTAINERS.length);
});

test('--strings reads their text and still names them', async () => {
  writeFileSync(join(folder, 'd.bin'), Buffer.concat([BSON, Buffer.from('\0agent-7@police.uk\0')]));
  const { stdout } = await leaksift(['scan', join(folder, 'd.bin'), '-q', '--strings']);
  expect(stdout).toMatch(/"type":"finding"/);
  expect(stdout).toMatch(/"reason":"(?:strings-only,data-not-read|data-not-read,strings-only)"/);
});
