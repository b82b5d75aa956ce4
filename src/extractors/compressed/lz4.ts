/**
 * LZ4: frames (with their header, block and content checksums), skippable frames and the legacy format, in any order.
 * Blocks are decoded whole; a truncated stream loses the last one. Rejects dictionaries.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { Checksum } from './checksums.js';
import { decodeLz4Block } from './lz4-block.js';
import { type Decode, singleStream } from './single-stream.js';

const FRAME = 0x184d2204;
const LEGACY = 0x184c2102;
const LEGACY_BLOCK = 8 * 1024 * 1024;
const HISTORY = 64 * 1024;
const STORED_BIT = 0x80000000;
/** The header stores bits 8 to 15 of its XXH32. */
const HEADER_CHECK_BYTE = 2;

const corrupt = (what: string) => new LeaksiftError('corrupt', `lz4 ${what}`);

/** `part` for headers and blocks, `whole` for the content. */
type Sums = { readonly part: Checksum; readonly whole: Checksum };

export const decodeLz4: Decode = async function* (reader, notes) {
  const sums = { part: await Checksum.xxh32(), whole: await Checksum.xxh32() };
  for (let isFirst = true; ; isFirst = false) {
    const bytes = await reader.read(4);
    const magic = bytes.length === 4 ? bytes.readUInt32LE(0) : 0;
    if (magic === FRAME) yield* decodeFrame(reader, sums);
    else if (magic === LEGACY) yield* decodeLegacy(reader);
    else if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50)
      await reader.skip((await reader.exactly(4)).readUInt32LE(0));
    else {
      if (isFirst) throw corrupt('frame expected');
      if (bytes.some((byte) => byte !== 0)) notes.partial('trailing-bytes');
      return;
    }
  }
};

type Frame = {
  readonly maxBlock: number;
  readonly isLinked: boolean;
  readonly hasBlockSums: boolean;
  readonly hasContentSum: boolean;
};

async function readHeader(reader: ByteReader, sum: Checksum): Promise<Frame> {
  const descriptor = await reader.exactly(2);
  const [flags, sizes] = descriptor as unknown as [number, number];
  if (flags >>> 6 !== 1) throw corrupt('version is unknown');
  const rest = await reader.exactly((flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0));
  const stored = (await reader.exactly(1))[0];
  if (sum.update(descriptor).update(rest).digest()[HEADER_CHECK_BYTE] !== stored)
    throw corrupt('header checksum does not match');
  if (flags & 1) throw new LeaksiftError('unsupported-method', 'lz4 frame needs a dictionary');
  const code = (sizes >>> 4) & 7;
  if (code < 4) throw corrupt('block size is unknown');
  return {
    maxBlock: 2 ** (8 + 2 * code),
    isLinked: (flags & 0x20) === 0,
    hasBlockSums: (flags & 0x10) !== 0,
    hasContentSum: (flags & 4) !== 0,
  };
}

async function* decodeFrame(reader: ByteReader, { part, whole }: Sums): AsyncGenerator<Buffer> {
  const frame = await readHeader(reader, part);
  let history: Buffer = Buffer.alloc(0);
  for (;;) {
    const size = (await reader.exactly(4)).readUInt32LE(0);
    if (size === 0) break;
    const isStored = (size & STORED_BIT) !== 0;
    const length = (size & ~STORED_BIT) >>> 0;
    if (length > frame.maxBlock) throw corrupt('block is too large');
    const block = await reader.exactly(length);
    if (frame.hasBlockSums && !(await isNext(reader, part.update(block))))
      throw corrupt('block checksum does not match');
    const content = isStored ? block : decodeBehind(history, block, frame.maxBlock);
    if (frame.isLinked) history = lastBytes(history, content);
    if (frame.hasContentSum) whole.update(content);
    yield content;
  }
  if (frame.hasContentSum && !(await isNext(reader, whole))) throw corrupt('content checksum does not match');
}

/** Reads a stored checksum, which is little-endian. */
async function isNext(reader: ByteReader, sum: Checksum): Promise<boolean> {
  return (await reader.exactly(4)).readUInt32LE(0) === sum.digest().readUInt32BE(0);
}

function decodeBehind(history: Buffer, block: Buffer, maxBlock: number): Buffer {
  // A block expands at most 255 times.
  const out = Buffer.allocUnsafe(history.length + Math.min(maxBlock, block.length * 255 + 64));
  history.copy(out);
  return out.subarray(history.length, decodeLz4Block(block, out, history.length));
}

function lastBytes(history: Buffer, content: Buffer): Buffer {
  if (content.length >= HISTORY) return content.subarray(content.length - HISTORY);
  return Buffer.concat([history.subarray(Math.max(0, history.length + content.length - HISTORY)), content]);
}

/** Blocks of 8 MiB, each after its compressed size, until the end or another magic. */
async function* decodeLegacy(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const bytes = await reader.read(4);
    if (bytes.length < 4) {
      if (bytes.length > 0) throw new LeaksiftError('truncated', 'lz4 block ends too early');
      return;
    }
    const size = bytes.readUInt32LE(0);
    if (size === FRAME || size === LEGACY || (size & 0xfffffff0) >>> 0 === 0x184d2a50)
      return reader.unread(bytes);
    if (size > LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16) throw corrupt('block is too large');
    yield decodeBehind(Buffer.alloc(0), await reader.exactly(size), LEGACY_BLOCK);
  }
}

export const lz4 = singleStream({
  suffixes: { '.lz4': '', '.tlz4': '.tar' },
  decode: decodeLz4,
});
