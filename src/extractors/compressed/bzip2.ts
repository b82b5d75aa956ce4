/**
 * bzip2: one or more concatenated streams. Input: a byte stream; output: decoded bytes, one block at a time. A
 * truncated stream loses its last block. Written here because libraries lack streaming or speed (docs/decisions/011).
 */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { BitInput } from './bit-input.js';
import { decodeBlock } from './bzip2-block.js';
import { type Decode, singleStream } from './single-stream.js';

/** 900,000 symbols of at most 20 bits, and the tables: no block is longer. */
const LONGEST_BLOCK = 2_400_000;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;

export const decodeBzip2: Decode = async function* (reader, notes) {
  for (let isFirst = true; ; isFirst = false) {
    const header = await reader.read(4);
    const level = (header[3] ?? 0) - 0x30;
    if (header.toString('latin1', 0, 3) !== 'BZh' || level < 1 || level > 9) {
      if (isFirst) throw new LeaksiftError('corrupt', 'no bzip2 header');
      if (header.some((byte) => byte !== 0)) notes.partial('trailing-bytes');
      return;
    }
    yield* decodeStream(reader, new Uint32Array(level * 100_000));
  }
};

async function* decodeStream(reader: ByteReader, work: Uint32Array): AsyncGenerator<Buffer> {
  let bitOffset = 0;
  for (;;) {
    const bytes = await reader.read(LONGEST_BLOCK);
    const input = new BitInput(bytes, bitOffset);
    const magic = input.read(24) * 2 ** 24 + input.read(24);
    if (magic === END_MAGIC) {
      input.read(16);
      input.read(16);
      reader.unread(bytes.subarray(Math.ceil(input.position / 8)));
      return;
    }
    if (magic !== BLOCK_MAGIC) throw new LeaksiftError('corrupt', 'bzip2 block expected');
    const block = decodeBlock(input, work);
    const first = block.next();
    // All bits of a block are read before its first byte is output.
    const used = input.position;
    reader.unread(bytes.subarray(used >>> 3));
    bitOffset = used & 7;
    if (!first.done) yield first.value;
    yield* block;
  }
}

export const bzip2 = singleStream({
  suffixes: { '.bz2': '', '.bz': '', '.tbz2': '.tar', '.tbz': '.tar', '.tb2': '.tar' },
  decode: decodeBzip2,
});
