/**
 * Old Office containers and what they embed. Over 250 lines because each case builds its own bytes beside what
 * is expected.
 */
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../src/extractors/bytes/media-types.js';
import { oleExtractor } from '../../../src/extractors/documents/ole.js';
import { Cfb } from '../../../src/extractors/ole/cfb.js';
import { allText, type Collected, type CollectOptions, collect } from '../collect.js';
import { buildCfb, buildDoc, longs, record } from '../ole/ole-builder.js';

const read = (bytes: Uint8Array, options?: CollectOptions) =>
  collect(oleExtractor, bytes, { mediaType: MEDIA.ole, ...options });
const at = (out: Collected, part?: string, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => t.text)
    .join('');

/** Made once with officecrypto-tool from `PK fake package`: making them takes seconds. */
const encrypted = (name: string) => readFileSync(new URL(`../encrypted/${name}.bin`, import.meta.url));

const DELETED = [0x00, 0x08, 1];
const VANISH = [0x3c, 0x08, 1];
const IN_TABLE = [0x16, 0x24, 1];
const ROW_END = [...IN_TABLE, 0x17, 0x24, 1];

describe('doc', () => {
  it.each([false, true])(
    'joins pieces and keeps deletions and hidden text apart (wide: %s)',
    async (wide) => {
      const out = await read(
        buildDoc({
          wide,
          runs: [
            { text: '07700 9' },
            { text: '7368886', sprms: DELETED },
            { text: '00123\rseen ' },
            { text: 'unseen', sprms: VANISH },
            { text: 'caf\u00e9\r' },
          ],
        }),
      );
      expect(out.error).toBeUndefined();
      expect(at(out)).toBe('07700 900123\nseen café\n');
      expect(at(out, undefined, 'tracked-deletion')).toBe('7368886\n');
      expect(at(out, undefined, 'hidden-text')).toBe('unseen\n');
      expect(out.partial).toEqual([]);
    },
  );

  it('gives tables, stories and fields their places', async () => {
    const body =
      'Name\x07No\x07\x07Ada\x077368886\x07\x07\x13 HYPERLINK "mailto:a@example.com" \x14mail\x15\r';
    const text = `${body}a footnote\ra header\ra comment\r`;
    const out = await read(
      buildDoc({
        runs: [{ text }],
        lengths: [body.length, 11, 9, 0, 10],
        paragraphs: [
          { end: 8, sprms: IN_TABLE },
          { end: 9, sprms: ROW_END },
          { end: 21, sprms: IN_TABLE },
          { end: 22, sprms: ROW_END },
          { end: text.length, sprms: [] },
        ],
      }),
    );
    expect(out.tables.map((t) => t.rows.map((row) => row.cells.map((c) => c.text)))).toEqual([
      [
        ['Name', 'No'],
        ['Ada', '7368886'],
      ],
    ]);
    expect(at(out)).toBe('mail\n');
    expect(at(out, 'field')).toContain('mailto:a@example.com');
    expect(at(out, 'footnote')).toBe('a footnote\n');
    expect(at(out, 'header')).toBe('a header\n');
    expect(at(out, 'comment', 'comment')).toBe('a comment\n');
  });

  it('reads Word 6 and, without a container, Word 2', async () => {
    const text = 'old words caf\u00e9 07700 900123\r';
    const main = Buffer.alloc(0x400);
    main.writeUInt16LE(0xa5dc, 0);
    main.writeUInt16LE(0x0409, 6);
    main.writeUInt32LE(0x300, 0x18);
    main.writeUInt32LE(0x300 + text.length, 0x1c);
    main.writeUInt32LE(text.length, 0x34);
    main.write(text, 0x300, 'latin1');
    expect(at(await read(buildCfb({ WordDocument: main })))).toBe('old words café 07700 900123\n');
    main.writeUInt16LE(0xa5db, 0);
    expect(at(await read(main, { mediaType: MEDIA.doc }))).toBe('old words café 07700 900123\n');
  });

  it('falls back to raw strings, and says so', async () => {
    const noise = Buffer.alloc(4096, 0xfe);
    noise.write('readable 07700 900456', 100, 'latin1');
    noise.write('wide text too', 1001, 'utf16le');
    const out = await read(buildCfb({ WordDocument: noise }));
    expect(out.error).toBeUndefined();
    expect(out.partial).toContain('corrupt');
    expect(allText(out)).toContain('readable 07700 900456');
    expect(allText(out)).toContain('wide text too');
  });
});

describe('ppt', () => {
  const text = (value: string) => record(4000, Buffer.from(value, 'utf16le'));
  const slide = (flags: number, ...inner: Buffer[]) =>
    record(1006, [record(1017, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, flags, 0, 0, 0, 0, 0])), ...inner]);
  const persist = (id: number, slideId: number) => record(1011, longs([id, 0, 0, slideId, 0]));

  it('numbers slides and flags hidden ones, notes, comments and earlier versions', async () => {
    const records: Buffer[] = [];
    const offsets: number[] = [];
    const add = (bytes: Buffer) => {
      offsets.push(records.reduce((sum, r) => sum + r.length, 0));
      records.push(bytes);
    };
    add(
      record(1000, [
        record(4080, [persist(2, 256), record(4008, Buffer.from('outline words')), persist(3, 257)]),
      ]),
    );
    add(
      slide(
        0,
        record(1036, [record(0xf00d, [text('07700 900123\rline two')])]),
        record(12000, [text('a remark')]),
      ),
    );
    add(slide(4, text('hidden words')));
    add(record(1008, [record(1009, longs([256, 0])), text('note words')]));
    add(slide(0, text('old version words')));
    add(record(4113, Buffer.concat([longs([12]), deflateSync(Buffer.from('inner object'))]), 1));
    const [document, first, second, notes] = offsets as [number, number, number, number];
    add(record(6002, longs([(4 << 20) | 1, document, first, second, notes])));
    const out = await read(buildCfb({ 'PowerPoint Document': Buffer.concat(records) }));
    expect(out.error).toBeUndefined();
    const placed = out.texts.map((t) => [t.place.page, t.place.part, t.place.hidden, t.text]);
    expect(placed).toContainEqual([1, undefined, undefined, 'outline words\n07700 900123\nline two']);
    expect(placed).toContainEqual([1, 'comment', 'comment', 'a remark']);
    expect(placed).toContainEqual([2, undefined, 'hidden-slide', 'hidden words']);
    expect(placed).toContainEqual([1, 'notes', 'notes', 'note words']);
    expect(placed).toContainEqual([undefined, undefined, 'previous-version', 'old version words']);
    expect(out.members.map((m) => m.bytes.toString())).toEqual(['inner object']);
  });
});

describe('ole containers', () => {
  const property = (id: number, value: string) => {
    const bytes = Buffer.from(`${value}\0`, 'latin1');
    return {
      id,
      bytes: Buffer.concat([longs([0x1e, bytes.length]), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]),
    };
  };

  function summary(...properties: { id: number; bytes: Buffer }[]): Buffer {
    let offset = 8 + 8 * properties.length;
    const index = properties.map(({ id, bytes }) => {
      const entry = longs([id, offset]);
      offset += bytes.length;
      return entry;
    });
    const set = Buffer.concat([
      longs([offset, properties.length]),
      ...index,
      ...properties.map((q) => q.bytes),
    ]);
    const format = Buffer.from('e0859ff2f94f6810ab9108002b27b3d9', 'hex');
    return Buffer.concat([
      Buffer.from([0xfe, 0xff, 0, 0]),
      longs([0]),
      Buffer.alloc(16),
      longs([1]),
      format,
      longs([48]),
      set,
    ]);
  }

  it('reads properties and hands embedded files and documents on', async () => {
    const native = Buffer.concat([
      longs([0]),
      Buffer.from([2, 0]),
      Buffer.from('label\0C:\\Users\\someone\\plan.txt\0\0\0\x03\0', 'latin1'),
      longs([3]),
      Buffer.from('C:\0'),
      longs([10]),
      Buffer.from('plan bytes'),
    ]);
    const out = await read(
      buildDoc(
        { runs: [{ text: 'outer\r' }] },
        {
          '\x05SummaryInformation': summary(property(4, 'Au Thor'), property(8, 'La Ster')),
          'ObjectPool/_1/\x01Ole10Native': native,
          'ObjectPool/_2/Workbook': Buffer.alloc(5000, 7),
          'ObjectPool/_3/Package': Buffer.from('PK\x03\x04package'),
        },
      ),
    );
    expect(out.error).toBeUndefined();
    expect(at(out, 'metadata', 'metadata')).toBe('author: Au Thor\nlast author: La Ster');
    expect(out.members.map((m) => [m.name, m.hidden])).toEqual([
      ['plan.txt', 'embedded'],
      ['_2', 'embedded'],
      ['ObjectPool/_3/Package', 'embedded'],
    ]);
    expect(out.members[0]?.bytes.toString()).toBe('plan bytes');
    const inner = new Cfb(out.members[1]?.bytes as Buffer);
    expect(inner.find('Workbook')?.size).toBe(5000);
  });

  it.each([
    ['agile-default', []],
    ['agile', ['wrong', 'correct horse']],
    ['standard', ['correct horse']],
  ])('decrypts a package (%s)', async (name, passwords) => {
    const out = await read(encrypted(name), { options: { passwords } });
    expect(out.error).toBeUndefined();
    expect(out.members.map((m) => m.bytes.toString())).toEqual(['PK fake package']);
  });

  it('says encrypted where no password fits, and where hashing would never end', async () => {
    expect((await read(encrypted('agile'))).error).toMatchObject({ code: 'encrypted' });
    const greedy = encrypted('agile');
    greedy.write('spinCount="9999990', greedy.indexOf('spinCount="'), 'latin1');
    const started = performance.now();
    expect((await read(greedy)).error).toMatchObject({ code: 'encrypted' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('reads the source of macros', async () => {
    const source = Buffer.from('Attribute VB_Name = "Module1"\r\nConst Password = "hunter2"\r\n');
    const literals: number[] = [];
    for (let i = 0; i < source.length; i += 8) literals.push(0, ...source.subarray(i, i + 8));
    const header = Buffer.alloc(2);
    header.writeUInt16LE(0xb000 | (literals.length + 2 - 3), 0);
    const module = Buffer.concat([
      Buffer.from('compiled code'),
      Buffer.from([1]),
      header,
      Buffer.from(literals),
    ]);
    const out = await read(buildCfb({ 'VBA/dir': Buffer.from('x'), 'VBA/Module1': module }));
    expect(at(out, 'macro', 'macro')).toContain('Const Password = "hunter2"');
    expect(out.partial).toEqual([]);
  });

  it('states that an unknown application was not read', async () => {
    const out = await read(buildCfb({ Quill: Buffer.alloc(5000, 1) }));
    expect(out.partial).toEqual(['data-not-read']);
  });
});

describe('hostile ole', () => {
  const whole = buildDoc({ runs: [{ text: `first ${'filler text '.repeat(2000)}last\r` }] });

  it.each([0.25, 0.5, 0.9])('reads what is left of a file cut at %s', async (share) => {
    const out = await read(whole.subarray(0, Math.floor(whole.length * share)));
    expect(out.error).toBeUndefined();
    expect(allText(out)).toContain('filler text');
    expect(out.partial.length).toBeGreaterThan(0);
  });

  it('ends where chains of sectors go in circles', async () => {
    const loop = Buffer.from(whole);
    const fat = loop.readUInt32LE(76);
    for (let i = 0; i < 128; i++) loop.writeUInt32LE(1, (fat + 1) * 512 + 4 * i);
    const started = performance.now();
    const out = await read(loop);
    expect(out.error).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('stands random damage anywhere', async () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(whole.subarray(0, 8192 + random(whole.length - 8192)));
      for (let i = 0; i < 20; i++) bytes[8 + random(bytes.length - 8)] = random(256);
      const out = await read(bytes);
      if (out.error) expect(out.error).toMatchObject({ name: 'LeaksiftError' });
    }
  });
});
