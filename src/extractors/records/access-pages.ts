/**
 * An Access database as the Buffer that mdb-reader needs, without holding it: the library uses only its first bytes,
 * its length and slices of one page, which are read from the file on demand. Pages missing from a truncated file, or
 * with an invalid first byte, are replaced by empty data pages of the current table, so that the rest is read;
 * `fault` reports them.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';

const VERSION_AT = 0x14;
const KEY_AT = 0x3e;
/** The encoding of a zero key in the header. */
const PLAIN_KEY = 0x4ebc8afb;
const LAST_PAGE_TYPE = 5;
const FIRST_SEALED = 2;
const CHUNK_BYTES = 1 << 16;
const CHUNKS_KEPT = 256;
const DATA_PAGE = 1;
const OWNER_AT = 4;
/** Missing pages replaced: a table can refer to any number, and is walked several times. */
const MAX_LOST = 2_000_000;

export class AccessPages {
  /** Why pages are missing, if any are. */
  fault: 'truncated' | 'corrupt' | undefined;
  /** The definition page of the current table. */
  table = 0;
  #lost = 0;
  readonly #chunks = new Map<number, Buffer>();
  readonly #pageBytes: number;

  private constructor(
    private readonly access: RandomAccess,
    private readonly head: Buffer,
    private readonly file: number | undefined,
  ) {
    this.#pageBytes = head[VERSION_AT] === 0 ? 2048 : 4096;
  }

  static async open(access: RandomAccess): Promise<AccessPages> {
    const whole = access.path === undefined ? access.size : CHUNK_BYTES;
    const head = await access.read(0, whole);
    return new AccessPages(access, head, access.path === undefined ? undefined : openSync(access.path, 'r'));
  }

  /** The part of Buffer that mdb-reader uses; the cast hides the rest. */
  get buffer(): Buffer {
    const { head } = this;
    return {
      0: head[0],
      [VERSION_AT]: head[VERSION_AT],
      // Pages past the end are requested and replaced.
      length: Number.MAX_SAFE_INTEGER,
      slice: (start: number, end: number) => this.slice(start, end),
      copy: (target: Buffer, at: number, from: number, to: number) => head.copy(target, at, from, to),
    } as unknown as Buffer;
  }

  slice(start: number, end: number): Buffer {
    if (start < this.#pageBytes) return this.head.subarray(start, end);
    const page = this.#read(start, end);
    if (page.length === end - start && this.#isPage(page)) return page;
    this.fault = page.length < end - start ? 'truncated' : (this.fault ?? 'corrupt');
    this.#lost += 1;
    if (this.#lost > MAX_LOST) throw new LeaksiftError('corrupt', 'Access: too many pages are missing');
    return this.#emptyPage(end - start);
  }

  #isPage(page: Buffer): boolean {
    if (this.isEncoded) return true;
    const countAt = this.#pageBytes === 2048 ? 8 : 12;
    const holds = (this.#pageBytes - countAt - 2) / 2;
    return page[0] === DATA_PAGE
      ? page.readUInt16LE(countAt) <= holds
      : (page[0] as number) <= LAST_PAGE_TYPE;
  }

  /** Pages of files with a key are unreadable before they are decoded. */
  get isEncoded(): boolean {
    return this.head.readUInt32LE(KEY_AT) !== PLAIN_KEY;
  }

  /** Encrypted by a password (from Access 2007 on), not only encoded with a stored key. */
  get isSealed(): boolean {
    return this.isEncoded && (this.head[VERSION_AT] as number) >= FIRST_SEALED;
  }

  #emptyPage(length: number): Buffer {
    const page = Buffer.alloc(length);
    page[0] = DATA_PAGE;
    page.writeUInt32LE(this.table, OWNER_AT);
    return page;
  }

  #read(start: number, end: number): Buffer {
    if (this.file === undefined) return this.head.subarray(start, end);
    const from = start - (start % CHUNK_BYTES);
    const chunk = this.#chunks.get(from) ?? this.#load(this.file, from);
    return Buffer.from(chunk.subarray(start - from, end - from));
  }

  #load(file: number, from: number): Buffer {
    const chunk = Buffer.alloc(Math.max(0, Math.min(CHUNK_BYTES, this.access.size - from)));
    const read = readSync(file, chunk, 0, chunk.length, from);
    const oldest = this.#chunks.size >= CHUNKS_KEPT ? this.#chunks.keys().next().value : undefined;
    if (oldest !== undefined) this.#chunks.delete(oldest);
    this.#chunks.set(from, chunk.subarray(0, read));
    return chunk.subarray(0, read);
  }

  /** The whole file. */
  async *bytes(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.access.size; at += CHUNK_BYTES) yield await this.access.read(at, CHUNK_BYTES);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }
}
