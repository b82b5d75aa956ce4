/**
 * xz: streams of LZMA2 blocks, with the delta filter and padding between streams. Verifies block checks. Rejects the
 * filters for machine code. Format: tukaani.org/xz/xz-file-format.txt. Written here because libraries lack streaming
 * or lose the data before a cut (docs/decisions/011).
 */
import { crc32 } from 'node:zlib';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { decodeLzma2 } from './lzma2.js';
import { type Decode, singleStream } from './single-stream.js';
import { CHECK_SIZES, newCheck } from './xz-check.js';

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
const DELTA = 3;
const LZMA2 = 0x21;

const corrupt = (what: string) => new LeaksiftError('corrupt', `xz ${what}`);

export const decodeXz: Decode = async function* (reader, notes) {
  for (let isFirst = true; ; isFirst = false) {
    let header = await reader.read(12);
    // Padding between streams is a multiple of four bytes.
    while (!isFirst && header.length >= 4 && header.readUInt32LE(0) === 0) {
      header = Buffer.concat([header.subarray(4), await reader.read(4)]);
    }
    if (header.length < 12 || !header.subarray(0, 6).equals(MAGIC)) {
      if (isFirst)
        throw header.length < 12
          ? new LeaksiftError('truncated', 'xz header ends too early')
          : corrupt('header expected');
      if (header.some((byte) => byte !== 0)) notes.partial('trailing-bytes');
      return;
    }
    if (crc32(header.subarray(6, 8)) !== header.readUInt32LE(8)) throw corrupt('header is damaged');
    yield* decodeStream(reader, (header[7] as number) & 15);
  }
};

async function* decodeStream(reader: ByteReader, checkType: number): AsyncGenerator<Buffer> {
  for (;;) {
    const start = reader.position;
    const size = (await reader.exactly(1))[0] as number;
    if (size === 0) return skipIndex(reader, start);
    const header = await reader.exactly((size + 1) * 4 - 1);
    const filters = blockFilters(header, size);
    const check = await newCheck(checkType);
    for await (const chunk of filters(reader)) {
      check.update(chunk);
      yield chunk;
    }
    await reader.exactly((4 - ((reader.position - start) & 3)) & 3);
    const stored = await reader.exactly(CHECK_SIZES[checkType] as number);
    if (!check.matches(stored)) throw corrupt('checksum does not match');
  }
}

type Filters = (reader: ByteReader) => AsyncIterable<Buffer>;

function blockFilters(header: Buffer, size: number): Filters {
  const end = header.length - 4;
  if (crc32(header.subarray(0, end), crc32(Buffer.from([size]))) !== header.readUInt32LE(end)) {
    throw corrupt('block header is damaged');
  }
  const flags = header[0] as number;
  const cursor = { bytes: header.subarray(0, end), at: 1 };
  if (flags & 0x40) readVli(cursor);
  if (flags & 0x80) readVli(cursor);
  let dictionary = 0;
  const distances: number[] = [];
  for (let i = 0; i <= (flags & 3); i++) {
    const id = readVli(cursor);
    const length = readVli(cursor);
    const property = cursor.bytes[cursor.at] ?? 0;
    cursor.at += length;
    if (id === DELTA) distances.push(property + 1);
    else if (id === LZMA2 && property <= 40) dictionary = dictionarySize(property);
    else throw new LeaksiftError('unsupported-method', 'xz filter for machine code');
  }
  if (dictionary === 0) throw corrupt('block header is damaged');
  return (reader) => distances.reduceRight<AsyncIterable<Buffer>>(undoDelta, decodeLzma2(reader, dictionary));
}

function dictionarySize(property: number): number {
  return property === 40 ? 0xffffffff : (2 | (property & 1)) * 2 ** ((property >>> 1) + 11);
}

async function* undoDelta(chunks: AsyncIterable<Buffer>, distance: number): AsyncGenerator<Buffer> {
  const history = new Uint8Array(distance);
  let at = 0;
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) {
      const byte = ((chunk[i] as number) + (history[at] as number)) & 0xff;
      history[at] = chunk[i] = byte;
      at = at + 1 === distance ? 0 : at + 1;
    }
    yield chunk;
  }
}

function readVli(cursor: { bytes: Buffer; at: number }): number {
  let value = 0;
  for (let shift = 0; shift < 63; shift += 7) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw corrupt('block header is damaged');
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw corrupt('block header is damaged');
}

/** The index and the stream footer repeat what the blocks said. */
async function skipIndex(reader: ByteReader, start: number): Promise<void> {
  const records = await readStreamVli(reader);
  for (let i = 0; i < 2 * records; i++) await readStreamVli(reader);
  await reader.exactly((4 - ((reader.position - start) & 3)) & 3);
  const footer = await reader.exactly(4 + 12);
  if (footer.toString('latin1', 14) !== 'YZ') throw corrupt('footer is damaged');
}

async function readStreamVli(reader: ByteReader): Promise<number> {
  let value = 0;
  for (let shift = 0; shift < 63; shift += 7) {
    const byte = (await reader.exactly(1))[0] as number;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw corrupt('index is damaged');
}

export const xz = singleStream({
  suffixes: { '.xz': '', '.txz': '.tar' },
  decode: decodeXz,
});
