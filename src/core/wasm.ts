/** Loads the WebAssembly that the build makes of the files named *.as.ts. */

import { existsSync, readFileSync } from 'node:fs';

/** @types/node 20 declares no WebAssembly namespace: the part that is used. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

const compiled = new Map<string, object>();

/** A new instance's exports; `path` is below dist, without `.wasm`. Compiled once a thread. */
export function wasmExports(path: string): unknown {
  const module = compiled.get(path) ?? new WebAssembly.Module(readFileSync(fileOf(path)));
  compiled.set(path, module);
  return new WebAssembly.Instance(module).exports;
}

function fileOf(path: string): URL {
  const here = new URL(`../${path}.wasm`, import.meta.url);
  // From source (tests) what is compiled stands in dist.
  return existsSync(here) ? here : new URL(`../../dist/${path}.wasm`, import.meta.url);
}
