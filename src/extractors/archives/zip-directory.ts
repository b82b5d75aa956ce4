/**
 * Reads a zip's central directory at its actual position: after junk, before trailing bytes, zip64 or not. Yields
 * entries lazily in directory order. Never throws on bad data: `problem` reports it, and the caller salvages from the
 * local headers.
 */
import type { RandomAccess } from '../../core/content.js';
import { decodeName, extraField } from '../bytes/zip-name.js';

export type ZipEntry = {
  /** Readable, with `/`. Hostile; never a local path. */
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  /** As declared; can be wrong. */
  readonly size: number;
  /** The offset of its local header. */
  readonly offset: number;
  readonly directory: boolean;
  /** Found by its local header alone; it can be stale or deleted. */
  readonly salvaged: boolean;
  /** The offset of the data, if already known. */
  readonly dataStart?: number;
};

export type Directory = {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** Bytes before the archive that its own offsets do not count. */
  readonly shift: number;
};

const CENTRAL = 0x02014b50;
const MAX_TAIL = 4 * 1024 * 1024;
/** End records tried: a file full of them must not cost a read each. */
const MAX_TRIES = 64;
const USUAL_TAIL = 128 * 1024;
const WINDOW = 256 * 1024;
const MAX_RECORD = 46 + 3 * 0xffff;

/** Finds the directory; undefined without one that is usable. */
export async function findDirectory(access: RandomAccess): Promise<Directory | undefined> {
  for (const tailBytes of [USUAL_TAIL, MAX_TAIL]) {
    const start = Math.max(0, access.size - tailBytes);
    const tail = await access.read(start, access.size - start);
    let tries = MAX_TRIES;
    for (let at = tail.lastIndexOf('PK\x05\x06', -22, 'latin1'); at >= 0 && tries > 0; tries--) {
      const found = await directoryAt(access, tail.subarray(at), start + at);
      if (found) return found;
      at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1, 'latin1');
    }
    if (start === 0) break;
  }
  return undefined;
}

async function directoryAt(access: RandomAccess, record: Buffer, at: number): Promise<Directory | undefined> {
  if (record.length < 22) return undefined;
  const zip64 = await readZip64(access, at);
  const count = zip64?.count ?? record.readUInt16LE(10);
  const size = zip64?.size ?? record.readUInt32LE(12);
  const declared = zip64?.offset ?? record.readUInt32LE(16);
  const end = zip64?.at ?? at;
  if (count === 0 && size === 0) return { start: end, end, count: 0, shift: 0 };
  // First the position that its size implies, then its offset.
  for (const start of [end - size, declared]) {
    if (start < 0 || start + 46 > access.size) continue;
    const signature = await access.read(start, 4);
    if (signature.length === 4 && signature.readUInt32LE(0) === CENTRAL) {
      return { start, end, count, shift: start - declared };
    }
  }
  return undefined;
}

async function readZip64(access: RandomAccess, at: number) {
  if (at < 20) return undefined;
  const locator = await access.read(at - 20, 20);
  if (locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  for (const position of [Number(locator.readBigUInt64LE(8)), at - 20 - 56]) {
    if (position < 0 || position + 56 > access.size) continue;
    const record = await access.read(position, 56);
    if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) continue;
    const field = (offset: number): number => Number(record.readBigUInt64LE(offset));
    return { at: position, count: field(32), size: field(40), offset: field(48) };
  }
  return undefined;
}

/** Yields the entries; `state.damaged` is set when the directory ends before its count does. */
export async function* readDirectory(
  access: RandomAccess,
  directory: Directory,
  state: { damaged: boolean },
): AsyncGenerator<ZipEntry> {
  let window: Buffer = Buffer.alloc(0);
  let windowStart = directory.start;
  let at = directory.start;
  if (at === directory.end) return;
  // 16-bit counts wrap beyond 65,535 entries in archives without zip64, so the records themselves decide.
  for (let n = 0; at + 46 <= access.size; n++) {
    if (at - windowStart + MAX_RECORD > window.length && windowStart + window.length < access.size) {
      window = await access.read(at, WINDOW + MAX_RECORD);
      windowStart = at;
    }
    const record = window.subarray(at - windowStart);
    if (record.length < 46 || record.readUInt32LE(0) !== CENTRAL) {
      state.damaged = n < directory.count;
      return;
    }
    const length = 46 + record.readUInt16LE(28) + record.readUInt16LE(30) + record.readUInt16LE(32);
    if (record.length < length) break;
    yield parseRecord(record.subarray(0, length), directory.shift);
    at += length;
    if (n + 1 === directory.count && at >= directory.end) return;
  }
  state.damaged = true;
}

function parseRecord(record: Buffer, shift: number): ZipEntry {
  const flags = record.readUInt16LE(8);
  const nameEnd = 46 + record.readUInt16LE(28);
  const extra = record.subarray(nameEnd, nameEnd + record.readUInt16LE(30));
  const name = decodeName(record.subarray(46, nameEnd), flags, extra);
  const sizes = zip64Sizes(extra, {
    size: record.readUInt32LE(24),
    compressedSize: record.readUInt32LE(20),
    offset: record.readUInt32LE(42),
  });
  const isDosFolder = (record[5] === 0 || record[5] === 11) && ((record[38] as number) & 0x10) !== 0;
  return {
    name,
    method: realMethod(record.readUInt16LE(10), extra),
    encrypted: (flags & 1) !== 0,
    crc: record.readUInt32LE(16),
    ...sizes,
    offset: sizes.offset + shift,
    directory: name.endsWith('/') || (isDosFolder && sizes.compressedSize === 0),
    salvaged: false,
  };
}

/** AES members (method 99) keep their method in an extra field; readers need 99. */
export function realMethod(method: number, extra: Buffer): number {
  return extraField(extra, 0x9901) ? 99 : method;
}

/** Replaces 32-bit fields that overflowed by those of the zip64 extra field, in its fixed order. */
export function zip64Sizes<T extends { size: number; compressedSize: number; offset: number }>(
  extra: Buffer,
  sizes: T,
): T {
  const field = extraField(extra, 1);
  if (!field) return sizes;
  const out = { ...sizes };
  let at = 0;
  for (const key of ['size', 'compressedSize', 'offset'] as const) {
    if (out[key] !== 0xffffffff || at + 8 > field.length) continue;
    out[key] = Number(field.readBigUInt64LE(at));
    at += 8;
  }
  return out;
}
