/** Loads the WebAssembly modules that the build compiles from *.as.ts files. */

import { existsSync, readFileSync } from 'node:fs';

/** @types/node 20 declares no WebAssembly namespace; this declares the part in use. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

const compiled = new Map<string, object>();

/**
 * Returns the exports of a new instance; `path` is relative to dist, without `.wasm`. Each thread compiles a module
 * once.
 */
export function wasmExports(path: string): unknown {
  const module = compiled.get(path) ?? new WebAssembly.Module(readFileSync(fileOf(path)));
  compiled.set(path, module);
  return new WebAssembly.Instance(module).exports;
}

function fileOf(path: string): URL {
  const here = new URL(`../${path}.wasm`, import.meta.url);
  // When run from source (tests), the compiled module is in dist.
  return existsSync(here) ? here : new URL(`../../dist/${path}.wasm`, import.meta.url);
}
