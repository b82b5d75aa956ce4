/**
 * Append-only bytes, held in memory up to a bound and in a private file beyond it, with synchronous reads in between.
 * For string tables that other parts refer to. Up to 4 GiB.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 1 << 20;
/** Full pages kept in memory before they are spilled. */
const MEMORY_PAGES = 48;
/** Bytes read back from the file at a time: few, since strings are requested in any order. */
const BLOCK_BYTES = 1 << 14;
const MEMORY_BLOCKS = 1024;
const EMPTY = Buffer.alloc(0);
const MAX_CHAR_BYTES = 3;

export class PagedBytes {
  length = 0;
  /** Full pages that are not in the file, by number; the last one is being filled. */
  readonly #pages = new Map<number, Buffer>();
  /** Blocks read back, by position. Insertion order is age. */
  readonly #blocks = new Map<number, Buffer>();
  #last = Buffer.alloc(PAGE_BYTES);
  /** The number of pages in the file: all below this. */
  #spilled = 0;
  #file: number | undefined;

  /** Appends the UTF-8 bytes of `text`. */
  append(text: string): void {
    const at = this.length % PAGE_BYTES;
    if (text.length * MAX_CHAR_BYTES < PAGE_BYTES - at) {
      this.length += this.#last.write(text, at);
      return;
    }
    this.#appendBytes(Buffer.from(text));
  }

  #appendBytes(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) {
      const at = this.length % PAGE_BYTES;
      const copied = bytes.copy(this.#last, at, from, Math.min(bytes.length, from + PAGE_BYTES - at));
      from += copied;
      this.length += copied;
      if (at + copied === PAGE_BYTES) {
        this.#pages.set(this.length / PAGE_BYTES - 1, this.#last);
        this.#last = Buffer.alloc(PAGE_BYTES);
      }
    }
  }

  get mustSpill(): boolean {
    return this.#pages.size > MEMORY_PAGES;
  }

  /** Moves full pages to a file in the private `folder`. Call it between appends when mustSpill is true. */
  spill(folder: string): void {
    this.#file ??= openSync(join(folder, 'strings'), 'wx+', 0o600);
    for (const [number, page] of this.#pages) {
      writeSync(this.#file, page, 0, PAGE_BYTES, number * PAGE_BYTES);
      this.#spilled = number + 1;
    }
    this.#pages.clear();
  }

  /** The text of the bytes from `start` to `end`. */
  text(start: number, end: number): string {
    const first = this.#piece(start, end);
    if (first.length >= end - start) return first.toString('utf8');
    const pieces = [first];
    for (let at = start + first.length; at < end; ) {
      const piece = this.#piece(at, end);
      if (piece.length === 0) break;
      pieces.push(piece);
      at += piece.length;
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** The bytes from `start`, up to `end` or to the border of a page or block. */
  #piece(start: number, end: number): Buffer {
    const number = Math.floor(start / PAGE_BYTES);
    if (number >= this.#spilled) {
      const from = number * PAGE_BYTES;
      const page = from + PAGE_BYTES > this.length ? this.#last : this.#pages.get(number);
      return (page ?? EMPTY).subarray(start - from, Math.min(end, from + PAGE_BYTES) - from);
    }
    const from = start - (start % BLOCK_BYTES);
    return this.#block(from).subarray(start - from, Math.min(end, from + BLOCK_BYTES) - from);
  }

  #block(at: number): Buffer {
    const held = this.#blocks.get(at);
    if (held) return held;
    if (this.#file === undefined) return EMPTY;
    // Within pages that are all in the file.
    const block = Buffer.alloc(BLOCK_BYTES);
    readSync(this.#file, block, 0, BLOCK_BYTES, at);
    if (this.#blocks.size >= MEMORY_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value as number);
    this.#blocks.set(at, block);
    return block;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
