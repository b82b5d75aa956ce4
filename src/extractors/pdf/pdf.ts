/**
 * PDF: the text of each page in reading order with broken lines rejoined, then annotations, form fields, attachments,
 * outline, metadata. PDFium reads; pdf.js takes over if PDFium fails or finds no text on a page with content. Pages
 * that are pictures are reported (`no-text-layer`, `image-not-read`) or, if requested, read by OCR. Why two readers:
 * docs/decisions/023-two-readers-of-pdf.md.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { pushText } from '../bytes/embedded.js';
import { pushTrailing } from '../media/trailing-bytes.js';
import { memoryReader, openPdf, openReader, type PdfDocument } from './pdf-document.js';
import { pdfEnd } from './pdf-end.js';
import { extractWithPdfjs, MAX_PDFJS_BYTES } from './pdf-fallback.js';
import { pushDocumentExtras, pushPageExtras } from './pdf-interactive.js';
import { ocrPage } from './pdf-ocr.js';
import { type PdfPage, withPage } from './pdf-page.js';
import { openWithPdfjs, type PdfjsDocument } from './pdf-pdfjs.js';
import { repairPdf } from './pdf-repair.js';
import { PageReport, pushPage } from './pdf-report.js';
import { xmpLines } from './pdf-xmp.js';

/** A picture that covers this share of a page can hold more than the text beside it. */
const LARGE_IMAGE_SHARE = 0.4;
/** The end-of-file mark is within these bytes; ISO 32000 allows 1,024, and writers append more. */
const END_BYTES = 2048;
/** With this many unloadable pages in a row, the page count is wrong. */
const MAX_LOST_PAGES = 1000;

export const pdfExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  await extractDocument(out, context);
  const end = await pdfEnd(context);
  if (end !== undefined) await pushTrailing(end, out, context);
}

async function extractDocument(out: PartWriter, context: ExtractContext): Promise<void> {
  const report = new PageReport();
  const document = await openWhatCanBe(out, context);
  if (!document) {
    await extractWithPdfjs(out, context, report);
    report.push(out);
    return;
  }
  let failed = true;
  try {
    await new PdfReading(document, out, context, report).run();
    failed = false;
  } catch (error) {
    // Our own errors (budget, members) leave PDFium intact; any other is a fault inside it.
    failed = !(error instanceof LeaksiftError);
    if (!failed) throw error;
    if (document.isTooLarge()) throw new LeaksiftError('limit-memory', 'pdf: expands to too much');
    out.partial('corrupt', 'pdfium failed');
    await extractWithPdfjs(out, context, report);
  } finally {
    document.close(failed);
    report.push(out);
  }
}

/** The document in PDFium, repaired if its end is missing; undefined if that fails too. */
async function openWhatCanBe(out: PartWriter, context: ExtractContext): Promise<PdfDocument | undefined> {
  try {
    return await openPdf(await openReader(context), context);
  } catch (error) {
    if (codeOf(error) !== 'corrupt' && codeOf(error) !== 'internal') throw error;
  }
  const repaired = repairPdf(await context.bytes(MAX_PDFJS_BYTES), context);
  if (!repaired) return undefined;
  try {
    const document = await openPdf(memoryReader(repaired), context);
    out.partial('truncated', 'read without its index');
    return document;
  } catch (error) {
    if (codeOf(error) !== 'corrupt' && codeOf(error) !== 'internal') throw error;
    return undefined;
  }
}

class PdfReading {
  #pdfjs: PdfjsDocument | undefined;

  constructor(
    private readonly document: PdfDocument,
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
    private readonly report: PageReport,
  ) {}

  async run(): Promise<void> {
    const { api, handle, bytes } = this.document;
    // Without a form environment PDFium does not return the values of fields. No script engine is built in.
    const info = api.FPDF_GetFormType(handle) > 0 ? api.PDFiumExt_OpenFormFillInfo() : 0;
    const form = info === 0 ? 0 : api.PDFiumExt_InitFormFillEnvironment(handle, info);
    try {
      await this.#pages(form);
      await pushDocumentExtras(this.document, this.out, this.context);
      const metadata = { part: 'metadata', hidden: 'metadata' };
      pushText(this.out, metadata, xmpLines(bytes, this.context));
      if (isCut(bytes.read(Math.max(0, bytes.size - END_BYTES), Math.min(END_BYTES, bytes.size)))) {
        this.out.partial('truncated', 'no end-of-file mark');
      }
    } finally {
      await this.#pdfjs?.close();
      if (form !== 0) api.PDFiumExt_ExitFormFillEnvironment(form);
      if (info !== 0) api.PDFiumExt_CloseFormFillInfo(info);
    }
  }

  async #pages(form: number): Promise<void> {
    let lostInARow = 0;
    for (let index = 0; index < this.document.pageCount; index++) {
      this.context.budget.check();
      const number = index + 1;
      const done = await withPage(this.document, index, async (page) => {
        await this.#text(page, index);
        await pushPageExtras(this.document, { handle: page.handle, number, form }, this.out, this.context);
        return true;
      });
      lostInARow = done ? 0 : lostInARow + 1;
      if (!done) this.report.lost.push(number);
      if (lostInARow >= MAX_LOST_PAGES) break;
      this.report.pagesRead = number;
      await this.out.ready();
    }
  }

  async #text(page: PdfPage, index: number): Promise<void> {
    const text = page.text.trim() === '' && page.hasTextObjects ? await this.#otherText(index) : page.text;
    const hasText = text.trim() !== '';
    if (hasText) this.report.textRead = true;
    pushPage(this.out, index, text);
    if (hasText && page.imageShare < LARGE_IMAGE_SHARE) return;
    if (page.objects === 0) this.report.blank.push(index + 1);
    else if (!(await this.#ocr(page, index))) {
      (hasText ? this.report.pictures : this.report.empty).push(index + 1);
    }
  }

  /** False if the page was not read: not requested, or the engine failed. */
  async #ocr(page: PdfPage, index: number): Promise<boolean> {
    if (!this.context.options.ocr) return false;
    let text: string;
    try {
      text = await ocrPage(this.document, page.handle, this.context);
    } catch (error) {
      this.context.budget.check();
      // A fault of PDFium itself must reach the code that retires the instance.
      if (!(error instanceof LeaksiftError)) throw error;
      return false;
    }
    if (text.trim() !== '') this.report.textRead = true;
    pushText(this.out, { page: index + 1, part: 'ocr' }, text);
    return true;
  }

  /** The text that pdf.js finds on a page on which PDFium found none. */
  async #otherText(index: number): Promise<string> {
    const { bytes } = this.document;
    if (bytes.size > MAX_PDFJS_BYTES) return '';
    try {
      this.#pdfjs ??= await openWithPdfjs(bytes.read(0, bytes.size), this.context);
      return await this.#pdfjs.pageText(index);
    } catch {
      return '';
    }
  }
}

function isCut(tail: Uint8Array): boolean {
  return !Buffer.from(tail).includes('%%EOF');
}
