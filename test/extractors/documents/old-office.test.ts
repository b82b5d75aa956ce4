/** WordPerfect and Lotus 1-2-3, from bytes laid out as these programs do. */
import { expect, test } from 'vitest';
import { wordPerfect } from '../../../src/extractors/documents/wordperfect.js';
import { lotus } from '../../../src/extractors/sheets/lotus.js';
import { extractorContract } from '../../contract/extractor.js';
import { collect } from '../collect.js';

const u16 = (value: number) => [value & 255, value >> 8];

type Wpd = {
  readonly version: number;
  readonly text: Buffer;
  readonly key?: number;
  readonly packet?: string;
};

/** The header, for version 6 an index with one text packet, then the document. */
function wpd({ version, text, key = 0, packet = '' }: Wpd): Buffer {
  const body = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0]), Buffer.alloc(4), Buffer.from(packet)]);
  const entry = Buffer.alloc(14);
  entry[1] = 8;
  entry.writeUInt32LE(body.length, 6);
  entry.writeUInt32LE(16 + 28, 10);
  const index = Buffer.concat([Buffer.from([0, 0, 2, 0]), Buffer.alloc(10), entry]);
  const header = Buffer.from([
    0xff,
    ...Buffer.from('WPC'),
    0,
    0,
    0,
    0,
    1,
    10,
    version,
    0,
    ...u16(key),
    16,
    0,
  ]);
  header.writeUInt32LE(16 + index.length + body.length, 4);
  return Buffer.concat([header, index, body, text]);
}

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

const six = wpd({
  version: 2,
  text: bytes(
    'Ren',
    [0xf0, 41, 1, 0xf0],
    [0x80],
    'called 01',
    [0xf2, 12, 0xf2],
    [0x81],
    '99',
    [0xd0, 1, 6, 0, 1, 0xd0],
    '00 12 34',
    [0xcc],
    'next',
    [0xd4, 5, 8, 0, 65, 66, 67, 0xd4],
    [0x0f],
  ),
  packet: 'a footnote',
});
const five = wpd({
  version: 0,
  text: bytes(
    'Ren',
    [0xc0, 41, 1, 0xc0],
    ' called 01',
    [0xa0],
    '99',
    [0x0d],
    '00 12',
    [0xc3, 12, 0xc3],
    ' 34',
    [0x0a],
    'next',
    [0xd6, 0, 32, 0],
    Array(18).fill(0),
    'a footnote',
    [10, 0, 0, 0xd6],
  ),
});

extractorContract('WordPerfect', { extractor: wordPerfect, sample: six });

test.each([
  ['6', six],
  ['5', five],
])('WordPerfect %s: text without its functions, and notes', async (_version, file) => {
  const out = await collect(wordPerfect, file);
  expect(out.texts[0]?.text).toMatch(/^René called 01 99 00 12 34\nnext/);
  expect(out.texts[0]?.text).not.toContain('ABC');
  expect(out.texts[1]).toMatchObject({
    place: { part: 'note' },
    text: expect.stringContaining('a footnote'),
  });
});

test('an encrypted WordPerfect document is said to be so', async () => {
  const out = await collect(wordPerfect, wpd({ version: 0, text: Buffer.from('x'), key: 99 }));
  expect(out).toMatchObject({ skipped: ['encrypted'], texts: [] });
});

const record = (type: number, data: number[]) => Buffer.from([...u16(type), ...u16(data.length), ...data]);
const double = (value: number) => {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return [...out];
};
const first = Buffer.concat([
  record(0, [6, 4]),
  record(13, [0xff, 0, 0, 1, 0, ...u16(12_345)]),
  record(15, [0xff, 0, 0, 0, 0, ...Buffer.from("'Staff number\0")]),
  record(14, [0xff, 1, 0, 1, 0, ...double(1.5)]),
  record(16, [0xff, 2, 0, 1, 0, ...double(42), 0, 0]),
  record(1, []),
]);
const later = Buffer.concat([
  record(0, [0, 0x10, 4, 0]),
  record(0x16, [0, 0, 0, 0, ...Buffer.from("'Staff number\0")]),
  record(0x18, [1, 0, 0, 0, ...u16(12_345 * 2)]),
  record(0x17, [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x3f]),
  record(0x25, [1, 0, 0, 2, 0x80, 0x0a, 0, 0]),
  record(0x16, [0, 0, 1, 0, ...Buffer.from('^other sheet\0')]),
  record(1, []),
]);

extractorContract('Lotus 1-2-3', { extractor: lotus, sample: first });

test.each([
  ['1', first],
  ['3', later],
])('Lotus 1-2-3, version %s: labels, numbers and results', async (_version, sheet) => {
  const out = await collect(lotus, sheet);
  const rows = out.tables[0]?.rows.map((row) => [row.row, ...row.cells.map((cell) => cell.text)]);
  expect(rows).toEqual([
    [1, 'Staff number'],
    [2, '12345', '1.5', '42'],
  ]);
  expect(out.partial).toEqual([]);
});

test('Lotus 1-2-3: other sheets; cut ones are partial', async () => {
  expect((await collect(lotus, later)).tables[1]?.rows[0]?.cells[0]?.text).toBe('other sheet');
  const cut = await collect(lotus, first.subarray(0, first.length - 12));
  expect(cut.tables[0]?.rows[1]?.cells.map((cell) => cell.text)).toContain('12345');
  expect(cut.partial).toEqual(['truncated']);
});
