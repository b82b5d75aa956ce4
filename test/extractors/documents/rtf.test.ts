import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rtfExtractor } from '../../../src/extractors/documents/rtf.js';
import { allText, type Collected, collect } from '../collect.js';

const read = (rtf: string | Buffer) =>
  collect(rtfExtractor, typeof rtf === 'string' ? Buffer.from(rtf, 'latin1') : rtf);
const at = (out: Collected, part?: string, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => t.text)
    .join('');
const FONTS =
  '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 MS Mincho;}{\\f3\\fcharset238 Arial CE;}}';

describe('rtf characters', () => {
  it.each([
    ["\\'80 caf\\'e9", '€ café'],
    ["{\\f1 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}", 'Привет'],
    ["{\\f2 \\'93\\'fa\\'96\\'7b}", '日本'],
    ["{\\f2 \\'83e}", 'テ'],
    ["{\\f3 \\'a3\\'f3d\\'9f}", 'Łódź'],
    ['\\u8364?100', '€100'],
    ['\\uc2\\u8364??100\\uc1', '€100'],
    ['\\uc0\\u8364 100', '€100'],
    ["\\u8364\\'80100", '€100'],
    ['\\u-10179?\\u-8694?', '😊'],
    ['07700\\~900123 a\\_b\\-c', '07700\u00a0900123 a-bc'],
    ['077{\\b 00} 900\r\n123', '07700 900123'],
    ['a\\{b\\}c\\\\d', 'a{b}c\\d'],
    ['{\\constructor\\toString a}{\\*\\constructor b}c', 'ac'],
    ['{\\upr{ansi}{\\*\\ud{unicode}}}', 'unicode'],
    ['{\\*\\unknown not shown}shown', 'shown'],
    ['a{\\b\\*\\cs7 b}c', 'abc'],
    ['{\\*\\cs7 a}b', 'ab'],
    ['{a\\*\\unknown b}c', 'abc'],
    ['{\\stylesheet{\\*\\cs7 Emphasis;}}a', 'a'],
    ['{\r\n\\*\\unknown not shown}a', 'a'],
    ['{\\pict\\wmetafile8 0102ff}x', 'x'],
  ])('%s', async (rtf, expected) => {
    const out = await read(`{\\rtf1\\ansi\\ansicpg1252\\deff0${FONTS}${rtf}}`);
    expect(out.error).toBeUndefined();
    expect(at(out)).toBe(expected);
  });
});

it('loses no text of a run, whatever formatting stands in it with a mark or without', async () => {
  const word = fc.constantFrom(
    'b',
    'i0',
    'cs7',
    'f0',
    'cf1',
    'lang1036',
    'loch',
    'insrsid42',
    'unknown',
    'kerning0',
  );
  const text = fc.stringMatching(/^[a-z]{1,6}$/);
  const format = fc.tuple(fc.boolean(), word).map(([marked, name]) => `${marked ? '\\*' : ''}\\${name}`);
  const run = fc.tuple(fc.array(format, { maxLength: 4 }), text);
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      // A plain word opens each group: behind it a mark marks nothing.
      const rtf = runs.map(([formats, shown]) => `{\\plain${formats.join('')} ${shown}}`).join('');
      expect(at(await read(`{\\rtf1\\ansi${FONTS}${rtf}}`))).toBe(runs.map(([, shown]) => shown).join(''));
    }),
    { numRuns: 100, seed: 3 },
  );
});

describe('rtf places', () => {
  it('keeps hidden text, deletions, headers, notes, comments, fields and properties apart', async () => {
    const out = await read(
      `{\\rtf1\\ansi{\\info{\\title Ti Tle}{\\author Au Thor}}{\\header in header\\par}seen {\\v unseen }{\\deleted gone}text` +
        '{\\footnote in footnote}{\\*\\atnauthor Ann Other}{\\*\\annotation a remark}{\\field{\\*\\fldinst HYPERLINK "mailto:x@example.com"}{\\fldrslt mail}}\\par}',
    );
    expect(at(out)).toBe('seen textmail\n');
    expect(at(out, undefined, 'hidden-text')).toBe('unseen \n');
    expect(at(out, undefined, 'tracked-deletion')).toBe('gone\n');
    expect(at(out, 'header')).toContain('in header');
    expect(at(out, 'footnote')).toContain('in footnote');
    expect(at(out, 'comment', 'comment')).toContain('a remark');
    expect(at(out, 'comment', 'comment')).toContain('Ann Other');
    expect(at(out, 'field')).toContain('mailto:x@example.com');
    expect(at(out, 'metadata', 'metadata')).toContain('author: Au Thor');
  });

  it('gives rows of tables', async () => {
    const row = (...cells: string[]) =>
      `\\trowd\\cellx1000\\cellx2000\\pard\\intbl ${cells.join('\\cell ')}\\cell\\row`;
    const out = await read(
      `{\\rtf1 before\\par${row('Name', 'No')}${row('Ada', '7368886')}\\pard after\\par}`,
    );
    expect(out.tables.map((t) => t.rows.map((r) => r.cells.map((c) => c.text)))).toEqual([
      [
        ['Name', 'No'],
        ['Ada', '7368886'],
      ],
    ]);
    expect(at(out)).toBe('before\nafter\n');
  });
});

describe('rtf members', () => {
  const le = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(n);
    return bytes;
  };
  const ansi = (text: string) => Buffer.concat([le(text.length + 1), Buffer.from(`${text}\0`, 'latin1')]);

  it('unwraps packaged files, in hexadecimal and binary', async () => {
    const packed = Buffer.concat([
      Buffer.from([2, 0]),
      Buffer.from('label\0C:\\x\\inner.txt\0\0\0\x03\0', 'latin1'),
      le(4),
      Buffer.from('C:\\\0'),
      le(12),
      Buffer.from('inner secret'),
    ]);
    const object = Buffer.concat([
      le(0x501),
      le(2),
      ansi('Package'),
      le(0),
      le(0),
      le(packed.length),
      packed,
    ]);
    const hex = object.toString('hex').replace(/(.{60})/g, '$1\r\n');
    const out = await read(`{\\rtf1{\\object\\objemb{\\*\\objdata ${hex}}{\\result shown}}}`);
    expect(out.members.map((m) => [m.name, m.hidden, m.bytes.toString()])).toEqual([
      ['inner.txt', 'embedded', 'inner secret'],
    ]);
    expect(at(out)).toBe('shown');
    const binary = Buffer.concat([
      Buffer.from('{\\rtf1{\\pict\\pngblip\\bin5 '),
      Buffer.from([0x7d, 0x5c, 0, 0x7b, 1]),
      Buffer.from('}tail}'),
    ]);
    const second = await read(binary);
    expect(second.members.map((m) => [...m.bytes])).toEqual([[0x7d, 0x5c, 0, 0x7b, 1]]);
    expect(at(second)).toBe('tail');
  });
});

describe('hostile rtf', () => {
  it('says that an end is missing', async () => {
    const out = await read('{\\rtf1 {\\b some text');
    expect(out.partial).toEqual(['truncated']);
    expect(at(out)).toContain('some text');
  });

  it('stands absurd nesting and stray braces in linear time', async () => {
    const started = performance.now();
    const out = await read(`{\\rtf1 ${'{'.repeat(500_000)}deep${'}'.repeat(500_010)}tail`);
    expect(allText(out)).toContain('deep');
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
