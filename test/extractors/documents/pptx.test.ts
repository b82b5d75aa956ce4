import { describe, expect, it } from 'vitest';
import { pptxExtractor } from '../../../src/extractors/documents/pptx.js';
import { type Collected, collect } from '../collect.js';
import { zipOf } from '../office/office-builder.js';

const P = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const shape = (inner: string, props = '') =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" ${props}/></p:nvSpPr><p:txBody>${inner}</p:txBody></p:sp>`;
const para = (...runs: string[]) =>
  `<a:p>${runs.map((t) => `<a:r><a:rPr/><a:t>${t}</a:t></a:r>`).join('')}</a:p>`;
const slide = (inner: string, attrs = '') =>
  `<p:sld xmlns:p="${P}" ${attrs}><p:cSld><p:spTree>${inner}</p:spTree></p:cSld></p:sld>`;
const rels = (...list: [string, string, string][]) =>
  `<Relationships>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`;

const deck = zipOf({
  'ppt/presentation.xml': `<p:presentation xmlns:p="${P}"><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>`,
  'ppt/_rels/presentation.xml.rels': rels(
    ['rId1', 'slide', 'slides/slide1.xml'],
    ['rId2', 'slide', 'slides/slide2.xml'],
  ),
  'ppt/slides/slide1.xml': slide(shape(para('hidden slide text')), 'show="0"'),
  'ppt/slides/slide2.xml': slide(
    shape(para('07700 90', '0123')) +
      shape(para('off stage'), 'hidden="1" descr="alternative words"') +
      `<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody>${para('Name')}</a:txBody></a:tc><a:tc><a:txBody>${para('No')}</a:txBody></a:tc></a:tr><a:tr><a:tc><a:txBody>${para('Ada')}</a:txBody></a:tc><a:tc><a:txBody>${para('7368886')}</a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`,
  ),
  'ppt/slides/_rels/slide2.xml.rels': rels(
    ['n', 'notesSlide', '../notesSlides/notesSlide1.xml'],
    ['c', 'comments', '../comments/comment1.xml'],
    ['k', 'chart', '../charts/chart1.xml'],
    ['d', 'diagramData', '../diagrams/data1.xml'],
  ),
  'ppt/notesSlides/notesSlide1.xml': `<p:notes>${shape(para('speaker note'))}</p:notes>`,
  'ppt/comments/comment1.xml': '<p:cmLst><p:cm authorId="0"><p:text>a remark</p:text></p:cm></p:cmLst>',
  'ppt/commentAuthors.xml':
    '<p:cmAuthorLst><p:cmAuthor id="0" name="Com Menter" initials="C"/></p:cmAuthorLst>',
  'ppt/charts/chart1.xml':
    '<c:chartSpace><c:ser><c:cat><c:v>Category One</c:v></c:cat><c:val><c:v>7368886</c:v></c:val></c:ser></c:chartSpace>',
  'ppt/diagrams/data1.xml': `<dgm:dataModel>${para('in a diagram')}</dgm:dataModel>`,
  'ppt/embeddings/oleObject1.bin': new Uint8Array(10),
});

const at = (out: Collected, part?: string, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => [t.place.page, t.text.trim()]);

describe('pptx', () => {
  it('reads slides in order with notes, comments, charts, diagrams and tables in their places', async () => {
    const out = await collect(pptxExtractor, deck);
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(at(out)).toEqual([[1, '07700 900123']]);
    expect(at(out, undefined, 'hidden-slide')).toEqual([[2, 'hidden slide text']]);
    expect(at(out, undefined, 'hidden-shape')).toEqual([[1, 'off stage']]);
    expect(at(out, 'alt-text', 'alt-text')).toEqual([[1, 'alternative words']]);
    expect(at(out, 'notes', 'notes')).toEqual([[1, 'speaker note']]);
    expect(at(out, 'comment', 'comment')).toEqual([[1, 'a remark']]);
    expect(at(out, 'chart')).toEqual([[1, 'Category One\n7368886']]);
    expect(at(out, 'diagram')).toEqual([[1, 'in a diagram']]);
    expect(at(out, 'metadata', 'metadata')).toEqual([[undefined, 'author: Com Menter']]);
    expect(
      out.tables.map((t) => [t.options.page, t.rows.map((row) => row.cells.map((c) => c.text))]),
    ).toEqual([
      [
        1,
        [
          ['Name', 'No'],
          ['Ada', '7368886'],
        ],
      ],
    ]);
    expect(out.members.map((m) => [m.name, m.hidden])).toEqual([
      ['ppt/embeddings/oleObject1.bin', 'embedded'],
    ]);
  });
});
