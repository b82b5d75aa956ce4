import { describe, expect, test } from 'vitest';
import { ods } from '../../../src/extractors/sheets/ods.js';
import { allText, collect } from '../collect.js';
import { zip } from './workbook-builder.js';

const NAMESPACES = ['office', 'table', 'text', 'style', 'draw', 'dc', 'xlink']
  .map((n) => `xmlns:${n}="urn:${n}"`)
  .join(' ');

const BODY =
  '<office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles>' +
  '<office:body><office:spreadsheet><table:table table:name="Liste">' +
  '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>' +
  '<table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>Phone</text:p></table:table-cell><table:table-cell><text:p>Note</text:p></table:table-cell></table:table-row>' +
  '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>' +
  '<table:table-row table:visibility="filter"><table:table-cell><office:annotation><dc:creator>Author</dc:creator><text:p>a comment secret</text:p></office:annotation>' +
  '<text:p>two<text:s text:c="2"/>spans <text:span>joi</text:span><text:span>ned</text:span></text:p><text:p>second line</text:p></table:table-cell>' +
  '<table:table-cell office:value-type="float" office:value="639981234"><text:p>06 39 98 12 34</text:p></table:table-cell>' +
  '<table:table-cell office:value-type="date" office:date-value="1985-07-17"><text:p>17/07/85</text:p></table:table-cell></table:table-row>' +
  '</table:table><table:table table:name="Hid" table:style-name="ta2"><table:table-row><table:table-cell><text:p>in hidden sheet</text:p></table:table-cell></table:table-row></table:table>' +
  '<table:named-expressions><table:named-expression table:name="Chief" table:expression="&quot;named secret&quot;"/></table:named-expressions>' +
  '</office:spreadsheet></office:body>';

const CONTENT = `<office:document-content ${NAMESPACES}>${BODY}</office:document-content>`;

function file(content: string, manifest = ''): Uint8Array {
  return zip({
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'META-INF/manifest.xml': `<manifest>${manifest}</manifest>`,
    'content.xml': content,
    'styles.xml': `<d ${NAMESPACES}><style:header><text:p>header secret</text:p></style:header></d>`,
    'meta.xml': `<d ${NAMESPACES}><dc:creator>Meta Creator</dc:creator></d>`,
    'Pictures/p.png': new Uint8Array([1, 2, 3]),
  });
}

const FLAT = Buffer.from(
  `<?xml version="1.0"?><office:document ${NAMESPACES}><office:meta><dc:creator>Meta Creator</dc:creator></office:meta>` +
    `<style:header><text:p>header secret</text:p></style:header>${BODY}</office:document>`,
);

describe.each([
  ['ods', file(CONTENT)],
  ['fods', FLAT],
])('%s', (form, bytes) => {
  test('gives rows as shown with their numbers, what is hidden flagged', async () => {
    const out = await collect(ods, bytes);
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(out.tables.map((t) => [t.options.sheet, t.options.hidden])).toEqual([
      ['Liste', undefined],
      ['Hid', 'hidden-sheet'],
    ]);
    const rows = out.tables[0]?.rows ?? [];
    expect(rows.map((r) => [r.row, r.hidden, r.cells.length])).toEqual([
      [1, undefined, 3],
      [2, undefined, 0],
      [5, 'hidden-row', 3],
    ]);
    expect(rows[2]?.cells.map((c) => [c.text, c.raw, c.hidden])).toEqual([
      ['two  spans joined\nsecond line', undefined, undefined],
      ['06 39 98 12 34', '639981234', undefined],
      ['17/07/85', '1985-07-17', 'hidden-column'],
    ]);
  });

  test.each([
    ['a comment secret', 'comment', 'Liste'],
    ['named secret', 'defined-name', undefined],
    ['header secret', 'header-footer', undefined],
    ['Meta Creator', 'metadata', undefined],
  ])('%s is read as %s', async (value, hidden, sheet) => {
    const out = await collect(ods, bytes);
    const found = out.texts.filter((t) => t.text.includes(value));
    expect(found.map((t) => [t.place.hidden, t.place.sheet])).toEqual([[hidden, sheet]]);
    expect(out.members.map((m) => m.hidden)).toEqual(form === 'ods' ? ['embedded'] : []);
  });
});

test('repeated cells and rows are bounded', async () => {
  const row =
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>z</text:p></table:table-cell></table:table-row>';
  const content = CONTENT.replace(
    '</office:spreadsheet>',
    `<table:table table:name="B">${row.repeat(50)}</table:table></office:spreadsheet>`,
  );
  const out = await collect(ods, file(content));
  expect(allText(out).length).toBeLessThan(50_000);
});

test('an encrypted file is told', async () => {
  const out = await collect(
    ods,
    file('\u0001\u0002', '<file-entry full-path="content.xml"><encryption-data/></file-entry>'),
  );
  expect(out.error).toMatchObject({ code: 'encrypted' });
});

test('a cut file gives what it holds', async () => {
  const out = await collect(ods, FLAT.subarray(0, FLAT.indexOf('</table:table>')));
  expect(out.partial).toEqual(['truncated']);
  expect(allText(out)).toContain('06 39 98 12 34');
});
