/**
 * Finds the rows of delimited text at which a range can begin, with their numbers. SIMD (row-borders.as.ts) passes
 * ordinary rows; the grammar itself reads the others.
 */
import { wasmExports } from '../../core/wasm.js';
import { RowGrammar } from './delimited-row.js';
import type { Dialect } from './dialect.js';

export type Cut = {
  readonly at: number;
  readonly line: number;
  readonly row: number;
  readonly state?: string;
};

type Exports = {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  rows(): number;
  lines(): number;
  advance(from: number, to: number, border: number, delimiter: number, quote: number): number;
};

const WASM_PAGE = 65536;
/** Bytes that a vector load may read past the last one. */
const PADDING = 16;
const MAX_INT = 0x7fffffff;

export class RowBorders {
  readonly #wasm = wasmExports('extractors/text/row-borders') as Exports;
  readonly #grammar: RowGrammar;
  /** Bytes of an unfinished row at the start of the memory. */
  #held = 0;
  #border: number;
  #row = 1;
  #line = 1;

  constructor(
    private readonly dialect: Dialect,
    private readonly rangeBytes: number,
  ) {
    this.#grammar = new RowGrammar(dialect);
    this.#border = rangeBytes;
  }

  /** Takes the bytes that end at byte `end` of the content. */
  write(chunk: Uint8Array, end: number, last: boolean): Cut[] {
    const length = this.#held + chunk.length;
    const bytes = this.#hold(chunk, length);
    const start = end - length;
    const cuts: Cut[] = [];
    let at = 0;
    while (true) {
      at = this.#passOrdinary(at, length, this.#border - start);
      if (at === length) break;
      if (start + at >= this.#border) {
        cuts.push({ at: start + at, line: this.#line, row: this.#row });
        this.#border = start + at + this.rangeBytes;
      }
      this.#grammar.clear();
      if (!this.#grammar.read(bytes, at, 0, last)) break;
      this.#row += 1;
      this.#line += this.#grammar.lines;
      at = this.#grammar.end;
    }
    bytes.copyWithin(0, at);
    this.#held = length - at;
    return cuts;
  }

  #passOrdinary(at: number, length: number, border: number): number {
    const { delimiter, quote } = this.dialect;
    const to = this.#wasm.advance(at, length, Math.min(border, MAX_INT), delimiter, quote);
    this.#row += this.#wasm.rows();
    this.#line += this.#wasm.lines();
    return to;
  }

  /** All bytes from the first unfinished row on, in linear memory. */
  #hold(chunk: Uint8Array, length: number): Uint8Array {
    const { memory } = this.#wasm;
    const missing = length + PADDING - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    const bytes = new Uint8Array(memory.buffer, 0, length);
    bytes.set(chunk, this.#held);
    return bytes;
  }
}
