/**
 * Leases PDFium (WebAssembly, loaded from the installed package, no network). One instance serves a thread and is
 * replaced after a fault, after many documents, or when its memory has grown: WebAssembly memory never shrinks.
 * Documents keep the instance that opened them.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';

export type Pdfium = WrappedPdfiumModule;

export type PdfiumLease = {
  readonly api: Pdfium;
  /** True once the instance was denied memory: its faults then result from the document's size. */
  isFull(): boolean;
  /** Returns the instance; `failed` retires it for later documents. */
  release(failed: boolean): void;
};

const MAX_DOCUMENTS = 500;
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
/** The most memory of an instance; a document that needs more is a bomb (800 MB of blanks in one page). */
const HEAP_LIMIT_BYTES = 512 * 1024 * 1024;
/** Longer strings of a document (names, contents, fields) are cut. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;

/** @types/node 20 declares no WebAssembly namespace; this declares the part in use, with opaque values. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<Module>;
  instantiate(module: Module, imports: Imports): Promise<object>;
};
type Module = { readonly opaque: unique symbol };
type Imports = { readonly env: Record<string, unknown> };

type Instance = { readonly api: Promise<Pdfium>; readonly memory: { isFull: boolean }; documents: number };

let compiled: Promise<Module> | undefined;
let current: Instance | undefined;

export async function leasePdfium(): Promise<PdfiumLease> {
  current ??= newInstance();
  const mine = current;
  mine.documents += 1;
  const api = await mine.api;
  const retire = () => {
    if (current === mine) current = undefined;
  };
  return {
    api,
    isFull: () => mine.memory.isFull,
    release(failed) {
      if (failed || mine.documents >= MAX_DOCUMENTS || heapOf(api).length > MAX_HEAP_BYTES) retire();
    },
  };
}

function newInstance(): Instance {
  const memory = { isFull: false };
  return { api: start(memory), memory, documents: 0 };
}

async function start(memory: { isFull: boolean }): Promise<Pdfium> {
  compiled ??= compile();
  const module = await compiled;
  const quiet = () => {};
  const instantiateWasm = (imports: Imports, done: (instance: object) => void) => {
    limitMemory(imports, memory);
    void WebAssembly.instantiate(module, imports).then(done);
    return {};
  };
  const options = { instantiateWasm, print: quiet, printErr: quiet };
  // The types lack the Emscripten hooks used here.
  const api = await init(options as unknown as Parameters<typeof init>[0]);
  api.PDFiumExt_Init();
  return api;
}

/** Intercepts the growth of the instance's memory. */
function limitMemory(imports: Imports, memory: { isFull: boolean }): void {
  const { env } = imports;
  const grow = env.emscripten_resize_heap as (bytes: number) => number;
  env.emscripten_resize_heap = (bytes: number) => {
    if (bytes >>> 0 <= HEAP_LIMIT_BYTES) return grow(bytes);
    memory.isFull = true;
    return 0;
  };
}

async function compile(): Promise<Module> {
  return WebAssembly.compile(
    await readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')),
  );
}

/** The instance's current memory. Growth replaces it, so never keep the result across a call. */
export function heapOf(api: Pdfium): Uint8Array {
  return (api.pdfium as unknown as { HEAPU8: Uint8Array }).HEAPU8;
}

/** Runs `use` with `bytes` of newly allocated memory of the instance. */
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

/** Reads a string by PDFium's convention: a call without a buffer returns the bytes needed, NUL included. */
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
