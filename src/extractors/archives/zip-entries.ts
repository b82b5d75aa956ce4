/**
 * Opens a zip for any reader of zip-based formats. Input: seekable bytes and the item's budget; output: entries in
 * order, and their content, checked against size and checksum and charged to the budget. Rejects overlapping members
 * (bombs: all members together may use the archive's bytes twice) and methods other than stored, deflate, bzip2, zstd
 * and xz. Written here because libraries reject broken directories and leading or trailing bytes; this salvages both.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import type { RandomAccess } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import type { Budget } from '../../core/limits.js';
import { ByteReader } from '../bytes/byte-reader.js';
import { inflateRaw } from '../bytes/inflate.js';
import { readAhead } from '../bytes/read-ahead.js';
import type { Decode } from '../compressed/single-stream.js';
import { type Directory, findDirectory, readDirectory, type ZipEntry } from './zip-directory.js';
import { salvage } from './zip-salvage.js';

export type { ZipEntry } from './zip-directory.js';

export const STORED = 0;
export const DEFLATED = 8;
/** Members up to this size are read and inflated in one step. */
const SMALL_COMPRESSED = 512 * 1024;
const SMALL_EXPANDED = 4 * 1024 * 1024;
const READ_CHUNK = 256 * 1024;
/** Fixed part of a local header (APPNOTE 4.3.7), and room for its name and extra field when a member is read in one step. */
const LOCAL_BYTES = 30;
const NAME_ROOM = 1024;
/** Members that share bytes make a small archive expand without limit; those of a damaged one can overlap a little. */
const MAX_USES = 2;
const LOCAL = 0x04034b50;

type Decoder = (reader: ByteReader) => AsyncIterable<Uint8Array>;
const SILENT = { partial: () => {} };

/** Methods besides stored, loaded on demand. */
const DECODERS: ReadonlyMap<number, () => Promise<Decoder>> = new Map([
  [DEFLATED, async () => (reader: ByteReader) => inflateRaw(reader, { mayEnd: true })],
  [12, async () => withNotes((await import('../compressed/bzip2.js')).decodeBzip2)],
  [20, async () => withNotes((await import('../compressed/zstd.js')).decodeZstd)],
  [93, async () => withNotes((await import('../compressed/zstd.js')).decodeZstd)],
  [95, async () => withNotes((await import('../compressed/xz.js')).decodeXz)],
]);

function withNotes(decode: Decode): Decoder {
  return (reader) => decode(reader, SILENT);
}

/** True if open() can read the entry. */
export function canOpen(entry: ZipEntry): boolean {
  return !entry.encrypted && (entry.method === STORED || DECODERS.has(entry.method));
}

export async function openZip(access: RandomAccess, budget: Budget): Promise<ZipArchive> {
  const ahead = readAhead(access);
  return new ZipArchive(ahead, budget, await findDirectory(ahead));
}

export class ZipArchive {
  /** Why the listing may lack members; known after entries() ends. */
  problem: 'truncated' | 'corrupt' | undefined;
  /** Bytes of the archive that members have used, each member counted once. */
  #used = 0;
  #list: ZipEntry[] | undefined;
  readonly #seen = new WeakSet<ZipEntry>();

  constructor(
    private readonly access: RandomAccess,
    private readonly budget: Budget,
    private readonly directory: Directory | undefined,
  ) {}

  /** All entries, lazily, in the order of the directory; folders too. Open those of one listing only. */
  async *entries(): AsyncGenerator<ZipEntry> {
    let end = 0;
    this.#used = 0;
    if (this.directory) {
      const state = { damaged: false };
      for await (const entry of readDirectory(this.access, this.directory, state)) {
        end = Math.max(end, entry.offset + LOCAL_BYTES + entry.compressedSize);
        yield entry;
      }
      if (!state.damaged) return;
    }
    this.problem = this.directory ? 'corrupt' : 'truncated';
    yield* salvage(this.access, Math.min(end, this.access.size));
  }

  /** All files among the entries, held in memory: for packages of parts, not for general archives. */
  async list(): Promise<readonly ZipEntry[]> {
    if (this.#list) return this.#list;
    const list: ZipEntry[] = [];
    for await (const entry of this.entries()) {
      this.budget.check();
      if (list.length >= this.budget.limits.maxMembers) break;
      if (!entry.directory) list.push(entry);
    }
    this.#list = list;
    return list;
  }

  /** The first entry with that name, ignoring case and a leading `/`, as Office looks up parts. */
  async find(name: string): Promise<ZipEntry | undefined> {
    const wanted = lookupName(name);
    return (await this.list()).find((entry) => lookupName(entry.name) === wanted);
  }

  /** The whole content of a part. Throws `limit-memory` beyond `maxBytes`. */
  async read(entry: ZipEntry, maxBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.open(entry)) {
      length += chunk.length;
      if (length > maxBytes)
        throw new LeaksiftError('limit-memory', `a part is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
  }

  /**
   * The content of an entry; may be called again. Yields what can be read, then throws LeaksiftError:
   * `encrypted`, `unsupported-method`, `overlap`, `truncated`, `corrupt`, or what the budget throws.
   */
  async *open(entry: ZipEntry): AsyncGenerator<Buffer> {
    this.budget.check();
    if (entry.encrypted) throw new LeaksiftError('encrypted', 'encrypted zip member');
    const isFirst = !this.#seen.has(entry);
    this.#seen.add(entry);
    if (isFirst && this.#used > MAX_USES * this.access.size) {
      throw new LeaksiftError('overlap', 'zip members overlap');
    }
    const count = (bytes: number) => {
      if (isFirst) this.#used += bytes;
    };
    const whole = await this.#readSmall(entry);
    if (whole) count(entry.compressedSize);
    let expanded = 0;
    let crc = 0;
    for await (const chunk of whole ?? this.#stream(entry, count)) {
      this.budget.check();
      expanded += chunk.length;
      crc = crc32(chunk, crc);
      this.budget.expand(chunk.length);
      this.budget.ratio(Math.min(entry.compressedSize, this.access.size), expanded);
      yield chunk;
    }
    if (crc !== entry.crc) fault(entry, expanded, this.access.size);
  }

  /** One read and one call for the many small members; undefined if the streaming way is needed. */
  async #readSmall(entry: ZipEntry): Promise<Buffer[] | undefined> {
    const { method, compressedSize, size } = entry;
    if (compressedSize > SMALL_COMPRESSED || size > SMALL_EXPANDED || entry.salvaged) return undefined;
    if (method !== STORED && method !== DEFLATED) return undefined;
    const block = await this.access.read(entry.offset, LOCAL_BYTES + NAME_ROOM + compressedSize);
    if (block.length < LOCAL_BYTES || block.readUInt32LE(0) !== LOCAL) return undefined;
    const start = LOCAL_BYTES + block.readUInt16LE(26) + block.readUInt16LE(28);
    const data = block.subarray(start, start + compressedSize);
    if (data.length < compressedSize) return undefined;
    if (method === STORED) return [data];
    try {
      const out = inflateRawSync(data, {
        maxOutputLength: SMALL_EXPANDED,
        chunkSize: Math.max(1024, size + 64),
      });
      return crc32(out) === entry.crc ? [out] : undefined;
    } catch {
      return undefined;
    }
  }

  async *#stream(entry: ZipEntry, count: (bytes: number) => void): AsyncGenerator<Buffer> {
    const start = entry.dataStart ?? (await this.#dataStart(entry));
    const end = Math.min(start + entry.compressedSize, this.access.size);
    const raw = counted(readRange(this.access, start, end), count);
    if (entry.method === STORED) {
      yield* raw;
      return;
    }
    const decoder = await DECODERS.get(entry.method)?.();
    if (!decoder) throw new LeaksiftError('unsupported-method', `zip method ${entry.method}`);
    for await (const chunk of decoder(new ByteReader(raw))) yield asBuffer(chunk);
  }

  async #dataStart(entry: ZipEntry): Promise<number> {
    // If the directory is not where its record says, either the record is wrong or all offsets are.
    for (const offset of [entry.offset, entry.offset - (this.directory?.shift ?? 0)]) {
      if (offset < 0 || offset >= this.access.size) continue;
      const header = await this.access.read(offset, LOCAL_BYTES);
      if (header.length < LOCAL_BYTES) break;
      if (header.readUInt32LE(0) !== LOCAL) continue;
      return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    }
    const isBeyond = entry.offset + LOCAL_BYTES > this.access.size;
    throw new LeaksiftError(isBeyond ? 'truncated' : 'corrupt', 'zip member has no local header');
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function lookupName(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}

function fault(entry: ZipEntry, expanded: number, archiveSize: number): void {
  // Some writers omit the checksum; a salvaged member can lack it.
  if (entry.crc === 0 && entry.size === expanded) return;
  const isCut = entry.offset + LOCAL_BYTES + entry.compressedSize >= archiveSize || expanded < entry.size;
  if (isCut) throw new LeaksiftError('truncated', 'zip member ends too early');
  if (entry.salvaged && entry.crc === 0) return;
  throw new LeaksiftError('corrupt', 'zip member fails its checksum');
}

/** Streams a range of seekable bytes. */
export async function* readRange(access: RandomAccess, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const chunk = await access.read(at, Math.min(READ_CHUNK, end - at));
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}
