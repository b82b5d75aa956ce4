/** Word processing, slides, PDF, OLE and books under the extractor contract. */

import { MEDIA } from '../../src/extractors/bytes/media-types.js';
import { docxExtractor } from '../../src/extractors/documents/docx.js';
import { epubExtractor } from '../../src/extractors/documents/epub.js';
import { odfExtractor } from '../../src/extractors/documents/odf.js';
import { oleExtractor } from '../../src/extractors/documents/ole.js';
import { pptxExtractor } from '../../src/extractors/documents/pptx.js';
import { rtfExtractor } from '../../src/extractors/documents/rtf.js';
import { pdfExtractor } from '../../src/extractors/pdf/pdf.js';
import { buildDocx, p, table, zipOf } from '../extractors/office/office-builder.js';
import { buildCfb, buildDoc, longs, record } from '../extractors/ole/ole-builder.js';
import { simplePdf } from '../extractors/pdf/pdf-builder.js';
import { extractorContract } from './extractor.js';

const lines = Array.from({ length: 60 }, (_, i) => `line ${i} of the sample 07700 900${100 + i}`);
const rows = lines.map((line, i) => [String(i), line]);

extractorContract('docx', {
  extractor: docxExtractor,
  sample: Buffer.from(
    buildDocx({ document: lines.map((line) => p(line)).join('') + table(rows), header1: p('head') }),
  ),
});

extractorContract('pptx', {
  extractor: pptxExtractor,
  sample: Buffer.from(
    zipOf({
      'ppt/slides/slide1.xml': `<p:sld>${lines.map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`).join('')}</p:sld>`,
      'ppt/media/image1.png': Buffer.alloc(3000, 5),
    }),
  ),
});

extractorContract('odf', {
  extractor: odfExtractor,
  sample: Buffer.from(
    zipOf({
      mimetype: MEDIA.odt,
      'content.xml': `<office:text>${lines.map((line) => `<text:p>${line}</text:p>`).join('')}</office:text>`,
      'Pictures/1.png': Buffer.alloc(3000, 5),
    }),
  ),
});

extractorContract('epub', {
  extractor: epubExtractor,
  sample: Buffer.from(
    zipOf({
      mimetype: MEDIA.epub,
      'a.opf':
        '<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>',
      'a.xhtml': lines.map((line) => `<p>${line}</p>`).join(''),
    }),
  ),
});

extractorContract('rtf', {
  extractor: rtfExtractor,
  sample: Buffer.from(
    `{\\rtf1\\ansi{\\fonttbl{\\f0 A;}}{\\*\\generator x;}${lines.join('\\par\r\n')}{\\pict\\pngblip ${'00ff'.repeat(500)}}}`,
  ),
});

extractorContract('pdf', {
  extractor: pdfExtractor,
  sample: simplePdf({
    pages: [lines.slice(0, 40), lines.slice(40)],
    page: '/Annots [4 0 R]',
    more: ['<< /Type /Annot /Subtype /Text /Rect [10 10 20 20] /Contents (a note) >>'],
  }),
});

extractorContract('doc', {
  extractor: oleExtractor,
  sample: buildDoc({ runs: [{ text: lines.join('\r') }, { text: 'gone\r', sprms: [0x00, 0x08, 1] }] }),
  options: { mediaType: MEDIA.doc },
});

extractorContract('ppt', {
  extractor: oleExtractor,
  sample: buildCfb({
    'PowerPoint Document': Buffer.concat([
      record(1000, [
        record(4080, [record(1011, longs([2, 0, 0, 256, 0])), record(4008, Buffer.from(lines.join('\r')))]),
      ]),
      record(1006, [record(4000, Buffer.from(lines.join('\r'), 'utf16le'))]),
    ]),
  }),
  options: { mediaType: MEDIA.ppt },
});
