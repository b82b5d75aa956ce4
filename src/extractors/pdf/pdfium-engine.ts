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
  /** True once the instance was refused memory: its faults are the document's size. */
  isFull(): boolean;
  /** Gives the instance back; `failed` retires it for everybody who comes after. */
  release(failed: boolean): void;
};

const MAX_DOCUMENTS = 500;
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
/** No more is given to an instance; a document that asks for it is a bomb (800 MB of blanks in one page). */
const HEAP_LIMIT_BYTES = 512 * 1024 * 1024;
/** Strings of a document (names, contents, fields) longer than this are cut. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;

/** @types/node 20 declares no WebAssembly namespace: the part that is used, with what passes through opaque. */
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
  // The types lack the hooks of Emscripten that are used here.
  const api = await init(options as unknown as Parameters<typeof init>[0]);
  api.PDFiumExt_Init();
  return api;
}

/** Stands between the instance and the growth of its memory. */
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
