/**
 * The two B-trees of an Outlook store: nodes (folders, messages, tables) and the blocks of their bytes. Pages are
 * read on demand. A missing or invalid page marks the tree as damaged; the file is then searched once for leaf pages,
 * which provide what the tree does not reach.
 */
import type { RandomAccess } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import type { PstFormat, PstRoot } from './pst-format.js';
import { readId } from './pst-format.js';

export const BLOCK_TREE = 0x80;
export const NODE_TREE = 0x81;
const PAGES_KEPT = 1024;
const MAX_LEVEL = 8;
const SEARCH_BYTES = 1 << 20;
/** About 60 bytes each. */
const MAX_SALVAGED = 4_000_000;

export type PstTreeOptions = {
  readonly access: RandomAccess;
  readonly format: PstFormat;
  readonly kind: typeof BLOCK_TREE | typeof NODE_TREE;
  readonly root: PstRoot;
  /** Throws when the item's time is over. */
  readonly check: () => void;
};

export class PstTree {
  isDamaged = false;
  readonly #of: PstTreeOptions;
  readonly #pages = new Map<number, Buffer>();
  readonly #leafBytes: number;
  #salvaged: Map<number, number> | undefined;

  constructor(of: PstTreeOptions) {
    this.#of = of;
    this.#leafBytes = of.kind === NODE_TREE ? 4 * of.format.idBytes : of.format.idBytes === 8 ? 24 : 12;
  }

  /** The leaf entry of a key. */
  async find(key: number): Promise<Buffer | undefined> {
    return (await this.#descend(key)) ?? (this.isDamaged ? await this.#salvagedEntry(key) : undefined);
  }

  /** All leaf entries, ascending if the tree is intact. */
  async *entries(): AsyncGenerator<Buffer> {
    // A valid tree contains each page once: more pages than the file has mean a loop.
    const left = { pages: Math.ceil(this.#of.access.size / this.#of.format.pageBytes) };
    yield* this.#walk(this.#of.root, undefined, left);
    if (!this.isDamaged) return;
    for (const [key, at] of await this.#salvage()) {
      if ((await this.#descend(key)) === undefined) yield this.#entryAt(await this.#pageOf(at), at);
    }
  }

  async *#walk(from: PstRoot, level: number | undefined, left: { pages: number }): AsyncGenerator<Buffer> {
    this.#of.check();
    left.pages -= 1;
    const page = left.pages < 0 ? undefined : await this.#page(from, level);
    if (!page) {
      this.isDamaged = true;
      return;
    }
    const { format } = this.#of;
    const actual = page[format.levelAt] as number;
    const size = actual === 0 ? this.#leafBytes : 3 * format.idBytes;
    for (let i = 0; i < this.#count(page, size); i++) {
      if (actual === 0) yield page.subarray(i * size, (i + 1) * size);
      else yield* this.#walk(this.#child(page, i), actual - 1, left);
    }
  }

  async #descend(key: number): Promise<Buffer | undefined> {
    let next = this.#of.root;
    let level: number | undefined;
    for (;;) {
      const page = await this.#page(next, level);
      if (!page) {
        this.isDamaged = true;
        return undefined;
      }
      level = page[this.#of.format.levelAt] as number;
      const size = level === 0 ? this.#leafBytes : 3 * this.#of.format.idBytes;
      const index = this.#lastUpTo(page, size, key);
      if (index < 0) return undefined;
      const entry = page.subarray(index * size, (index + 1) * size);
      if (level === 0) return this.#key(entry, 0) === key ? entry : undefined;
      next = this.#child(page, index);
      level -= 1;
    }
  }

  /** The last entry whose key is not above `key`, or -1. */
  #lastUpTo(page: Buffer, size: number, key: number): number {
    let low = 0;
    let high = this.#count(page, size);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#key(page, middle * size) <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #key(page: Buffer, at: number): number {
    if (this.#of.kind === NODE_TREE) return page.readUInt32LE(at);
    const id = readId(page, at, this.#of.format);
    return id - (id % 2);
  }

  #child(page: Buffer, index: number): PstRoot {
    const { format } = this.#of;
    const at = index * 3 * format.idBytes + format.idBytes;
    return { id: readId(page, at, format), at: readId(page, at + format.idBytes, format) };
  }

  #count(page: Buffer, size: number): number {
    const { countAt, is4k } = this.#of.format;
    const count = is4k ? page.readUInt16LE(countAt) : (page[countAt] as number);
    return Math.min(count, Math.floor(countAt / size));
  }

  /** Undefined if there is no such page. Levels only decrease, so no loop is possible. */
  async #page({ id, at }: PstRoot, level: number | undefined): Promise<Buffer | undefined> {
    const { format } = this.#of;
    const page = this.#pages.get(at) ?? (await this.#read(at));
    if (!page || readId(page, format.pageIdAt, format) !== id) return undefined;
    const actual = page[format.levelAt] as number;
    if (level === undefined ? actual > MAX_LEVEL : actual !== level) return undefined;
    this.#pages.delete(at);
    this.#pages.set(at, page);
    const oldest = this.#pages.size > PAGES_KEPT ? this.#pages.keys().next().value : undefined;
    if (oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }

  async #read(at: number): Promise<Buffer | undefined> {
    const { access, format, kind } = this.#of;
    if (at <= 0 || at + format.pageBytes > access.size) return undefined;
    const page = await access.read(at, format.pageBytes);
    return page.length === format.pageBytes && this.#isPage(page, 0, kind) ? page : undefined;
  }

  #isPage(bytes: Buffer, at: number, kind: number): boolean {
    const { pageTypeAt } = this.#of.format;
    return bytes[at + pageTypeAt] === kind && bytes[at + pageTypeAt + 1] === kind;
  }

  /** The positions of leaf entries, by key. Later pages are usually newer, so they win. */
  async #salvage(): Promise<Map<number, number>> {
    if (this.#salvaged) return this.#salvaged;
    const found = new Map<number, number>();
    this.#salvaged = found;
    const { access, format, kind } = this.#of;
    for (let from = 0; from < access.size && found.size < MAX_SALVAGED; from += SEARCH_BYTES) {
      this.#of.check();
      const bytes = await access.read(from, SEARCH_BYTES);
      for (let at = 0; at + format.pageBytes <= bytes.length; at += 512) {
        if (!this.#isPage(bytes, at, kind) || bytes[at + format.levelAt] !== 0) continue;
        const page = bytes.subarray(at, at + format.pageBytes);
        for (let i = 0; i < this.#count(page, this.#leafBytes); i++)
          found.set(this.#key(page, i * this.#leafBytes), from + at + i);
      }
    }
    return found;
  }

  async #salvagedEntry(key: number): Promise<Buffer | undefined> {
    const at = (await this.#salvage()).get(key);
    return at === undefined ? undefined : this.#entryAt(await this.#pageOf(at), at);
  }

  async #pageOf(at: number): Promise<Buffer> {
    const page = await this.#read(at - (at % 512));
    if (!page) throw new LeaksiftError('read-error', 'pst: a page is missing');
    return page;
  }

  #entryAt(page: Buffer, at: number): Buffer {
    const index = at % 512;
    return page.subarray(index * this.#leafBytes, (index + 1) * this.#leafBytes);
  }
}
