/** One page of an open PDF: its text, and how much of it is a picture. Throws if a page cannot be loaded. */
import type { PdfDocument } from './pdf-document.js';
import { copyOut, heapOf, withMemory } from './pdfium-engine.js';

const TEXT_OBJECT = 1;
const IMAGE_OBJECT = 3;
/** Enough to classify a page; pages of hostile documents have millions of objects. */
const MAX_OBJECTS = 2000;

export type PdfPage = {
  readonly handle: number;
  /** As PDFium returns it: CR LF between lines, U+FFFE for a hyphen at a line end. */
  readonly text: string;
  readonly objects: number;
  readonly hasTextObjects: boolean;
  /** Share of the page that its largest picture covers, 0 to 1. */
  readonly imageShare: number;
};

/** Loads page `index` (from 0), passes it to `use`, and unloads it. Undefined if it cannot be loaded. */
export async function withPage<T>(
  document: PdfDocument,
  index: number,
  use: (page: PdfPage) => Promise<T>,
): Promise<T | undefined> {
  const { api } = document;
  const handle = api.FPDF_LoadPage(document.handle, index);
  if (handle === 0) return undefined;
  const page = { handle, text: pageText(document, handle), ...makeUp(document, handle) };
  const result = await use(page);
  api.FPDF_ClosePage(handle);
  return result;
}

function pageText({ api }: PdfDocument, page: number): string {
  const text = api.FPDFText_LoadPage(page);
  if (text === 0) return '';
  const chars = api.FPDFText_CountChars(text);
  const read =
    chars <= 0
      ? ''
      : withMemory(api, 2 * chars + 2, (pointer) => {
          const written = api.FPDFText_GetText(text, 0, chars, pointer);
          return copyOut(api, pointer, 2 * Math.max(0, written - 1)).toString('utf16le');
        });
  api.FPDFText_ClosePage(text);
  return read;
}

function makeUp({ api }: PdfDocument, page: number) {
  const objects = Math.max(0, api.FPDFPage_CountObjects(page));
  const area = Math.max(1, api.FPDF_GetPageWidthF(page) * api.FPDF_GetPageHeightF(page));
  let hasTextObjects = false;
  let imageShare = 0;
  withMemory(api, 16, (pointer) => {
    for (let i = 0; i < Math.min(objects, MAX_OBJECTS); i++) {
      const object = api.FPDFPage_GetObject(page, i);
      const type = object === 0 ? 0 : api.FPDFPageObj_GetType(object);
      if (type === TEXT_OBJECT) hasTextObjects = true;
      if (type !== IMAGE_OBJECT) continue;
      if (!api.FPDFPageObj_GetBounds(object, pointer, pointer + 4, pointer + 8, pointer + 12)) continue;
      const [left = 0, bottom = 0, right = 0, top = 0] = new Float32Array(heapOf(api).buffer, pointer, 4);
      imageShare = Math.max(imageShare, Math.min(1, Math.abs((right - left) * (top - bottom)) / area));
    }
  });
  return { objects, hasTextObjects, imageShare };
}
