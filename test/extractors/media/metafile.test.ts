/** Text in EMF and WMF, from records laid out as [MS-EMF] and [MS-WMF] have them. */
import { expect, test } from 'vitest';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { metafile } from '../../../src/extractors/media/metafile.js';
import { extractorContract } from '../../contract/extractor.js';
import { collect, readerOf } from '../collect.js';

const u32 = (...values: number[]): Buffer => {
  const out = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) out.writeInt32LE(value | 0, 4 * i);
  return out;
};
const u16 = (...values: number[]): Buffer => Buffer.from(values.flatMap((v) => [v & 255, (v >> 8) & 255]));

function emfRecord(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
  return Buffer.concat([u32(type, 8 + padded.length), padded]);
}

/** Ten units a character. */
function emfText(x: number, y: number, text: string, options = 0): Buffer {
  const chars = Buffer.from(text, 'utf16le');
  const from = 76;
  const widths = from + chars.length + (-chars.length & 3);
  return emfRecord(
    84,
    u32(0, 0, 0, 0, 1, 0, 0, x, y, text.length, from, options, 0, 0, 0, 0, widths),
    chars,
    Buffer.alloc(-chars.length & 3),
    u32(...[...text].map(() => 10)),
  );
}

const emf = (...records: Buffer[]): Buffer =>
  Buffer.concat([
    emfRecord(1, Buffer.alloc(32), Buffer.from(' EMF'), Buffer.alloc(64)),
    ...records,
    emfRecord(14, u32(0, 16, 20)),
  ]);

function wmfRecord(kind: number, body: Buffer): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc(body.length & 1)]);
  return Buffer.concat([u32((6 + padded.length) / 2), u16(kind), padded]);
}
const wmf = (...records: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xd7, 0xcd, 0xc6, 0x9a]),
    Buffer.alloc(18),
    u16(1, 9, 0x300),
    Buffer.alloc(12),
    ...records,
    wmfRecord(0, Buffer.alloc(0)),
  ]);

const call = emf(
  emfText(0, 0, 'call 01 99 '),
  emfText(110, 0, '00 12 34'),
  emfText(0, 20, 'next'),
  emfText(60, 20, 'word'),
);

extractorContract('metafile', { extractor: metafile, sample: call });

async function read(bytes: Buffer) {
  const mediaType = await detectType(bytes, { name: 'x' });
  expect(await readerOf(mediaType)).toBe(metafile);
  const out = await collect(metafile, bytes, { mediaType });
  return { text: out.texts.map((t) => t.text).join(''), partial: out.partial, error: out.error };
}

test('EMF: pieces of a line are rejoined, lines and words apart', async () => {
  expect(await read(call)).toEqual({ text: 'call 01 99 00 12 34\nnext word', partial: [], error: undefined });
});

test('EMF: text by glyph numbers and pictures are not read, and that is said', async () => {
  const glyphs = await read(emf(emfText(0, 0, 'kept'), emfText(0, 20, '\u0003\u0004', 0x10)));
  expect(glyphs).toMatchObject({ text: 'kept', partial: ['image-not-read'] });
  expect((await read(emf(emfRecord(81, Buffer.alloc(200))))).partial).toEqual(['image-not-read']);
});

test('EMF+: strings are read where the plain records hold none', async () => {
  const text = Buffer.from('needle', 'utf16le');
  const plus = Buffer.concat([
    u16(0x401c, 0),
    u32(40 + text.length, 28 + text.length, 0, 0, 6, 0, 0, 0, 0),
    text,
  ]);
  const comment = emfRecord(70, u32(plus.length + 4), Buffer.from('EMF+'), plus);
  expect(await read(emf(comment))).toMatchObject({ text: 'needle' });
});

test('WMF: both kinds of text records', async () => {
  const text = wmfRecord(0x0521, Buffer.concat([u16(5), Buffer.from('caf\xe9s\0', 'latin1'), u16(40, 0)]));
  const wide = wmfRecord(0x0a32, Buffer.concat([u16(80, 0, 3, 0), Buffer.from('one\0'), u16(5, 5, 5)]));
  const near = wmfRecord(
    0x0a32,
    Buffer.concat([u16(80, 15, 3, 2, 0, 0, 9, 9), Buffer.from('two\0'), u16(5, 5, 5)]),
  );
  expect(await read(wmf(text, wide, near))).toMatchObject({ text: 'cafés\nonetwo', partial: [] });
  expect((await read(wmf(wmfRecord(0x0f43, Buffer.alloc(100))))).partial).toEqual(['image-not-read']);
});

test('a cut metafile gives the text before the cut', async () => {
  const out = await read(call.subarray(0, call.length - 100));
  expect(out.text).toContain('call 01 99');
  expect(out.partial).toEqual(['truncated']);
});
