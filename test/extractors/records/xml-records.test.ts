import { describe, expect, test } from 'vitest';
import { xmlRecords } from '../../../src/extractors/records/xml-records.js';
import { allText, type Collected, collect } from '../collect.js';

const tables = (out: Collected) =>
  out.tables.map((t) => [
    t.options.name,
    t.options.columns,
    ...t.rows.map((r) => r.cells.map((c) => c.text)),
  ]);
const texts = (out: Collected) => out.texts.map((t) => t.text).join('');

async function read(xml: string): Promise<Collected> {
  const out = await collect(xmlRecords, Buffer.from(xml));
  expect(out.error).toBeUndefined();
  return out;
}

describe('records', () => {
  test('are repeated elements, their fields named by element and attribute', async () => {
    const out = await read(
      '<?xml version="1.0"?><!-- a comment secret --><db made="2020"><people>' +
        '<person id="1"><nom>Zoé</nom><tel type="m">06 39 98 12 34</tel><tel type="f">01 99 00 12 34</tel></person>\n' +
        '<person id="2"><nom>Bob &amp; Co</nom><adr><cp>75001</cp></adr></person></people><note>one note</note></db>',
    );
    expect(tables(out)).toEqual([
      [
        'person',
        ['id', 'nom', 'tel.type', 'tel', 'adr.cp'],
        ['1', 'Zoé', 'm\nf', '06 39 98 12 34\n01 99 00 12 34', ''],
        ['2', 'Bob & Co', '', '', '75001'],
      ],
    ]);
    expect(texts(out)).toContain('a comment secret');
    expect(texts(out)).toContain('note: one note');
    expect(texts(out)).toContain('made: 2020');
  });

  test('may stand in attributes alone', async () => {
    const out = await read(
      '<rows><row Id="1" Tel="06 39 98 12 34"/><row Id="2" Tel="01 99 00 12 34"/></rows>',
    );
    expect(tables(out)).toEqual([['row', ['Id', 'Tel'], ['1', '06 39 98 12 34'], ['2', '01 99 00 12 34']]]);
  });

  test('are the inner elements where the outer ones hold long lists', async () => {
    const staff = (unit: number) =>
      Array.from({ length: 50 }, (_, i) => `<s><n>N${unit}-${i}</n></s>`).join('');
    const out = await read(
      `<u><unit><title>A</title>${staff(1)}</unit><unit><title>B</title>${staff(2)}</unit></u>`,
    );
    expect(out.tables.map((t) => [t.options.name, t.rows.length])).toEqual([['s', 100]]);
    expect(texts(out)).toContain('title: B');
  });

  test('stream beyond what is held', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `<r><a>${i}</a><b>name ${i}</b></r>`);
    const out = await read(`<t>${rows.join('\n')}</t>`);
    expect(out.tables[0]?.rows.length).toBe(60_000);
    expect(out.tables[0]?.rows.at(-1)?.cells.map((c) => c.text)).toEqual(['59999', 'name 59999']);
    expect(out.partial).toEqual([]);
  });
});

describe('what is no record', () => {
  test('prose stays together', async () => {
    const out = await read(
      '<doc><p>call <b>06 39</b> 98 <i>12 34</i> now</p><p>or <b>write</b> to us</p></doc>',
    );
    expect(texts(out)).toContain('call 06 39 98 12 34 now\nor write to us');
  });

  test('a cut file gives what it holds and is partial', async () => {
    const out = await read('<a><b><c>06 39 98 12 34</c></b><b><c>01 99 00 12 34</c>');
    expect(out.partial).toEqual(['truncated']);
    expect(allText(out)).toContain('01 99 00 12 34');
  });

  test('bombs of entities and depth do nothing', async () => {
    const bomb = await read('<!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]><l>&b;</l>');
    expect(texts(bomb)).toContain('&b;');
    const started = Date.now();
    await read('<a>'.repeat(300_000));
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

test('an XML spreadsheet is read as sheets', async () => {
  const out = await read(
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">' +
      '<DocumentProperties><Author>Property Author</Author></DocumentProperties><Worksheet ss:Name="Liste"><Table><Column ss:Index="3" ss:Hidden="1"/>' +
      '<Row><Cell><Data ss:Type="String">Nom</Data></Cell></Row><Row ss:Index="5" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="String">Zoé <B>gras</B></Data><Comment ss:Author="X"><ss:Data>a comment secret</ss:Data></Comment></Cell><Cell><Data ss:Type="DateTime">1985-07-17T00:00:00.000</Data></Cell></Row>' +
      '</Table></Worksheet></Workbook>',
  );
  expect(out.tables.map((t) => t.options.sheet)).toEqual(['Liste']);
  const last = out.tables[0]?.rows.at(-1);
  expect([last?.row, last?.hidden]).toEqual([5, 'hidden-row']);
  expect(last?.cells.map((c) => [c.text, c.column, c.hidden])).toEqual([
    ['Zoé gras', 2, undefined],
    ['1985-07-17', 3, 'hidden-column'],
  ]);
  expect(out.texts.find((t) => t.text.includes('a comment secret'))?.place.hidden).toBe('comment');
  expect(texts(out)).toContain('Property Author');
});
