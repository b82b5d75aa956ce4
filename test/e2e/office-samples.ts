/**
 * Office documents, spreadsheets, PDF and databases that hold a planted line, in plain sight and out of it. Over 250
 * lines because it is one list of samples.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import XLSX from '@e965/xlsx';
import CFB from 'cfb';
import sqlite from 'node-sqlite3-wasm';
import { buildDocx, p, r, zipOf } from '../extractors/office/office-builder.js';
import { buildCfb, buildDoc, longs, record } from '../extractors/ole/ole-builder.js';
import { simplePdf } from '../extractors/pdf/pdf-builder.js';
import { data, MAIN, REL, rels, workbook } from '../extractors/sheets/workbook-builder.js';
import { LINE, MAIL, PHONE, type Planted, planted } from './planted.js';

const ROWS = [
  ['Nom', 'Courriel', 'Portable'],
  ['Exemple', MAIL, PHONE],
];
const CELL = { sheet: 'Feuille', row: 2, column: 'B', columnName: 'Courriel' };

function book(
  bookType: XLSX.BookType,
  change: (sheet: XLSX.WorkSheet, file: XLSX.WorkBook) => void = () => {},
): Buffer {
  const file = XLSX.utils.book_new();
  const sheet = XLSX.utils.aoa_to_sheet(ROWS);
  XLSX.utils.book_append_sheet(file, sheet, 'Feuille');
  XLSX.utils.book_append_sheet(file, XLSX.utils.aoa_to_sheet([['nothing']]), 'Autre');
  file.Workbook = { Sheets: [{ name: 'Feuille' }, { name: 'Autre' }] };
  change(sheet, file);
  return XLSX.write(file, { type: 'buffer', bookType, compression: true }) as Buffer;
}

const hideSheet =
  (state: 1 | 2) =>
  (_: XLSX.WorkSheet, file: XLSX.WorkBook): void => {
    file.Workbook = { Sheets: [{ name: 'Feuille', Hidden: state }, { name: 'Autre' }] };
  };
const hideRow = (sheet: XLSX.WorkSheet): void => {
  sheet['!rows'] = [{}, { hidden: true }];
};
const hideColumn = (sheet: XLSX.WorkSheet): void => {
  sheet['!cols'] = [{}, { hidden: true }, { hidden: true }];
};

const DIMENSIONS = 0x200;
const ROW = 0x208;

export function sheetSamples(): Planted[] {
  const at = { location: CELL };
  const unseen = (file: string, bytes: Uint8Array, hidden: string) => planted(file, bytes, { ...at, hidden });
  return [
    planted('plain.xlsx', book('xlsx'), at),
    planted('plain.xlsm', book('xlsm'), at),
    planted('plain.xlsb', book('xlsb'), at),
    planted('plain.xls', book('biff8'), at),
    planted('plain.ods', book('ods'), at),
    planted('plain.fods', book('fods'), at),
    planted('plain.dbf', book('dbf'), { location: { row: 1, column: 'B' } }),
    unseen('sheet-hidden.xlsx', book('xlsx', hideSheet(1)), 'hidden-sheet'),
    unseen('sheet-very-hidden.xlsx', book('xlsx', hideSheet(2)), 'very-hidden-sheet'),
    unseen('sheet-hidden.xlsb', book('xlsb', hideSheet(1)), 'hidden-sheet'),
    unseen('sheet-hidden.xls', book('biff8', hideSheet(1)), 'hidden-sheet'),
    unseen('row-hidden.xlsx', book('xlsx', hideRow), 'hidden-row'),
    unseen('column-hidden.xlsx', book('xlsx', hideColumn), 'hidden-column'),
    unseen('row-hidden.xls', rowHiddenXls(), 'hidden-row'),
    unseen('column-hidden.xls', book('biff8', hideColumn), 'hidden-column'),
    planted('comment.xlsx', commented(), { hidden: 'comment', location: { sheet: 'Front' } }),
    planted('pivot.xlsx', pivoted(), { hidden: 'pivot-cache' }),
    planted(
      'header.xlsx',
      workbook([
        {
          name: 'Front',
          xml: `${data([['x']])}<headerFooter><oddHeader>&amp;C${LINE}</oddHeader></headerFooter>`,
        },
      ]),
      { hidden: 'header-footer', location: { sheet: 'Front' } },
    ),
  ];
}

/** SheetJS writes no row records: one that hides the second row is put before the sheet's cells. */
function rowHiddenXls(): Buffer {
  const stream = Buffer.from(
    CFB.find(CFB.read(book('biff8'), { type: 'buffer' }), '/Workbook')?.content as Uint8Array,
  );
  let at = 0;
  while (stream.readUInt16LE(at) !== DIMENSIONS) at += 4 + stream.readUInt16LE(at + 2);
  at += 4 + stream.readUInt16LE(at + 2);
  const row = Buffer.alloc(20);
  row.writeUInt16LE(ROW, 0);
  row.writeUInt16LE(16, 2);
  row.writeUInt16LE(1, 4);
  row.writeUInt16LE(3, 8);
  row.writeUInt16LE(255, 10);
  row.writeUInt32LE(0x120, 16);
  return buildCfb({ Workbook: Buffer.concat([stream.subarray(0, at), row, stream.subarray(at)]) });
}

function commented(): Uint8Array {
  const text = `<comments xmlns="${MAIN}"><authors><author>A</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>${LINE}</t></r></text></comment></commentList></comments>`;
  return workbook(
    [{ name: 'Front', xml: data([['nothing']]), rels: [{ type: 'comments', target: '../comments1.xml' }] }],
    { parts: { 'xl/comments1.xml': text } },
  );
}

function pivoted(): Uint8Array {
  const cache = `<pivotCacheDefinition xmlns="${MAIN}" xmlns:r="${REL}" r:id="r1"><cacheFields><cacheField name="Courriel"><sharedItems/></cacheField><cacheField name="Portable"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>`;
  return workbook([{ name: 'Front', xml: data([['nothing']]) }], {
    rels: [{ type: 'pivotCacheDefinition', target: 'pivotCache/def.xml' }],
    parts: {
      'xl/pivotCache/def.xml': cache,
      'xl/pivotCache/_rels/def.xml.rels': rels([{ type: 'pivotCacheRecords', target: 'rec.xml' }]),
      'xl/pivotCache/rec.xml': `<pivotCacheRecords xmlns="${MAIN}"><r><s v="${MAIL}"/><s v="${PHONE}"/></r></pivotCacheRecords>`,
    },
  });
}

const docx = (inner: string, more: Record<string, string> = {}) => buildDocx({ document: inner, ...more });

function wordSamples(): Planted[] {
  const deleted = `<w:del w:author="A"><w:r><w:delText>${LINE}</w:delText></w:r></w:del>`;
  const form = `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="t"/><w:textInput><w:default w:val="${LINE}"/></w:textInput></w:ffData></w:fldChar></w:r></w:p>`;
  const DELETED = [0x00, 0x08, 1];
  return [
    planted('plain.docx', docx(p(LINE.slice(0, 20), LINE.slice(20, 52), LINE.slice(52)))),
    planted('deleted.docx', docx(p('kept ', deleted)), { hidden: 'tracked-deletion' }),
    planted('vanished.docx', docx(p('seen ', r(LINE, '<w:vanish/>'))), { hidden: 'hidden-text' }),
    planted('header.docx', docx(p('seen'), { header1: p(LINE) }), { location: { part: 'header' } }),
    planted('footnote.docx', docx(p('seen'), { footnotes: `<w:footnote>${p(LINE)}</w:footnote>` }), {
      location: { part: 'footnote' },
    }),
    planted(
      'comment.docx',
      docx(p('seen'), { comments: `<w:comment w:id="0" w:author="A">${p(LINE)}</w:comment>` }),
      {
        hidden: 'comment',
        location: { part: 'comment' },
      },
    ),
    planted('form.docx', docx(form), { hidden: 'form-field', location: { part: 'form-field' } }),
    planted('plain.doc', buildDoc({ runs: [{ text: `${LINE}\r` }] })),
    planted(
      'deleted.doc',
      buildDoc({ runs: [{ text: 'kept ' }, { text: LINE, sprms: DELETED }, { text: '\r' }] }),
      {
        hidden: 'tracked-deletion',
      },
    ),
  ];
}

function openSamples(): Planted[] {
  const text = 'application/vnd.oasis.opendocument.text';
  const odf = (mimetype: string, body: string, styles = '') =>
    zipOf({
      mimetype,
      'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>`,
      'styles.xml': `<office:document-styles>${styles}</office:document-styles>`,
    });
  const flat = (mimetype: string, body: string) =>
    `<?xml version="1.0"?><office:document xmlns:office="urn:o" xmlns:text="urn:t" xmlns:draw="urn:d" office:mimetype="${mimetype}"><office:body>${body}</office:body></office:document>`;
  const paragraph = `<text:p>${LINE}</text:p>`;
  const changes = `<text:tracked-changes><text:changed-region><text:deletion>${paragraph}</text:deletion></text:changed-region></text:tracked-changes><text:p>kept</text:p>`;
  const page = `<office:presentation><draw:page><text:p>first</text:p></draw:page><draw:page><draw:text-box>${paragraph}</draw:text-box></draw:page></office:presentation>`;
  return [
    planted('plain.odt', odf(text, `<office:text>${paragraph}</office:text>`)),
    planted('deleted.odt', odf(text, `<office:text>${changes}</office:text>`), {
      hidden: 'tracked-deletion',
    }),
    planted(
      'header.odt',
      odf(
        text,
        '<office:text><text:p>seen</text:p></office:text>',
        `<style:master-page><style:header>${paragraph}</style:header></style:master-page>`,
      ),
      { location: { part: 'header' } },
    ),
    planted('flat.fodt', flat(text, `<office:text>${paragraph}</office:text>`)),
    planted('flat.fodp', flat('application/vnd.oasis.opendocument.presentation', page), {
      location: { page: 2 },
    }),
    planted('plain.odp', odf('application/vnd.oasis.opendocument.presentation', page), {
      location: { page: 2 },
    }),
    planted(
      'plain.epub',
      zipOf({
        mimetype: 'application/epub+zip',
        'OEBPS/a.xhtml': `<p>${LINE}</p>`,
        'OEBPS/book.opf':
          '<package><manifest><item id="x" href="a.xhtml"/></manifest><spine><itemref idref="x"/></spine></package>',
      }),
      { path: 'OEBPS/a.xhtml' },
    ),
  ];
}

function slideSamples(): Planted[] {
  const shape = (line: string) =>
    `<p:cSld><p:spTree><p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>${line}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>`;
  const pptx = (slide: string, notes: string, attrs = '') =>
    zipOf({
      'ppt/presentation.xml':
        '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': rels([{ type: 'slide', target: 'slides/slide1.xml' }]),
      'ppt/slides/slide1.xml': `<p:sld ${attrs}>${shape(slide)}</p:sld>`,
      'ppt/slides/_rels/slide1.xml.rels': rels([{ type: 'notesSlide', target: '../notesSlides/n1.xml' }]),
      'ppt/notesSlides/n1.xml': `<p:notes>${shape(notes)}</p:notes>`,
    });
  const page = { location: { page: 1 } };
  return [
    planted('plain.pptx', pptx(LINE, 'note'), page),
    planted('hidden.pptx', pptx(LINE, 'note', 'show="0"'), { ...page, hidden: 'hidden-slide' }),
    planted('notes.pptx', pptx('slide', LINE), { location: { page: 1, part: 'notes' }, hidden: 'notes' }),
    planted('plain.ppt', ppt(), page),
  ];
}

function ppt(): Buffer {
  const document = record(1000, [record(4080, [record(1011, longs([2, 0, 0, 256, 0]))])]);
  const slide = record(1006, [
    record(1017, Buffer.alloc(16)),
    record(1036, [record(0xf00d, [record(4000, Buffer.from(LINE, 'utf16le'))])]),
  ]);
  const directory = record(6002, longs([(2 << 20) | 1, 0, document.length]));
  return buildCfb({ 'PowerPoint Document': Buffer.concat([document, slide, directory]) });
}

export function pdfOf(line = LINE): Buffer {
  return simplePdf({ pages: [['first'], [line]] });
}

function pdfSamples(): Planted[] {
  const more = [
    `<< /Type /Annot /Subtype /Text /Rect [10 10 20 20] /Contents (${LINE}) >>`,
    `<< /Type /Annot /Subtype /Widget /FT /Tx /T (contact) /V (${LINE}) /Rect [10 30 90 40] /F 4 >>`,
    { dict: '/Type /EmbeddedFile', stream: LINE },
    '<< /Type /Filespec /F (note.txt) /UF (note.txt) /EF << /F 6 0 R >> >>',
    `<< /Author (${LINE}) >>`,
  ];
  const pages = [['first']];
  return [
    planted('plain.pdf', pdfOf(), { location: { page: 2 } }),
    planted('note.pdf', simplePdf({ pages, more, page: '/Annots [4 0 R]' }), {
      location: { part: 'annotation' },
      hidden: 'annotation',
    }),
    planted(
      'form.pdf',
      simplePdf({
        pages,
        more,
        page: '/Annots [5 0 R]',
        catalog: '/AcroForm << /Fields [5 0 R] /DA (/F1 11 Tf) >>',
      }),
      {
        location: { part: 'form-field' },
      },
    ),
    planted(
      'attached.pdf',
      simplePdf({ pages, more, catalog: '/Names << /EmbeddedFiles << /Names [(note.txt) 7 0 R] >> >>' }),
      {
        path: 'note.txt',
        hidden: 'attachment',
      },
    ),
    planted('author.pdf', simplePdf({ pages, more, trailer: '/Info 8 0 R' }), {
      location: { part: 'metadata' },
      hidden: 'metadata',
    }),
  ];
}

async function sqliteSample(): Promise<Planted> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    const path = join(folder, 'a.db');
    const database = new sqlite.Database(path);
    database.exec('CREATE TABLE agents (nom TEXT, courriel TEXT, portable TEXT)');
    database.run('INSERT INTO agents VALUES (?, ?, ?)', ['Exemple', MAIL, PHONE]);
    database.close();
    return planted('plain.sqlite', await readFile(path), {
      location: { row: 1, column: 'B', columnName: 'courriel' },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function officeSamples(): Promise<Planted[]> {
  return [
    ...sheetSamples(),
    ...wordSamples(),
    ...openSamples(),
    ...slideSamples(),
    ...pdfSamples(),
    await sqliteSample(),
  ];
}

/** A workbook to put into something else. */
export function workbookBytes(): Buffer {
  return book('xlsx');
}
