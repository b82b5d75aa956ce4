/**
 * Finds the blocks of an Outlook store by their trailers, for stores whose block tree is truncated or overwritten.
 * Input: the file; output: positions of blocks. False positives are rare, because the trailer's signature must fit
 * its position and id.
 */
import type { RandomAccess } from '../../core/content.js';
import { type PstFormat, readId } from './pst-format.js';

const CHUNK_BYTES = 1 << 20;
const MAX_BLOCK_BYTES = 65_536;

export type CarvedBlock = { readonly id: number; readonly at: number; readonly size: number };

export async function* carvedBlocks(
  access: RandomAccess,
  format: PstFormat,
  check: () => void,
): AsyncGenerator<CarvedBlock> {
  const { blockAlign, trailerBytes } = format;
  for (let from = 0; from < access.size; from += CHUNK_BYTES) {
    check();
    const bytes = await access.read(from, CHUNK_BYTES);
    for (let end = blockAlign; end <= bytes.length; end += blockAlign) {
      const block = blockEndingAt(bytes.subarray(end - trailerBytes, end), from + end, format);
      if (block) yield block;
    }
  }
}

function blockEndingAt(trailer: Buffer, end: number, format: PstFormat): CarvedBlock | undefined {
  const size = trailer.readUInt16LE(0);
  const id = readId(trailer, format.idBytes === 8 ? 8 : 4, format);
  if (size === 0 || size > MAX_BLOCK_BYTES || id === 0 || id > Number.MAX_SAFE_INTEGER) return undefined;
  const { blockAlign, trailerBytes } = format;
  const at = end - Math.ceil((size + trailerBytes) / blockAlign) * blockAlign;
  // Over the low 32 bits of both, as the format defines it.
  const mixed = (low(at) ^ low(id)) >>> 0;
  const isFit = trailer.readUInt16LE(2) === (((mixed >>> 16) ^ mixed) & 0xffff);
  return at > 0 && isFit ? { id, at, size } : undefined;
}

function low(value: number): number {
  return (value % 2 ** 32) | 0;
}
