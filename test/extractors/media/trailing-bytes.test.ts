/** Bytes behind the end of pictures and PDFs are read as a member, or named. */
import { describe, expect, test } from 'vitest';
import { image } from '../../../src/extractors/media/image.js';
import { imageEnd } from '../../../src/extractors/media/image-structure.js';
import { pdfExtractor } from '../../../src/extractors/pdf/pdf.js';
import { buildZip } from '../archives/zip-builder.js';
import { collect } from '../collect.js';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

const PNG = Buffer.concat([
  hex('89504e470d0a1a0a'),
  chunk('IHDR', hex('00000001000000010802000000')),
  chunk('IDAT', hex('789c6360000000020001')),
  chunk('IEND', Buffer.alloc(0)),
]);
/** Two scans, a restart, stuffed bytes, and a thumbnail with an end of its own in a segment. */
const JPEG = hex(`ffd8 ffe1 0008 ffd8ffd9 0000 ffda 0004 0001 11ff00 22ffd0 33 ffda 0004 0002 44ff00 ffd9`);
const GIF = hex(
  '474946383961 0100 0100 80 00 00 000000 ffffff 21fe 02 3b3b 00 2c 0000 0000 0100 0100 00 02 02 4c01 00 3b',
);
const WEBP = Buffer.concat([Buffer.from('RIFF'), hex('0c000000'), Buffer.from('WEBPVP8 '), hex('00000000')]);
/** Two marks, as an incremental save leaves them, and one in an embedded file. */
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n' +
    'trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n3 0 obj<</Length 6>>stream\n%%EOF\nendstream endobj\n' +
    'trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\r\n',
);
const FILES = [
  ['png', PNG, image],
  ['jpeg', JPEG, image],
  ['gif', GIF, image],
  ['webp', WEBP, image],
  ['pdf', PDF, pdfExtractor],
] as const;

const ZIP = buildZip([{ name: 'a.txt', data: 'alpha' }]);
const TEXT = Buffer.from('written behind the end: agent-3@police.uk\n');
const NOISE = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 167 + (i >> 3) * 31 + 1) & 0xff));
const PADDING = Buffer.concat([Buffer.alloc(5000), Buffer.from('\r\n  '), Buffer.alloc(40, 0xff)]);

describe.each(FILES)('%s', (_name, file, extractor) => {
  const read = (...more: Buffer[]) => collect(extractor, Buffer.concat([file, ...more]));
  const trailing = (out: Awaited<ReturnType<typeof read>>) => ({
    members: out.members
      .filter(({ name }) => name === 'trailing-bytes')
      .map(({ bytes }) => bytes.toString('latin1')),
    isNamed: out.partial.includes('trailing-bytes'),
  });

  test('that ends with its file has none', async () => {
    expect(trailing(await read())).toEqual({ members: [], isNamed: false });
  });

  test.each([
    ['an archive', ZIP],
    ['text', TEXT],
  ])('%s behind it is a member, behind padding too', async (_what, bytes) => {
    const whole = { members: [bytes.toString('latin1')], isNamed: false };
    expect(trailing(await read(bytes))).toEqual(whole);
    expect(trailing(await read(PADDING, bytes))).toEqual(whole);
  });

  test('bytes of no known format are named', async () => {
    expect(trailing(await read(NOISE))).toEqual({ members: [], isNamed: true });
  });

  test('padding is neither', async () => {
    expect(trailing(await read(PADDING))).toEqual({ members: [], isNamed: false });
  });
});

test('the end of a picture that is cut anywhere is not known, and none is read beyond its bytes', () => {
  for (const file of [PNG, JPEG, GIF, WEBP]) {
    expect(imageEnd(file)).toBe(file.length);
    for (let length = 0; length < file.length; length++) {
      expect(imageEnd(file.subarray(0, length)) ?? 0).toBeLessThanOrEqual(length);
    }
  }
});
