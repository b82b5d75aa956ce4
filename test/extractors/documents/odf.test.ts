import { describe, expect, it } from 'vitest';
import { epubExtractor } from '../../../src/extractors/documents/epub.js';
import { odfExtractor } from '../../../src/extractors/documents/odf.js';
import { type Collected, collect } from '../collect.js';
import { zipOf } from '../office/office-builder.js';

const at = (out: Collected, part?: string, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => t.text)
    .join('');

describe('odt', () => {
  const content = `<office:document-content><office:automatic-styles>
    <style:style style:name="T1"><style:text-properties text:display="none"/></style:style></office:automatic-styles>
    <office:body><office:text>
    <text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Ed Itor</dc:creator></office:change-info><text:p>deleted 7368886</text:p></text:deletion></text:changed-region></text:tracked-changes>
    <text:p>phone <text:span>077</text:span>00<text:s/>900<text:span>123</text:span><office:annotation><dc:creator>Ann Other</dc:creator><text:p>a remark</text:p></office:annotation></text:p>
    <text:p>seen<text:span text:style-name="T1">unseen</text:span><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>07700 900456</text:p></text:note-body></text:note></text:p>
    <text:p><text:a xlink:href="mailto:link@example.com">mail</text:a><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>
    <table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>No</text:p></table:table-cell></table:table-row>
    <table:table-row><table:table-cell><text:p>Ada</text:p></table:table-cell><table:table-cell><text:p>1</text:p><text:p>2</text:p></table:table-cell></table:table-row></table:table>
    </office:text></office:body></office:document-content>`;
  const odt = zipOf({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': content,
    'styles.xml':
      '<office:document-styles><style:master-page><style:header><text:p>page header</text:p></style:header></style:master-page></office:document-styles>',
    'meta.xml':
      '<office:document-meta><dc:creator>Crea Tor</dc:creator><meta:user-defined meta:name="Ref">custom</meta:user-defined></office:document-meta>',
    'Pictures/a.png': new Uint8Array(4),
    'Object 1/content.xml':
      '<office:document-content><text:p>in the object</text:p></office:document-content>',
  });

  it('puts everything in its place', async () => {
    const out = await collect(odfExtractor, odt);
    expect(out.error).toBeUndefined();
    expect(at(out).replace(/\n+/g, '\n').trim()).toBe('phone 07700 900123\nseen\nmail');
    expect(at(out, undefined, 'tracked-deletion').trim()).toBe('deleted 7368886');
    expect(at(out, 'comment', 'comment')).toBe('Ann Other\na remark\n');
    expect(at(out, undefined, 'hidden-text')).toContain('unseen');
    expect(at(out, 'footnote')).toBe('07700 900456\n');
    expect(at(out, 'text-box')).toBe('boxed\n');
    expect(at(out, 'link')).toBe('mailto:link@example.com');
    expect(at(out, 'header')).toBe('page header\n');
    expect(at(out, 'object')).toBe('in the object\n');
    expect(at(out, 'metadata', 'metadata')).toContain('creator: Crea Tor');
    expect(at(out, 'metadata', 'metadata')).toContain('custom');
    expect(out.tables.map((t) => t.rows.map((row) => row.cells.map((c) => c.text)))).toEqual([
      [
        ['Name', 'No'],
        ['Ada', '1\n2'],
      ],
    ]);
    expect(out.members.map((m) => [m.name, m.hidden])).toEqual([['Pictures/a.png', 'embedded']]);
  });

  it('refuses encrypted documents', async () => {
    const manifest =
      '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>';
    const out = await collect(
      odfExtractor,
      zipOf({ 'content.xml': 'noise', 'META-INF/manifest.xml': manifest }),
    );
    expect(out.error).toMatchObject({ code: 'encrypted' });
  });
});

describe('odp', () => {
  it('numbers slides and flags hidden ones and notes', async () => {
    const content = `<office:document-content><style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
      <draw:page draw:style-name="dp1"><draw:text-box><text:p>first</text:p></draw:text-box><presentation:notes><text:p>note</text:p></presentation:notes></draw:page>
      <draw:page draw:style-name="dp2"><text:p>second</text:p></draw:page></office:document-content>`;
    const out = await collect(odfExtractor, zipOf({ 'content.xml': content }));
    expect(
      out.texts.filter((t) => t.text.trim()).map((t) => [t.place.page, t.place.hidden, t.text.trim()]),
    ).toEqual([
      [1, undefined, 'first'],
      [1, 'notes', 'note'],
      [2, 'hidden-slide', 'second'],
    ]);
  });
});

describe('epub', () => {
  it('hands chapters on in reading order', async () => {
    const book = zipOf({
      mimetype: 'application/epub+zip',
      'OEBPS/b.xhtml': '<p>two</p>',
      'OEBPS/a.xhtml': '<p>one</p>',
      'OEBPS/pic.png': new Uint8Array(3),
      'OEBPS/style.css': 'p{}',
      'OEBPS/book.opf':
        '<package><metadata><dc:creator>Wri Ter</dc:creator></metadata><manifest><item id="x" href="a.xhtml"/><item id="y" href="b.xhtml"/></manifest><spine><itemref idref="x"/><itemref idref="y"/></spine></package>',
    });
    const out = await collect(epubExtractor, book);
    expect(out.members.map((m) => m.name)).toEqual(['OEBPS/a.xhtml', 'OEBPS/b.xhtml', 'OEBPS/pic.png']);
    expect(at(out, 'metadata', 'metadata')).toContain('creator: Wri Ter');
  });
});
