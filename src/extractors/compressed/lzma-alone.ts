/**
 * The two containers of a bare LZMA stream: .lzma (LZMA alone) and lzip. Input: a byte stream; output: decoded bytes.
 * Written here because 7-Zip needs a seekable file (docs/decisions/011).
 */
import { crc32 } from 'node:zlib';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { LzmaDecoder, lzmaProperties } from './lzma.js';
import { type Decode, singleStream } from './single-stream.js';

const INPUT = 64 * 1024;
const SLICE = 256 * 1024;
/** No symbol takes more bytes. */
const LONGEST_SYMBOL = 24;

/** Decodes up to `size` bytes or the end mark; leaves the reader after the bytes that the decoder consumed. */
async function* decodeStream(reader: ByteReader, decoder: LzmaDecoder, size: number): AsyncGenerator<Buffer> {
  const { range, window } = decoder;
  let isLast = false;
  try {
    for (let isStarted = false, left = size; left > 0 && !decoder.ended; ) {
      if (!isLast && range.left < LONGEST_SYMBOL) {
        const more = await reader.read(INPUT);
        isLast = more.length < INPUT;
        range.feed(Buffer.concat([range.rest(), more]));
        if (!isStarted) range.start();
        isStarted = true;
      }
      left -= decoder.decode(Math.min(left, SLICE), isLast ? 0 : LONGEST_SYMBOL);
      const bytes = window.take();
      if (bytes.length > 0) yield bytes;
    }
  } catch (error) {
    yield window.take();
    throw error;
  }
  reader.unread(Buffer.from(range.rest()));
}

export const decodeLzmaAlone: Decode = async function* (reader) {
  const header = await reader.exactly(13);
  const decoder = new LzmaDecoder(header.readUInt32LE(1));
  decoder.setProperties(lzmaProperties(header[0] as number));
  const size = header.readBigUInt64LE(5);
  yield* decodeStream(
    reader,
    decoder,
    size === 0xffff_ffff_ffff_ffffn ? Number.POSITIVE_INFINITY : Number(size),
  );
};

export const decodeLzip: Decode = async function* (reader, notes) {
  for (let isFirst = true; ; isFirst = false) {
    const header = await reader.read(6);
    if (header.toString('latin1', 0, 4) !== 'LZIP' || header.length < 6) {
      if (isFirst) throw new LeaksiftError('corrupt', 'lzip header expected');
      if (header.some((byte) => byte !== 0)) notes.partial('trailing-bytes');
      return;
    }
    const coded = header[5] as number;
    const base = 2 ** (coded & 31);
    const decoder = new LzmaDecoder(base - (base / 16) * (coded >>> 5));
    decoder.setProperties({ lc: 3, lp: 0, pb: 2 });
    let crc = 0;
    for await (const chunk of decodeStream(reader, decoder, Number.POSITIVE_INFINITY)) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
    const trailer = await reader.exactly(header[4] === 0 ? 12 : 20);
    if (trailer.readUInt32LE(0) !== crc) throw new LeaksiftError('corrupt', 'lzip checksum does not match');
  }
};

export const lzma = singleStream({
  suffixes: { '.lzma': '', '.tlz': '.tar' },
  decode: decodeLzmaAlone,
});

export const lzip = singleStream({
  suffixes: { '.lz': '', '.tlz': '.tar' },
  decode: decodeLzip,
});
