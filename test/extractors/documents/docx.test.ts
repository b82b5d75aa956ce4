import { describe, expect, it } from 'vitest';
import { docxExtractor } from '../../../src/extractors/documents/docx.js';
import { allText, type Collected, type CollectOptions, collect } from '../collect.js';
import { buildDocx, p, r, table, zipOf } from '../office/office-builder.js';

const read = (bytes: Uint8Array, options?: CollectOptions) => collect(docxExtractor, bytes, options);
const at = (out: Collected, part?: string, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => t.text)
    .join('');

describe('docx text', () => {
  it('rejoins the runs of a paragraph', async () => {
    const out = await read(
      buildDocx({ document: p('phone 077', '<w:proofErr/>', '00 90', r('0123', '<w:b/>')) + p('next') }),
    );
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(at(out)).toBe('phone 07700 900123\nnext\n');
  });

  it('keeps tracked deletions apart and the seen text joined without them', async () => {
    const deleted =
      '<w:del w:author="Ed Itor"><w:r><w:delText>7368</w:delText></w:r><w:r><w:delText>886</w:delText></w:r></w:del>';
    const moved = '<w:moveFrom w:author="Mo Ver"><w:r><w:t>moved away</w:t></w:r></w:moveFrom>';
    const inserted = '<w:ins w:author="Ann Author"><w:r><w:t>900</w:t></w:r></w:ins>';
    const out = await read(
      buildDocx({ document: p('07700 ', deleted, inserted, '456') + p(moved, 'stays') }),
    );
    expect(at(out)).toBe('07700 900456\nstays\n');
    expect(at(out, undefined, 'tracked-deletion')).toBe('7368886\nmoved away\n');
    expect(at(out, 'metadata', 'metadata')).toContain('author: Ed Itor');
  });

  it('flags hidden text, of runs and by style', async () => {
    const styles =
      '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Child"><w:basedOn w:val="Secret"/></w:style>';
    const document =
      p('seen ', r('unseen', '<w:vanish/>'), r(' shown', '<w:vanish w:val="0"/>')) +
      `<w:p><w:pPr><w:pStyle w:val="Child"/></w:pPr>${r('by style')}</w:p>` +
      `<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>${r('mark only')}</w:p>`;
    const out = await read(buildDocx({ document, styles }));
    expect(at(out)).toBe('seen  shown\n\nmark only\n');
    expect(at(out, undefined, 'hidden-text')).toBe('unseen\nby style\n');
  });

  it('places headers, footers, notes, comments, properties and links', async () => {
    const out = await read(
      buildDocx(
        {
          document: p('body'),
          header1: p('in the header'),
          footer1: p('in the footer'),
          footnotes: `<w:footnote w:id="1">${p('in a footnote')}</w:footnote>`,
          endnotes: `<w:endnote w:id="1">${p('in an endnote')}</w:endnote>`,
          comments: `<w:comment w:id="1" w:author="Com Menter">${p('in a comment')}</w:comment>`,
          settings: '<w:docVars><w:docVar w:name="secret" w:val="variable"/></w:docVars>',
        },
        {
          'docProps/core.xml': '<cp:coreProperties><dc:creator>Crea Tor</dc:creator></cp:coreProperties>',
          'docProps/custom.xml':
            '<Properties><property name="Reference"><vt:lpwstr>custom value</vt:lpwstr></property></Properties>',
          'word/_rels/document.xml.rels':
            '<Relationships><Relationship Id="r9" Type="http://x/hyperlink" Target="mailto:jo%20link@example.com" TargetMode="External"/></Relationships>',
          'word/media/image1.png': new Uint8Array([1, 2, 3]),
          'customXml/item1.xml': '<data staff="7368886"><name>Bound Name</name></data>',
        },
      ),
    );
    expect(at(out, 'header')).toBe('in the header\n');
    expect(at(out, 'footer')).toBe('in the footer\n');
    expect(at(out, 'footnote')).toBe('in a footnote\n');
    expect(at(out, 'endnote')).toBe('in an endnote\n');
    expect(at(out, 'comment', 'comment')).toBe('Com Menter: in a comment\n');
    expect(at(out, 'metadata', 'metadata')).toContain('creator: Crea Tor');
    expect(at(out, 'metadata', 'metadata')).toContain('custom value');
    expect(at(out, 'metadata', 'metadata')).toContain('secret: variable');
    expect(at(out, 'link')).toBe('mailto:jo link@example.com\n');
    expect(at(out, 'custom-xml', 'custom-xml')).toContain('name: Bound Name');
    expect(at(out, 'custom-xml', 'custom-xml')).toContain('7368886');
    expect(out.members.map((m) => [m.name, m.hidden, m.bytes.length])).toEqual([
      ['word/media/image1.png', 'embedded', 3],
    ]);
  });

  it('reads text boxes once, apart from the paragraph they hang on', async () => {
    const box = (text: string) => `<wps:txbx><w:txbxContent>${p(text)}</w:txbxContent></wps:txbx>`;
    const run = `<w:r><mc:AlternateContent><mc:Choice>${box('in the box')}</mc:Choice><mc:Fallback>${box('in the box')}</mc:Fallback></mc:AlternateContent></w:r>`;
    const out = await read(buildDocx({ document: p('before', run, ' after') }));
    expect(at(out)).toBe('before after\n');
    expect(at(out, 'text-box')).toBe('in the box\n');
  });

  it('reads fields and form defaults', async () => {
    const field =
      '<w:r><w:instrText>HYPERLINK "mailto:f@exam</w:instrText></w:r><w:r><w:instrText>ple.com"</w:instrText></w:r>';
    const list =
      '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="Pat Choice" w:value="1"/></w:dropDownList></w:sdtPr></w:sdt>';
    const out = await read(buildDocx({ document: p(field, 'shown') + list }));
    expect(at(out, 'field')).toContain('mailto:f@example.com');
    expect(at(out, 'form-field', 'form-field')).toContain('Pat Choice');
  });
});

describe('docx tables', () => {
  it('are tables, with nested ones after them', async () => {
    const inner = `<w:p/>${table([
      ['x', 'y'],
      ['1', '2'],
    ])}${p('loose')}`;
    const out = await read(
      buildDocx({
        document:
          p('t') +
          table([
            ['Name', 'Staff no'],
            ['A. Sample', '7368886'],
            ['B', inner],
          ]) +
          p('after'),
      }),
    );
    const rows = out.tables.map((t) => t.rows.map((row) => row.cells.map((c) => c.text)));
    expect(rows).toEqual([
      [
        ['Name', 'Staff no'],
        ['A. Sample', '7368886'],
        ['B', 'loose'],
      ],
      [
        ['x', 'y'],
        ['1', '2'],
      ],
    ]);
    expect(at(out)).toBe('t\nafter\n');
  });

  it('of one cell are text', async () => {
    const out = await read(buildDocx({ document: table([['framed 07700 900789']]) }));
    expect(out.tables).toEqual([]);
    expect(at(out)).toContain('framed 07700 900789');
  });
});

describe('hostile docx', () => {
  it('does not expand entities', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><w:document><w:p><w:r><w:t>&b; end</w:t></w:r></w:p></w:document>`;
    const out = await read(zipOf({ 'word/document.xml': bomb }));
    expect(at(out)).toContain('end');
    expect(at(out).length).toBeLessThan(50);
  });

  it('reads what is left of a truncated file', async () => {
    const whole = buildDocx(
      { document: p('first part') + p('x'.repeat(100)) },
      { 'word/media/a.bin': new Uint8Array(5000).map((_, i) => (i * 7919) % 251) },
    );
    const out = await read(whole.subarray(0, whole.length - 600));
    expect(out.error).toBeUndefined();
    expect(allText(out)).toContain('first part');
    expect(out.partial.length).toBeGreaterThan(0);
  });

  it('stands a hundred thousand nested tables and unclosed elements', async () => {
    const deep = '<w:tbl><w:tr><w:tc>'.repeat(100_000);
    const started = performance.now();
    const out = await read(buildDocx({ document: `${deep}${p('deep down')}` }));
    expect(allText(out)).toContain('deep down');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keeps other parts when one is broken', async () => {
    const out = await read(buildDocx({ document: p('cut <w:p><w:r><w:t'), header1: p('whole') }));
    expect(at(out, 'header')).toBe('whole\n');
  });

  it('refuses what is no package', async () => {
    expect((await read(Buffer.from('PK\x03\x04 nothing'))).error).toMatchObject({ name: 'LeaksiftError' });
  });
});
