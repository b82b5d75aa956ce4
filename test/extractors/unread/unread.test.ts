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
    ['random bytes', 'x.bin', BINARY],
  ])('not %s', async (_what, name, bytes) => {
    const type = await registry.detect(bytes, { name, size: bytes.length });
    expect(CONTAINERS.map(([, , container]) => container)).not.toContain(type);
  });
});

test('text that begins with the letters of a signature is text, and is scanned', async () => {
  const letters = [
    'PAR1',
    'PARE',
    'ORC',
    'ARROW1',
    'FEA1',
    'bplist',
    'PGDMP',
    'ElfFile',
    'regf',
    'MDMP',
    'TAPE',
    'Obj',
  ];
  const text = letters.map((start) => [start, `${start}HESTRA, seen by agent-5@police.uk\n`] as const);
  for (const [start, line] of text) {
    const bytes = Buffer.from(line.repeat(3));
    expect(await registry.detect(bytes, { name: `${start}.bin`, size: bytes.length }), start).toBe(
      'text/plain',
    );
  }
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

/** ASCII letters, digits, blanks and line ends in code page 037. */
function ebcdic(text: string): Buffer {
  return Buffer.from(
    [...text].map((character) => {
      const code = character.charCodeAt(0);
      if (character === ' ') return 0x40;
      if (character === '\n') return 0x15;
      if (/\d/.test(character)) return 0xf0 + Number(character);
      const base = /[a-z]/.test(character) ? 0x80 : 0xc0;
      const place = (code & 0x1f) - 1;
      return base + (place < 9 ? place + 1 : place < 18 ? 0x11 + place - 9 : 0x22 + place - 18);
    }),
  );
}

describe('EBCDIC', () => {
  const detect = (bytes: Buffer) => registry.detect(bytes, { name: 'x.dat', size: bytes.length });

  test('is recognised, and makes the run incomplete', async () => {
    const bytes = ebcdic('SMITH JOHN SERGEANT 471992 Response Team North\n'.repeat(20));
    expect(await detect(bytes)).toBe('text/x-ebcdic');
    writeFileSync(join(folder, 'mainframe.dat'), bytes);
    const { stdout, status } = await leaksift(['scan', join(folder, 'mainframe.dat'), '-q']);
    expect(stdout).toContain('"reason":"text-not-decoded"');
    expect(status).toBe(3);
  });

  test.each([
    ['French in Latin-1', Buffer.from('été où naïve façade déjà reçu élève préfère '.repeat(20), 'latin1')],
    ['Russian in UTF-8', Buffer.from('Мы не знаем этого человека и его адреса '.repeat(20))],
    [
      'Greek in ISO-8859-7',
      Buffer.from(Array.from({ length: 800 }, (_, i) => (i % 7 === 6 ? 0x20 : 0xe1 + (i % 20)))),
    ],
    ['addresses without blanks', Buffer.from('a@b.example,c@d.example,'.repeat(40))],
    ['random bytes', BINARY],
  ])('is not %s', async (_what, bytes) => {
    expect(await detect(bytes)).not.toBe('text/x-ebcdic');
  });
});

test('AppleDouble files are read for what they say, and are no fault', async () => {
  const comment = Buffer.from('sent by agent-9@police.uk');
  const header = Buffer.from(
    '00051607000200004d6163204f5320582020202020202020000100000004000000260000',
    'hex',
  );
  const double = Buffer.concat([header, Buffer.from([0, comment.length]), comment]);
  writeFileSync(join(folder, '._report.docx'), double);
  const { stdout, status } = await leaksift(['scan', join(folder, '._report.docx'), '-q']);
  expect(stdout).toMatch(/"type":"coverage".*"status":"complete"/);
  expect(stdout).toMatch(/"entity":"EMAIL_ADDRESS"/);
  expect(status).toBe(1);
});
