/**
 * An open PDF in PDFium. Bytes are served in blocks from memory or from a local file, so that a large document is
 * never copied into WebAssembly memory. Throws `encrypted` if no password opens it and `corrupt` if PDFium finds no
 * document.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { ExtractContext } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { heapOf, leasePdfium, type Pdfium, type PdfiumLease } from './pdfium-engine.js';

const ERROR_PASSWORD = 4;
/** PDFium reads in small blocks: one system call should serve many. */
const WINDOW_BYTES = 256 * 1024;

export type PdfDocument = {
  readonly api: Pdfium;
  readonly handle: number;
  readonly pageCount: number;
  /** The bytes, for features that PDFium does not expose. */
  readonly bytes: ByteReader;
  /** True once the document requested more memory than allowed. */
  isTooLarge(): boolean;
  /** `failed` retires the PDFium instance. */
  close(failed: boolean): void;
};

/** Synchronous ranged reads, which a WebAssembly callback needs. */
export type ByteReader = {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  close(): void;
};

export async function openReader(context: ExtractContext): Promise<ByteReader> {
  const access = await context.randomAccess();
  if (access.path === undefined || access.size <= context.budget.limits.maxMemoryBytes) {
    return memoryReader(await access.read(0, access.size));
  }
  return fileReader(access.path, access.size);
}

export function memoryReader(bytes: Uint8Array): ByteReader {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length), close() {} };
}

function fileReader(path: string | Buffer, size: number): ByteReader {
  const fd = openSync(path, 'r');
  let window = Buffer.alloc(0);
  let windowStart = 0;
  const fill = (offset: number, length: number) => {
    const next = Buffer.allocUnsafe(Math.max(length, WINDOW_BYTES));
    const read = readSync(fd, next, 0, next.length, offset);
    window = next.subarray(0, read);
    windowStart = offset;
  };
  return {
    size,
    read(offset, length) {
      if (offset < windowStart || offset + length > windowStart + window.length) fill(offset, length);
      return window.subarray(offset - windowStart, offset - windowStart + length);
    },
    close: () => closeSync(fd),
  };
}

/** Closes `bytes` with the document, or when opening fails. */
export async function openPdf(bytes: ByteReader, context: ExtractContext): Promise<PdfDocument> {
  const lease = await leasePdfium();
  return load(lease, bytes, context);
}

function load(lease: PdfiumLease, bytes: ByteReader, context: ExtractContext): PdfDocument {
  const { api } = lease;
  const callback = api.pdfium.addFunction((_: number, offset: number, target: number, length: number) => {
    const block = bytes.read(offset >>> 0, length >>> 0);
    if (block.length !== length >>> 0) return 0;
    heapOf(api).set(block, target >>> 0);
    return 1;
  }, 'iiiii');
  // FPDF_FILEACCESS { length, callback, parameter }; it must live as long as the document.
  const file = api.pdfium.wasmExports.malloc(12);
  const heap = heapOf(api);
  new DataView(heap.buffer, file, 12).setUint32(0, bytes.size, true);
  new DataView(heap.buffer, file, 12).setUint32(4, callback, true);
  new DataView(heap.buffer, file, 12).setUint32(8, 0, true);
  const close = (handle: number, failed: boolean) => {
    bytes.close();
    if (!failed) {
      if (handle !== 0) api.FPDF_CloseDocument(handle);
      api.pdfium.wasmExports.free(file);
      api.pdfium.removeFunction(callback);
    }
    lease.release(failed);
  };
  let handle = 0;
  try {
    handle = unlock(api, file, context.options.passwords);
    const pageCount = api.FPDF_GetPageCount(handle);
    return {
      api,
      handle,
      pageCount,
      bytes,
      isTooLarge: lease.isFull,
      close: (failed) => close(handle, failed),
    };
  } catch (error) {
    close(handle, !(error instanceof LeaksiftError));
    throw error;
  }
}

function unlock(api: Pdfium, file: number, passwords: readonly string[]): number {
  for (const password of ['', ...passwords]) {
    const handle = api.FPDF_LoadCustomDocument(file, password);
    if (handle !== 0) return handle;
    if (api.FPDF_GetLastError() !== ERROR_PASSWORD) {
      throw new LeaksiftError('corrupt', 'pdf: no document found');
    }
  }
  throw new LeaksiftError('encrypted', 'pdf: needs a password');
}
