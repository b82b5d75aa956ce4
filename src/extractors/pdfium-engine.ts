/**
 * Leases PDFium (WebAssembly, loaded from the installed package, no network). One instance serves a thread
 * and is replaced after a fault, after many documents, or when its memory has grown: WebAssembly memory
 * never shrinks. Documents keep the instance they were opened with.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';

export type Pdfium = WrappedPdfiumModule;

export type PdfiumLease = {
  readonly api: Pdfium;
  /** Gives the instance back; `failed` retires it for everybody who comes after. */
  release(failed: boolean): void;
};

const MAX_DOCUMENTS = 500;
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
/** Strings of a document (names, contents, fields) longer than this are cut. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;

let wasm: Promise<ArrayBuffer> | undefined;
let current: { api: Promise<Pdfium>; documents: number } | undefined;

export async function leasePdfium(): Promise<PdfiumLease> {
  current ??= { api: start(), documents: 0 };
  const mine = current;
  mine.documents += 1;
  const api = await mine.api;
  const retire = () => {
    if (current === mine) current = undefined;
  };
  return {
    api,
    release(failed) {
      if (failed || mine.documents >= MAX_DOCUMENTS || heapOf(api).length > MAX_HEAP_BYTES) retire();
    },
  };
}

async function start(): Promise<Pdfium> {
  wasm ??= loadWasm();
  const quiet = () => {};
  const options = { wasmBinary: await wasm, print: quiet, printErr: quiet };
  const api = await init(options as Parameters<typeof init>[0]);
  api.PDFiumExt_Init();
  return api;
}

async function loadWasm(): Promise<ArrayBuffer> {
  const bytes = await readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm'));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

/** The instance's memory as it is now: growing replaces it, so never keep the result over a call. */
export function heapOf(api: Pdfium): Uint8Array {
  return (api.pdfium as unknown as { HEAPU8: Uint8Array }).HEAPU8;
}

/** Runs `use` on `bytes` of fresh memory of the instance. */
export function withMemory<T>(api: Pdfium, bytes: number, use: (pointer: number) => T): T {
  const pointer = api.pdfium.wasmExports.malloc(Math.max(bytes, 8));
  if (pointer === 0) throw new Error('pdfium: out of memory');
  try {
    return use(pointer);
  } finally {
    api.pdfium.wasmExports.free(pointer);
  }
}

/** A copy of memory of the instance. */
export function copyOut(api: Pdfium, pointer: number, length: number): Buffer {
  return Buffer.from(heapOf(api).subarray(pointer >>> 0, (pointer >>> 0) + length));
}

/** Reads a string by PDFium's convention: called with no room it tells the bytes needed, NUL included. */
export function readString(
  api: Pdfium,
  get: (pointer: number, bytes: number) => number,
  encoding: 'utf16le' | 'latin1' = 'utf16le',
): string {
  const nul = encoding === 'utf16le' ? 2 : 1;
  const need = Math.min(get(0, 0), MAX_STRING_BYTES);
  if (need <= nul) return '';
  return withMemory(api, need, (pointer) => {
    if (get(pointer, need) === 0) return '';
    return copyOut(api, pointer, need - nul).toString(encoding);
  });
}
