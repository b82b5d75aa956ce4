/**
 * Finds zip members by their local headers if the central directory is missing or broken. Sizes missing in the header
 * come from the data descriptor, which is valid if its size equals the distance.
 */
import type { RandomAccess } from '../../core/content.js';
import { decodeName } from '../bytes/zip-name.js';
import { realMethod, type ZipEntry, zip64Sizes } from './zip-directory.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const DESCRIPTOR = 0x08074b50;
const FIRST_WINDOW = 4 * 1024;
const LAST_WINDOW = 1024 * 1024;

/** Yields members from offset `from`. A truncated last member extends to the end. */
export async function* salvage(access: RandomAccess, from: number): AsyncGenerator<ZipEntry> {
  let at = from;
  while (at < access.size) {
    const found = await nextSignature(access, at, [LOCAL]);
    if (found === undefined) return;
    const entry = await localEntry(access, found);
    if (entry) yield entry;
    at = entry ? Math.max(found + 30, (entry.dataStart as number) + entry.compressedSize) : found + 4;
  }
}

async function localEntry(access: RandomAccess, offset: number): Promise<ZipEntry | undefined> {
  const fixedPart = await access.read(offset, 30);
  if (fixedPart.length < 30) return undefined;
  const header = await access.read(offset, 30 + fixedPart.readUInt16LE(26) + fixedPart.readUInt16LE(28));
  if ((header[4] as number) >= 100 || header.readUInt16LE(8) >= 100) return undefined;
  const flags = header.readUInt16LE(6);
  const nameEnd = 30 + header.readUInt16LE(26);
  const length = nameEnd + header.readUInt16LE(28);
  if (nameEnd === 30 || header.length < length) return undefined;
  const extra = header.subarray(nameEnd, length);
  const dataStart = offset + length;
  const sizes = zip64Sizes(extra, {
    size: header.readUInt32LE(22),
    compressedSize: header.readUInt32LE(18),
    offset,
  });
  const isOpen = (flags & 8) !== 0 && sizes.compressedSize === 0;
  const found = isOpen ? await byDescriptor(access, dataStart) : { ...sizes, crc: header.readUInt32LE(14) };
  const name = decodeName(header.subarray(30, nameEnd), flags, extra);
  return {
    name,
    method: realMethod(header.readUInt16LE(8), extra),
    encrypted: (flags & 1) !== 0,
    crc: found.crc,
    size: found.size,
    compressedSize: Math.min(found.compressedSize, access.size - dataStart),
    offset,
    directory: name.endsWith('/'),
    salvaged: true,
    dataStart,
  };
}

type Found = { crc: number; size: number; compressedSize: number };

/** Finds the descriptor whose compressed size equals its own distance from the data's start. */
async function byDescriptor(access: RandomAccess, dataStart: number): Promise<Found> {
  for (let at = dataStart; ; at += 4) {
    const position = await nextSignature(access, at, [DESCRIPTOR, LOCAL, CENTRAL]);
    if (position === undefined) return { crc: 0, size: 0, compressedSize: access.size - dataStart };
    at = position;
    const distance = position - dataStart;
    const around = await access.read(Math.max(0, position - 24), 48);
    const middle = position - Math.max(0, position - 24);
    if (around.readUInt32LE(middle) === DESCRIPTOR) {
      const proved = around.length >= middle + 16 && descriptorAt(around.subarray(middle + 4), distance);
      if (proved) return proved;
      continue;
    }
    const bare = descriptorBefore(around, middle, distance);
    if (bare) return bare;
    // The next header follows: the data is everything before it.
    if (await isHeader(access, position)) return { crc: 0, size: 0, compressedSize: distance };
  }
}

function descriptorAt(record: Buffer, distance: number): Found | undefined {
  if (record.readUInt32LE(4) === distance % 2 ** 32) {
    const isWide = record.length >= 20 && record.readBigUInt64LE(4) === BigInt(distance);
    const size = isWide ? Number(record.readBigUInt64LE(12)) : record.readUInt32LE(8);
    return { crc: record.readUInt32LE(0), size, compressedSize: distance };
  }
  return undefined;
}

/** A descriptor without its optional signature, right before the next header. */
function descriptorBefore(around: Buffer, middle: number, distance: number): Found | undefined {
  if (distance >= 12 && middle >= 12 && around.readUInt32LE(middle - 8) === distance - 12) {
    return {
      crc: around.readUInt32LE(middle - 12),
      size: around.readUInt32LE(middle - 4),
      compressedSize: distance - 12,
    };
  }
  return undefined;
}

async function isHeader(access: RandomAccess, position: number): Promise<boolean> {
  const header = await access.read(position, 46);
  if (header.length < 30) return false;
  return (
    (header[4] as number) < 100 && header.readUInt16LE(header.readUInt32LE(0) === CENTRAL ? 10 : 8) < 100
  );
}

/** Position of the next of these `PK..` signatures at or after `from`. */
async function nextSignature(
  access: RandomAccess,
  from: number,
  wanted: readonly number[],
): Promise<number | undefined> {
  let size = FIRST_WINDOW;
  for (let start = from; start < access.size; start += size, size = Math.min(LAST_WINDOW, 2 * size)) {
    const window = await access.read(start, size + 3);
    for (let at = window.indexOf('PK', 0, 'latin1'); at >= 0; at = window.indexOf('PK', at + 2, 'latin1')) {
      if (at < size && at + 4 <= window.length && wanted.includes(window.readUInt32LE(at))) return start + at;
    }
  }
  return undefined;
}
