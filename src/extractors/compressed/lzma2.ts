/** LZMA2: chunks of LZMA or stored bytes, as in xz. Leaves the reader after the end mark. */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { LzmaDecoder, lzmaProperties } from './lzma.js';

const SLICE = 256 * 1024;
const corrupt = () => new LeaksiftError('corrupt', 'lzma2 chunk is damaged');

export async function* decodeLzma2(reader: ByteReader, dictionaryBytes: number): AsyncGenerator<Buffer> {
  const decoder = new LzmaDecoder(dictionaryBytes);
  let isStarted = false;
  for (;;) {
    const control = (await reader.exactly(1))[0] as number;
    if (control === 0) return;
    if (control === 1 || control >= 0xe0) {
      decoder.window.reset();
      isStarted = true;
    }
    if (!isStarted || (control > 2 && control < 0x80)) throw corrupt();
    if (control < 0x80) {
      decoder.window.append(await reader.exactly((await reader.exactly(2)).readUInt16BE(0) + 1));
      yield decoder.window.take();
    } else {
      yield* compressedChunk(reader, decoder, control);
    }
  }
}

async function* compressedChunk(
  reader: ByteReader,
  decoder: LzmaDecoder,
  control: number,
): AsyncGenerator<Buffer> {
  const sizes = await reader.exactly(4);
  let left = (control & 0x1f) * 65_536 + sizes.readUInt16BE(0) + 1;
  if (control >= 0xc0) {
    const properties = lzmaProperties((await reader.exactly(1))[0] as number);
    if (properties.lc + properties.lp > 4) throw corrupt();
    decoder.setProperties(properties);
  } else if (control >= 0xa0) {
    decoder.resetState();
  }
  if (!decoder.hasProperties) throw corrupt();
  const packed = await reader.read(sizes.readUInt16BE(2) + 1);
  decoder.range.feed(packed);
  decoder.range.start();
  try {
    while (left > 0) {
      left -= decoder.decode(Math.min(left, SLICE), 0);
      if (decoder.ended) throw corrupt();
      yield decoder.window.take();
    }
  } catch (error) {
    // What a truncated or damaged chunk decoded before its fault.
    yield decoder.window.take();
    throw error;
  }
}
