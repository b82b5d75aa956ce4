/** xlsx, with all places that hide text. Over 250 lines because each case shows the XML that it is about. */
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { xlsx } from '../../../src/extractors/sheets/xlsx.js';
import { allText, type Collected, collect } from '../collect.js';
import { data, MAIN, REL, rels, workbook, zip } from './workbook-builder.js';

const PHONE = '06 39 98 12 34';

/** [hidden kind, sheet] of every place where `value` was seen. */
function places(out: Collected, value: string): [string | undefined, string | undefined][] {
  const found: [string | undefined, string | undefined][] = [];
  for (const { place, text } of out.texts) if (text.includes(value)) found.push([place.hidden, place.sheet]);
  for (const { options, rows } of out.tables) {
    for (const row of rows) {
      for (const cell of row.cells) {
        if (!cell.text.includes(value)) continue;
        found.push([cell.hidden ?? row.hidden ?? options.hidden, options.sheet]);
      }
    }
  }
  return found;
}

describe('cells', () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="0# ## ## ## ##"/><numFmt numFmtId="165" formatCode=";;;"/>' +
    '<numFmt numFmtId="166" formatCode="[$-40C]d mmmm yyyy"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>';
  const strings =
    '<si><t>shared</t></si><si><r><t>06 39 98 </t></r><r><rPr><b/></rPr><t xml:space="preserve">12 34</t></r>' +
    '<rPh><t>phonetic</t></rPh></si><si><t>a_x0009_b_x005F_x0009_</t></si><si><t>left behind</t></si>';
  const xml =
    '<cols><col min="3" max="4" hidden="1"/><col min="9" max="9" width="0"/></cols><sheetData>' +
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>' +
    '<row r="3" hidden="1"><c r="A3" s="1"><v>639981234</v></c><c r="B3"><v>639981234</v></c></row>' +
    '<row r="9"><c r="A9" s="2"><v>31245</v></c><c r="B9" s="3"><v>42</v></c><c r="C9" s="4"><v>31245</v></c>' +
    '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><v>4.970101234567893E15</v></c>' +
    '<c r="I9" t="str"><f>"x"&amp;"secret literal"</f><v>cached</v></c></row></sheetData>';

  async function rows() {
    const out = await collect(xlsx, workbook([{ name: 'S', xml }], { styles, strings }));
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    return { out, rows: out.tables[0]?.rows ?? [] };
  }

  test('are shown as Excel shows them, with the raw value beside', async () => {
    const { rows: list } = await rows();
    expect(list.map((row) => row.row)).toEqual([2, 3, 4, 9]);
    expect(list[0]?.cells.map((c) => c.text)).toEqual(['shared', PHONE, 'a\tb_x0009_']);
    expect(list[1]?.cells.map((c) => [c.text, c.raw])).toEqual([
      [PHONE, '639981234'],
      ['639981234', undefined],
    ]);
    expect(list[2]?.cells).toEqual([]);
    expect(list[3]?.cells.map((c) => [c.text, c.raw, c.column])).toEqual([
      ['17/07/1985', '1985-07-17', 1],
      ['42', undefined, 2],
      ['17 juillet 1985', '1985-07-17', 3],
      ['TRUE', undefined, 4],
      ['#N/A', undefined, 5],
      ['4.9701E+15', '4970101234567893', 6],
      ['cached', undefined, 9],
    ]);
  });

  test('tell how they are hidden', async () => {
    const { out, rows: list } = await rows();
    expect(list[0]?.cells.map((c) => c.hidden)).toEqual([undefined, undefined, 'hidden-column']);
    expect(list[1]?.hidden).toBe('hidden-row');
    expect(list[3]?.cells.map((c) => c.hidden)).toEqual([
      undefined,
      'hidden-format',
      'hidden-column',
      'hidden-column',
      undefined,
      undefined,
      'hidden-column',
    ]);
    expect(places(out, 'secret literal')).toEqual([['formula', 'S']]);
    expect(places(out, 'left behind')).toEqual([['unreferenced', undefined]]);
  });

  test('count dates from 1904 where the workbook does', async () => {
    const one = '<sheetData><row r="1"><c r="A1" s="2"><v>29783</v></c></row></sheetData>';
    const out = await collect(
      xlsx,
      workbook([{ name: 'S', xml: one }], { styles, inWorkbook: '<workbookPr date1904="1"/>' }),
    );
    expect(out.tables[0]?.rows[0]?.cells[0]?.text).toBe('17/07/1985');
  });
});

describe('what a sheet does not show', () => {
  const comment = (text: string) =>
    `<comments xmlns="${MAIN}"><authors><author>A. Author</author></authors><commentList><comment ref="B2" authorId="0">` +
    `<text><r><t>see </t></r><r><t>${text}</t></r></text></comment></commentList></comments>`;
  const pivot =
    `<pivotCacheDefinition xmlns="${MAIN}" xmlns:r="${REL}" r:id="r1" refreshedBy="A. Clerk"><cacheFields>` +
    '<cacheField name="Name"><sharedItems><s v="used"/><s v="deleted item"/></sharedItems></cacheField>' +
    '<cacheField name="Phone"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>';
  const records = `<pivotCacheRecords xmlns="${MAIN}"><r><x v="0"/><s v="${PHONE}"/></r></pivotCacheRecords>`;
  const file = workbook(
    [
      {
        name: 'Front',
        xml: data([['nothing']]),
        rels: [
          { type: 'comments', target: '../comments1.xml' },
          { type: 'threadedComment', target: '/xl/threaded.xml' },
          { type: 'drawing', target: '../drawings/d.xml' },
          { type: 'hyperlink', target: 'mailto:link@example.org', external: true },
        ],
      },
      { name: 'Hid', state: 'hidden', xml: data([['in hidden sheet']]) },
      {
        name: 'Very',
        state: 'veryHidden',
        xml: `${data([['in very hidden']])}<headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"&amp;12Staff list &amp;&amp; more</oddHeader></headerFooter>`,
      },
    ],
    {
      inWorkbook:
        '<definedNames><definedName name="Chief" hidden="1">"A named secret"</definedName></definedNames>',
      rels: [
        { type: 'pivotCacheDefinition', target: 'pivotCache/def.xml' },
        { type: 'externalLink', target: 'externalLinks/e1.xml' },
        { type: 'connections', target: 'connections.xml' },
        { type: 'vbaProject', target: 'vbaProject.bin' },
      ],
      rootRels: [
        { type: 'core-properties', target: 'docProps/core.xml' },
        { type: 'custom-properties', target: 'docProps/custom.xml' },
      ],
      parts: {
        'xl/comments1.xml': comment('a comment secret'),
        'xl/threaded.xml':
          '<ThreadedComments><threadedComment ref="A1"><text>a threaded secret</text></threadedComment></ThreadedComments>',
        'xl/drawings/d.xml':
          '<wsDr><sp><nvSpPr><cNvPr descr="alternative words"/></nvSpPr><txBody><a:p><a:r><a:t>06 39 98 </a:t></a:r><a:r><a:t>99 88</a:t></a:r></a:p></txBody></sp></wsDr>',
        'xl/drawings/_rels/d.xml.rels': rels([
          { type: 'chart', target: '../charts/c.xml' },
          { type: 'image', target: '../media/i.png' },
        ]),
        'xl/charts/c.xml': '<chartSpace><pt idx="0"><v>chart secret</v></pt></chartSpace>',
        'xl/media/i.png': new Uint8Array([0x89, 0x50]),
        'xl/pivotCache/def.xml': pivot,
        'xl/pivotCache/_rels/def.xml.rels': rels([{ type: 'pivotCacheRecords', target: 'rec.xml' }]),
        'xl/pivotCache/rec.xml': records,
        'xl/externalLinks/e1.xml': `<externalLink xmlns="${MAIN}"><externalBook><sheetNames><sheetName val="Far"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="7"><cell r="C7" t="str"><v>cached far away</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`,
        'xl/connections.xml':
          '<connections><connection name="c"><dbPr connection="Server=db.test;Password=synthetic-1"/></connection></connections>',
        'xl/vbaProject.bin': new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]),
        'docProps/core.xml':
          '<cp:coreProperties xmlns:cp="x" xmlns:dc="y"><dc:creator>Creator Name</dc:creator></cp:coreProperties>',
        'docProps/custom.xml':
          '<Properties><property name="Case"><vt:lpwstr>custom property</vt:lpwstr></property></Properties>',
        'xl/worksheets/sheet99.xml': `<worksheet>${data([['orphan sheet']])}</worksheet>`,
        'customXml/item1.xml': '<root secret="orphan attribute"/>',
      },
    },
  );

  test.each([
    ['in hidden sheet', 'hidden-sheet', 'Hid'],
    ['in very hidden', 'very-hidden-sheet', 'Very'],
    ['Staff list & more', 'header-footer', 'Very'],
    ['a comment secret', 'comment', 'Front'],
    ['see a comment', 'comment', 'Front'],
    ['a threaded secret', 'threaded-comment', 'Front'],
    ['06 39 98 99 88', 'drawing', 'Front'],
    ['alternative words', 'drawing', 'Front'],
    ['chart secret', 'chart', 'Front'],
    ['link@example.org', undefined, 'Front'],
    ['A named secret', 'defined-name', undefined],
    [PHONE, 'pivot-cache', undefined],
    ['deleted item', 'pivot-cache', undefined],
    ['A. Clerk', 'pivot-cache', undefined],
    ['cached far away', 'external-link', 'Far'],
    ['synthetic-1', 'connection', undefined],
    ['creator: Creator Name', 'metadata', undefined],
    ['custom property', 'metadata', undefined],
    ['orphan sheet', 'unreferenced', 'sheet99.xml'],
    ['orphan attribute', 'unreferenced', undefined],
  ])('%s is read as %s', async (value, hidden, sheet) => {
    const out = await collect(xlsx, file);
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(places(out, value)).toEqual([[hidden, sheet]]);
  });

  test('the pivot cache is a table with its field names', async () => {
    const out = await collect(xlsx, file);
    const table = out.tables.find((t) => t.options.columns?.length === 2);
    expect(table?.options.columns).toEqual(['Name', 'Phone']);
    expect(table?.rows.map((r) => r.cells.map((c) => c.text))).toEqual([['used', PHONE]]);
  });

  test('embedded files are members', async () => {
    const out = await collect(xlsx, file);
    expect(out.members.map((m) => [m.name, m.hidden, m.bytes.length])).toEqual([
      ['xl/media/i.png', 'embedded', 2],
      ['xl/vbaProject.bin', 'embedded', 4],
    ]);
  });
});

describe('odd packages', () => {
  test('parts are found by relationships, whatever their names, prefixes and encodings', async () => {
    const sheet = `<?xml version="1.0" encoding="UTF-16"?><ns0:worksheet xmlns:ns0="${MAIN}"><ns0:sheetData><ns0:row r="4"><ns0:c r="B4" t="inlineStr"><ns0:is><ns0:t>été</ns0:t></ns0:is></ns0:c></ns0:row></ns0:sheetData></ns0:worksheet>`;
    const out = await collect(
      xlsx,
      zip({
        '_rels\\.rels': rels([{ type: 'officeDocument', target: '/wtf/Book.xml' }]),
        'wtf\\book.xml': '<workbook><sheets><sheet name="Été" x:id="r"/></sheets></workbook>',
        'wtf\\_rels\\Book.xml.rels': rels([
          { id: 'r', type: 'worksheet', target: './there/../here/My%20Sheet.xml' },
        ]),
        'wtf\\here\\My Sheet.xml': iconv.encode(sheet, 'utf-16'),
      }),
    );
    expect(out.tables).toEqual([
      {
        options: { sheet: 'Été', hidden: undefined },
        rows: [{ cells: [{ text: 'été', column: 2 }], row: 4 }],
      },
    ]);
  });

  test('a truncated file gives what it holds, and says so', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [`row ${i} ${Math.sin(i)}`, PHONE]);
    const bytes = workbook([{ name: 'S', xml: data(rows) }]);
    const out = await collect(xlsx, bytes.subarray(0, bytes.length * 0.7));
    expect(out.partial).toContain('truncated');
    expect(allText(out)).toContain('row 5000 ');
  });

  test('a broken sheet does not keep the others from being read', async () => {
    const out = await collect(
      xlsx,
      workbook([
        { name: 'A', xml: '<sheetData><row><c t="inlineStr"><is><t>half' },
        { name: 'B', xml: data([['whole']]) },
      ]),
    );
    expect(out.tables.map((t) => t.options.sheet)).toContain('B');
  });
});

describe('bombs', () => {
  test('a long shared string that every cell repeats is not repeated without end', async () => {
    const cells = '<c t="s"><v>0</v></c>'.repeat(100);
    const xml = `<sheetData>${`<row>${cells}</row>`.repeat(100)}</sheetData>`;
    const bytes = workbook([{ name: 'S', xml }], {
      strings: `<si><t>${PHONE} ${'x'.repeat(1 << 20)}</t></si>`,
    });
    const started = Date.now();
    const out = await collect(xlsx, bytes);
    const chars = allText(out).length;
    expect(chars).toBeGreaterThan(1 << 20);
    expect(chars).toBeLessThan(80 << 20);
    expect(out.partial).toContain('limit-ratio');
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('a cell without end, a row without end and a pile of columns are passed in pieces', async () => {
    const xml =
      `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${'y'.repeat(1_000_000)}</t></is></c></row>` +
      `<row r="2">${'<c t="inlineStr"><is><t>z</t></is></c>'.repeat(40_000)}</row></sheetData>`;
    const out = await collect(xlsx, workbook([{ name: 'S', xml }]));
    const rows = out.tables[0]?.rows ?? [];
    expect(Math.max(...rows.flatMap((r) => r.cells.map((c) => c.text.length)))).toBeLessThan(400_000);
    expect(rows.filter((r) => r.row === 2).length).toBeGreaterThan(1);
    expect(rows.filter((r) => r.row === 2).flatMap((r) => r.cells).length).toBe(40_000);
  });

  test('the expansion limit of the item ends it', async () => {
    const bytes = workbook([{ name: 'S', xml: data([['q'.repeat(3_000_000)]]) }]);
    const out = await collect(xlsx, bytes, { limits: { maxExpandedBytes: 1_000_000 } });
    expect(out.error).toMatchObject({ code: 'limit-expanded-size' });
  });
});
