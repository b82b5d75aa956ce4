/**
 * Sorts more lines than fit into memory: sorts batches, spills them into a private folder, then merges. Order is by
 * key, then by line, in UTF-16 code units. close() always removes the folder.
 */
import { createReadStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolderSync } from '../../core/private-folder.js';
import { textLines, wholeLines } from '../scan/lines.js';

export type KeyedLine = { readonly key: string; readonly line: string };

/** 64 MB of strings at most: a diff holds two sorters and stays under 400 MB. */
const DEFAULT_CHARACTERS = 32 * 1024 * 1024;
/** The read buffer of each spilled file during the merge. */
const READ_BYTES = 64 * 1024;
/** Separates key and line in a spilled file; replaced in keys. */
const TAB = '\t';

export class LineSorter {
  #batch: KeyedLine[] = [];
  #characters = 0;
  #folder: string | undefined;
  readonly #spilled: string[] = [];

  /** `maxCharacters`: the most characters of keys and lines held in memory. */
  constructor(private readonly maxCharacters = DEFAULT_CHARACTERS) {}

  /** `line` has no line break. */
  add(key: string, line: string): void {
    this.#batch.push({ key: key.replaceAll(/[\t\n]/g, ' '), line });
    this.#characters += key.length + line.length;
    if (this.#characters > this.maxCharacters) this.#spill();
  }

  /** All lines in order. Call once. */
  async *sorted(): AsyncGenerator<KeyedLine> {
    this.#batch.sort(compareLines);
    if (this.#spilled.length === 0) {
      yield* this.#batch;
      return;
    }
    this.#spill();
    const heap = new Heap();
    for (const path of this.#spilled) {
      const reader = new SpillReader(path);
      if (await reader.advance()) heap.push(reader);
    }
    for (let least = heap.peek(); least; least = heap.peek()) {
      yield least.head;
      // Most steps stay within the bytes already read and need not wait.
      if (least.step() || (await least.advance())) heap.sink();
      else heap.drop();
    }
  }

  close(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    this.#batch = [];
  }

  #spill(): void {
    this.#folder ??= makePrivateFolderSync();
    const path = join(this.#folder, `${this.#spilled.length}`);
    this.#batch.sort(compareLines);
    writeFileSync(path, this.#batch.map(({ key, line }) => `${key}${TAB}${line}\n`).join(''), {
      mode: 0o600,
    });
    this.#spilled.push(path);
    this.#batch = [];
    this.#characters = 0;
  }
}

export function compareLines(a: KeyedLine, b: KeyedLine): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.line === b.line ? 0 : a.line < b.line ? -1 : 1;
}

class SpillReader {
  head: KeyedLine = { key: '', line: '' };
  #lines: string[] = [];
  #at = 0;
  readonly #chunks: AsyncGenerator<Buffer>;

  constructor(path: string) {
    this.#chunks = wholeLines(createReadStream(path, { highWaterMark: READ_BYTES }));
  }

  /** Moves to the next line within the bytes read; false at their end. */
  step(): boolean {
    const text = this.#lines[this.#at++];
    if (!text) return false;
    const tab = text.indexOf(TAB);
    this.head = { key: text.slice(0, tab), line: text.slice(tab + 1) };
    return true;
  }

  /** Moves to the next line, reading more if needed; false at the end of the file. */
  async advance(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#lines = textLines(value as Buffer);
    this.#at = 0;
    return this.step();
  }
}

/** A binary heap of readers by their current line. */
class Heap {
  readonly #readers: SpillReader[] = [];

  peek(): SpillReader | undefined {
    return this.#readers[0];
  }

  push(reader: SpillReader): void {
    this.#readers.push(reader);
    for (let i = this.#readers.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#swapIfLess(i, parent)) break;
      i = parent;
    }
  }

  /** Restores the heap after the first reader's line has changed. */
  sink(): void {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      const least = this.#isLess(right, left) ? right : left;
      if (!this.#swapIfLess(least, i)) return;
      i = least;
    }
  }

  drop(): void {
    const last = this.#readers.pop();
    if (last && this.#readers.length > 0) {
      this.#readers[0] = last;
      this.sink();
    }
  }

  #isLess(a: number, b: number): boolean {
    const [x, y] = [this.#readers[a], this.#readers[b]];
    return x !== undefined && (y === undefined || compareLines(x.head, y.head) < 0);
  }

  #swapIfLess(child: number, parent: number): boolean {
    if (!this.#isLess(child, parent)) return false;
    const [x, y] = [this.#readers[child] as SpillReader, this.#readers[parent] as SpillReader];
    [this.#readers[child], this.#readers[parent]] = [y, x];
    return true;
  }
}
