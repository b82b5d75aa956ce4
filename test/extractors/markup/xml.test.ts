import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { XmlReader } from '../../../src/extractors/markup/xml.js';

/** Events of `input`, one string each, fed in chunks of `size` bytes. */
function events(input: string | Buffer, size = 1 << 20): string[] {
  const out: string[] = [];
  const reader = new XmlReader({
    open: (name, attrs) =>
      out.push(`<${[name, ...[...attrs.entries()].map(([k, v]) => `${k}=${v}`)].join(' ')}>`),
    close: (name) => out.push(`</${name}>`),
    text: (text) => {
      // Adjacent runs are one text to the reader of the events.
      if (out.at(-1)?.startsWith('T:')) out[out.length - 1] += text;
      else out.push(`T:${text}`);
    },
    comment: (text) => out.push(`C:${text}`),
  });
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  reader.end();
  if (reader.damaged) out.push('damaged');
  return out;
}

const SAMPLE =
  `<?xml version="1.0"?>\n<x:a xmlns:x="urn:1" xmlns="urn:2" q='1 > "0"' x:r = "é&amp;&#233;&#xE9;"><b/>` +
  `t&lt;xt &unknown; <![CDATA[<raw>&amp;]]]><!-- no <b> -->é</x:a>`;

describe('XmlReader', () => {
  const expected = [
    'T:\n',
    '<a q=1 > "0" r=é&éé>',
    '<b>',
    '</b>',
    'T:t<xt &unknown; <raw>&amp;]',
    'C: no <b> ',
    'T:é',
    '</a>',
  ];

  test('tells tags, attributes, entities, CDATA and comments', () =>
    expect(events(SAMPLE)).toEqual(expected));

  test('gives the same events for every chunk size', () => {
    const joined = (list: string[]) => list.join('').replaceAll('C:', '');
    for (const size of [1, 2, 3, 5, 7, 64, 257]) {
      expect(joined(events(SAMPLE, size))).toBe(joined(expected));
    }
  });

  test.each(['utf16-le', 'utf16-be', 'utf-16', 'utf-32', 'utf-8'])('reads %s', (encoding) => {
    expect(events(iconv.encode(`${SAMPLE}`, encoding), 3).at(-2)).toBe('T:é');
  });

  test('reads a declared one-byte encoding', () => {
    const text = '<?xml version="1.0" encoding="windows-1252"?><a>l’œuvre €</a>';
    expect(events(iconv.encode(text, 'windows-1252'))).toContain('T:l’œuvre €');
  });

  test('never expands DTD entities', () => {
    const bomb = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"> ]><l x="&b;">&b;&b;</l>';
    expect(events(bomb)).toEqual(['<l x=&b;>', 'T:&b;&b;', '</l>']);
  });

  test('cuts an endless tag and goes on behind it', () => {
    const out = events(`<a b="${'x'.repeat(3_000_000)}" c="1"/><d>ok</d>`, 65_536);
    expect(out[0]?.length).toBeLessThan(1_200_000);
    expect(out.slice(1)).toEqual(['</a>', '<d>', 'T:ok', '</d>', 'damaged']);
  });

  test('takes markup that is none for text, and tells of what is cut', () => {
    expect(events('<a>1 < 2 &</a>')).toEqual(['<a>', 'T:1 < 2 &', '</a>']);
    expect(events('<a>secret<b x="1')).toEqual(['<a>', 'T:secret<b x="1', 'damaged']);
    expect(events('<a><b>secret</b>')).toEqual(['<a>', '<b>', 'T:secret', '</b>', 'damaged']);
    expect(events('<a><!-- open')).toEqual(['<a>', 'C: op', 'T:en', 'damaged']);
  });

  test('walks a million levels without a stack', () => {
    expect(events('<a>'.repeat(1_000_000)).length).toBe(1_000_001);
  });

  test('prefers the attribute the caller means', () => {
    const got: (string | undefined)[] = [];
    const reader = new XmlReader({
      open: (_, a) => got.push(a.get('id'), a.prefixed('id'), a.get('state'), a.get('d')),
      close: () => {},
      text: () => {},
    });
    reader.write('<s r:id="rId1" id="7" xmlns:state="u" note="id=\'9\' state=1"/>');
    reader.end();
    expect(got).toEqual(['7', 'rId1', undefined, undefined]);
  });
});
