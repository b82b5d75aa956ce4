import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { html, htmlToText, pushHtml } from '../../../src/extractors/markup/html.js';
import { allText, collect } from '../collect.js';

const run = (source: string | Buffer, with_ = {}) => collect(html, Buffer.from(source as string), with_);
const rows = (out: Awaited<ReturnType<typeof run>>, table = 0) =>
  out.tables[table]?.rows.map((row) => row.cells.map((cell) => cell.text));
const hiddenText = (out: Awaited<ReturnType<typeof run>>, kind: string) =>
  out.texts
    .filter((t) => t.place.hidden === kind)
    .map((t) => t.text)
    .join('\n');
const seen = (out: Awaited<ReturnType<typeof run>>) =>
  out.texts
    .filter((t) => !t.place.hidden && !t.place.part)
    .map((t) => t.text)
    .join('\n');

test('seen text: blocks are lines, inline tags join, entities and odd spaces are decoded', async () => {
  const out = await run(
    '<p>Tel 01&nbsp;99<b>&#32;00</b>\n  12&#x20;34<p>caf&eacute; na<wbr>me&shy;s<br>two &lt;x&gt; &amp;amp; a < b',
  );
  expect(seen(out)).toBe('Tel 01 99 00 12 34\ncafé names\ntwo <x> &amp; a < b');
});

test('chunk borders do not matter', async () => {
  const source = `<p title="jo@example.org">a&eacute;b</p><!-- c --><table><tr><td>x</td><td>y&amp;z</td></tr></table><script>s('</p>')</script>é`;
  const whole = await run(source);
  for (const size of [1, 2, 3, 5, 7]) {
    const out = await collect(
      { extract: async (_c, writer) => pushHtml(pieces(source, size), writer) },
      Buffer.from(source),
    );
    expect(out).toEqual(whole);
  }
});

async function* pieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

test('a table comes out as rows with columns that obey colspan and rowspan', async () => {
  const out = await run(`<table><caption>Staff</caption><thead><tr><th>Name<th>Unit<th>No</thead>
    <tr><td rowspan=2>Ann<td colspan=2>North</tr><tr><td>South<td>7</table>after`);
  expect(out.tables).toHaveLength(1);
  expect(rows(out)).toEqual([['Staff'], ['Name', 'Unit', 'No'], ['Ann', 'North'], ['South', '7']]);
  expect(out.tables[0]?.rows.at(-1)?.cells.map((c) => c.column)).toEqual([2, 3]);
  expect(seen(out)).toBe('after');
});

test('layout tables are text and the innermost table is the data', async () => {
  const out = await run(
    `<table><tr><td>Hello<table><tr><th>A<th>B</tr><tr><td>1<td>2</tr></table>bye</td></tr></table>`,
  );
  expect(rows(out)).toEqual([
    ['A', 'B'],
    ['1', '2'],
  ]);
  expect(seen(out).split('\n').filter(Boolean)).toEqual(['Hello', 'bye']);
});

test('a data table interrupted by another goes on under its columns', async () => {
  const out = await run(
    `<table><tr><th>A<th>B</tr><tr><td>1<td>2<table><tr><td>i<td>j</table></td></tr><tr><td>3<td>4</table>`,
  );
  expect(out.tables.map((_, i) => rows(out, i))).toEqual([
    [
      ['A', 'B'],
      ['1', '2'],
    ],
    [['i', 'j']],
    [['3', '4']],
  ]);
  expect(out.tables[2]?.options.columns).toEqual(['A', 'B']);
});

test('hidden text, comments, scripts and attributes are read and flagged', async () => {
  const out = await run(`<div style="display: none">secret <div>inner</div> one</div><p hidden>two<p>seen
    <template>three</template><!-- four --><script>five()</script><style>six</style>
    <input type=hidden name=matricule value="seven"><span style='FONT-SIZE:0px'>eight</span>
    <img data-owner="nine" alt="ten"><meta name=author content="eleven"><a href="mailto:a@example.org">write</a>
    <a href="mailto:b@example.org">b@example.org</a><table><tr style="display:none"><td>r1<td>r2</tr></table>`);
  expect(seen(out)).not.toMatch(/secret|inner|one|two|three|four|five|six|seven|eight|nine|eleven/);
  expect(hiddenText(out, 'hidden-text')).toMatch(/secret\ninner\none[\s\S]*two[\s\S]*three[\s\S]*eight/);
  expect(hiddenText(out, 'comment')).toContain('four');
  expect(hiddenText(out, 'script')).toMatch(/five[\s\S]*six/);
  const attributes = hiddenText(out, 'attribute');
  expect(attributes).toMatch(
    /matricule: seven[\s\S]*data-owner: nine[\s\S]*author: eleven[\s\S]*a@example.org/,
  );
  expect(attributes).not.toContain('b@example.org');
  expect(out.texts.find((t) => t.place.part === 'attribute' && !t.place.hidden)?.text).toContain('alt: ten');
  expect(out.tables[0]?.rows[0]?.hidden).toBe('hidden-text');
});

test('charsets: declared, wide, wrong', async () => {
  const text = '<meta charset="windows-1252"><p>dix € à Noël';
  expect(seen(await run(iconv.encode(text, 'win1252')))).toContain('dix € à Noël');
  expect(
    seen(
      await run(iconv.encode('<p>dix € à Noël', 'iso-8859-15'), {
        declaredType: 'text/html; charset=ISO-8859-15',
      }),
    ),
  ).toContain('dix € à Noël');
  expect(seen(await run(iconv.encode(text, 'utf-16le', { addBOM: true })))).toContain('dix € à Noël');
  expect(seen(await run(Buffer.from(text)))).toContain('dix € à Noël');
});

test('data URIs become members', async () => {
  const out = await run(`<a href="data:text/csv;base64,${Buffer.from('a;b').toString('base64')}">x</a>`);
  expect(out.members).toMatchObject([{ name: 'data-uri-1.csv', bytes: Buffer.from('a;b') }]);
});

test('nothing is lost in broken markup', async () => {
  for (const broken of [
    '<p>x<a href="needle',
    '<!-- needle',
    '<script>needle',
    '<a needle',
    '<textarea>needle',
    '<!needle',
    'x <3 needle',
    '</needle',
  ])
    expect(allText(await run(broken)), broken).toContain('needle');
});

test('bombs cost linear time', async () => {
  const n = 200_000;
  const bombs = [
    '<div>',
    '<table><tr><td>',
    '<a b="',
    '<a ',
    '<!--',
    '<p hidden>',
    '<b a=1 ',
    '</',
    '&',
    '<script>',
    '<td colspan=1000 rowspan=1000>',
    '<ul><li style="display:none">',
  ];
  const started = performance.now();
  for (const bomb of bombs) {
    expect(allText(await run(`${bomb.repeat(n)}needle`)), bomb).toContain('needle');
  }
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('htmlToText gives the seen text at once', () => {
  expect(htmlToText('plain')).toBe('plain');
  expect(htmlToText('<b>a</b>b<table><tr><td>1<td>2</table><script>x</script>')).toBe('ab\n1\t2');
});
