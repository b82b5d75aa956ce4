/**
 * Renders a page at 150 dpi, which suffices for OCR, as a grey PNG and passes it to the OCR engine. Oversized pages
 * are rendered smaller.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { ExtractContext } from '../../core/content.js';
import type { PdfDocument } from './pdf-document.js';
import { heapOf } from './pdfium-engine.js';

const DOTS_PER_POINT = 150 / 72;
const MAX_SIDE_DOTS = 5000;
const BGRA = 4;
/** Annotations are rendered too. */
const RENDER_ANNOTATIONS = 1;

/** Loaded on demand: the engine is large. */
export async function ocrPage(document: PdfDocument, page: number, context: ExtractContext): Promise<string> {
  const { ocrImage } = await import('../media/ocr.js');
  const { options, budget } = context;
  return ocrImage(renderPage(document, page), { languages: options.ocrLanguages, signal: budget.signal });
}

export function renderPage({ api }: PdfDocument, page: number): Buffer {
  const points = { width: api.FPDF_GetPageWidthF(page), height: api.FPDF_GetPageHeightF(page) };
  const scale = Math.min(DOTS_PER_POINT, MAX_SIDE_DOTS / Math.max(points.width, points.height, 1));
  const width = Math.max(1, Math.round(points.width * scale));
  const height = Math.max(1, Math.round(points.height * scale));
  const bitmap = api.FPDFBitmap_CreateEx(width, height, BGRA, 0, 0);
  if (bitmap === 0) throw new Error('pdfium: out of memory');
  try {
    api.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    api.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, RENDER_ANNOTATIONS);
    const pixels = heapOf(api).subarray(api.FPDFBitmap_GetBuffer(bitmap) >>> 0);
    return greyPng(pixels, { width, height, stride: api.FPDFBitmap_GetStride(bitmap) });
  } finally {
    api.FPDFBitmap_Destroy(bitmap);
  }
}

function greyPng(bgra: Uint8Array, size: { width: number; height: number; stride: number }): Buffer {
  const { width, height, stride } = size;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + 4 * x;
      const grey = (bgra[at] as number) * 28 + (bgra[at + 1] as number) * 151 + (bgra[at + 2] as number) * 77;
      rows[y * (width + 1) + 1 + x] = grey >> 8;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 1 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}
