/**
 * The second PDF reader: pdf.js, for documents that PDFium cannot open or fails on. Skips pages that were already
 * read. Reports `corrupt`: a document that only one reader opens is damaged.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { pushEmbedded, pushText } from '../bytes/embedded.js';
import { openWithPdfjs, type PdfjsDocument } from './pdf-pdfjs.js';
import { type PageReport, pushPage } from './pdf-report.js';

/** pdf.js holds the document and its own structures in memory. */
export const MAX_PDFJS_BYTES = 200 * 1024 * 1024;

export async function extractWithPdfjs(
  out: PartWriter,
  context: ExtractContext,
  report: PageReport,
): Promise<void> {
  const document = await openWithPdfjs(await context.bytes(MAX_PDFJS_BYTES), context);
  try {
    out.partial('corrupt', 'read by the second reader');
    for (let index = report.pagesRead; index < document.pageCount; index++) {
      context.budget.check();
      const text = await document.pageText(index).catch(() => undefined);
      if (text === undefined) report.lost.push(index + 1);
      else if (text.trim() === '') report.empty.push(index + 1);
      else report.textRead = true;
      pushPage(out, index, text ?? '');
      await pushExtras(document, index, out);
      await out.ready();
    }
    const metadata = await document.metadata().catch(() => '');
    pushText(out, { part: 'metadata', hidden: 'metadata' }, metadata);
    for (const { name, bytes } of await document.attachments().catch(() => [])) {
      await pushEmbedded(out, context, { name: name || 'attachment', bytes, hidden: 'attachment' });
    }
  } finally {
    await document.close();
  }
}

async function pushExtras(document: PdfjsDocument, index: number, out: PartWriter): Promise<void> {
  const extras = await document.pageExtras(index).catch(() => undefined);
  if (!extras) return;
  const page = index + 1;
  pushText(out, { page, part: 'annotation', hidden: 'annotation' }, extras.notes);
  pushText(out, { page, part: 'link' }, extras.links);
  pushText(out, { page, part: 'form-field' }, extras.fields);
}
