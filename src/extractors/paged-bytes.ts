/**
 * An append-only run of bytes that is held in memory up to a bound and in a private file beyond it, with
 * synchronous reads in between. For string tables that other parts refer into. Up to 4 GiB.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 1 << 20;
/** Pages kept in memory, those read back from the file included. */
const MEMORY_PAGES = 48;
const MAX_CHAR_BYTES = 3;

export class PagedBytes {
  length = 0;
  /** Pages by number; the last one is being filled. Insertion order is age. */
  readonly #pages = new Map<number, Buffer>();
  #last = Buffer.alloc(PAGE_BYTES);
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

  /** Moves full pages to a file in the private `folder`. Call it between appends when mustSpill says so. */
  spill(folder: string): void {
    this.#file ??= openSync(join(folder, 'strings'), 'wx+', 0o600);
    for (const [number, page] of this.#pages) {
      if (number < this.#spilled) continue;
      writeSync(this.#file, page, 0, PAGE_BYTES, number * PAGE_BYTES);
      this.#spilled = number + 1;
    }
    this.#pages.clear();
  }

  /** The text of the bytes from `start` to `end`. */
  text(start: number, end: number): string {
    const first = Math.floor(start / PAGE_BYTES);
    if (end <= (first + 1) * PAGE_BYTES) {
      return this.#page(first).toString('utf8', start - first * PAGE_BYTES, end - first * PAGE_BYTES);
    }
    const pieces: Buffer[] = [];
    for (let at = start; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const stop = Math.min(end, (number + 1) * PAGE_BYTES);
      pieces.push(this.#page(number).subarray(at - number * PAGE_BYTES, stop - number * PAGE_BYTES));
      at = stop;
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #page(number: number): Buffer {
    if (number === Math.floor(this.length / PAGE_BYTES)) return this.#last;
    const held = this.#pages.get(number);
    if (held) return held;
    if (this.#file === undefined) return Buffer.alloc(0);
    const page = Buffer.allocUnsafe(PAGE_BYTES);
    readSync(this.#file, page, 0, PAGE_BYTES, number * PAGE_BYTES);
    if (this.#pages.size >= MEMORY_PAGES) this.#pages.delete(this.#pages.keys().next().value as number);
    this.#pages.set(number, page);
    return page;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
