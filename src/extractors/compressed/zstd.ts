/**
 * Zstandard: frames and skippable frames in any order. Splits frames into blocks, so that each step yields at most
 * 128 KiB and a cut loses only the last block. Rejects dictionaries and windows beyond the 128 MiB that zstd accepts
 * by default. Content checksums are not verified.
 */
import { Decompress } from 'fzstd';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { type Decode, singleStream } from './single-stream.js';

const MAGIC = 0xfd2fb528;
const MAX_WINDOW = 128 * 1024 * 1024;
const MAX_BLOCK = 128 * 1024;
const RAW = 0;
const RLE = 1;
const RESERVED = 3;

export const decodeZstd: Decode = async function* (reader, notes) {
  for (let isFirst = true; ; isFirst = false) {
    const magic = await reader.read(4);
    if (magic.length === 4 && (magic.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50) {
      await reader.skip((await reader.exactly(4)).readUInt32LE(0));
    } else if (magic.length === 4 && magic.readUInt32LE(0) === MAGIC) {
      yield* decodeFrame(reader, magic);
    } else {
      if (isFirst) throw new LeaksiftError('corrupt', 'no zstd frame');
      if (magic.some((byte) => byte !== 0)) notes.partial('trailing-bytes');
      return;
    }
  }
};

async function* decodeFrame(reader: ByteReader, magic: Buffer): AsyncGenerator<Uint8Array> {
  const header = await readFrameHeader(reader);
  const out: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) out.push(chunk);
  });
  decoder.push(Buffer.concat([magic, header.bytes]));
  for (let isLast = false; !isLast; ) {
    const head = await reader.exactly(3);
    const block = head.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const type = (block >>> 1) & 3;
    const size = block >>> 3;
    if (type === RESERVED || size > MAX_BLOCK) throw new LeaksiftError('corrupt', 'zstd block is damaged');
    const body = await reader.exactly(type === RLE ? 1 : size);
    if (type === RAW && size > header.window) throw new LeaksiftError('corrupt', 'zstd block is damaged');
    decoder.push(Buffer.concat([head, body]));
    yield* out.splice(0);
  }
  decoder.push(header.hasChecksum ? await reader.exactly(4) : Buffer.alloc(0), true);
  yield* out.splice(0);
}

type FrameHeader = { readonly bytes: Buffer; readonly window: number; readonly hasChecksum: boolean };

async function readFrameHeader(reader: ByteReader): Promise<FrameHeader> {
  const descriptor = await reader.exactly(1);
  const flags = descriptor[0] as number;
  const isSingle = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >>> 6] as number;
  const rest = await reader.exactly((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
  const window = isSingle ? frameSize(rest.subarray(dictionaryBytes)) : windowSize(rest[0] as number);
  const dictionary = rest.subarray(isSingle ? 0 : 1).subarray(0, dictionaryBytes);
  if (dictionary.some((byte) => byte !== 0)) {
    throw new LeaksiftError('unsupported-method', 'zstd frame needs a dictionary');
  }
  if (window > MAX_WINDOW) throw new LeaksiftError('limit-memory', 'zstd window is larger than 128 MiB');
  return { bytes: Buffer.concat([descriptor, rest]), window, hasChecksum: (flags & 4) !== 0 };
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}

function frameSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

export const zstd = singleStream({
  suffixes: { '.zst': '', '.zstd': '', '.tzst': '.tar' },
  decode: decodeZstd,
});
