/** Decodes one LZ4 block. Throws `corrupt` on references outside the given bytes. */
import { LeaksiftError } from '../../core/errors.js';

/** Up to this length a loop is faster than a call. */
const SHORT = 24;

const corrupt = () => new LeaksiftError('corrupt', 'lz4 block is damaged');

/**
 * Writes the block's content into `out` from `start` and returns its end. Matches can refer to the `start` bytes
 * before it.
 */
export function decodeLz4Block(block: Buffer, out: Buffer, start: number): number {
  let at = 0;
  let to = start;
  while (at < block.length) {
    const token = block[at++] as number;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (at >= block.length) throw corrupt();
        more = block[at++] as number;
        literals += more;
      }
    }
    if (at + literals > block.length || to + literals > out.length) throw corrupt();
    if (literals > SHORT) {
      block.copy(out, to, at, at + literals);
      at += literals;
      to += literals;
    } else for (const end = at + literals; at < end; ) out[to++] = block[at++] as number;
    if (at === block.length) return to;
    if (at + 2 > block.length) throw corrupt();
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more = 255;
      while (more === 255) {
        if (at >= block.length) throw corrupt();
        more = block[at++] as number;
        length += more;
      }
    }
    if (distance === 0 || distance > to || to + length > out.length) throw corrupt();
    to = copyMatch(out, to, to - distance, length);
  }
  return to;
}

/** A match that overlaps its own output repeats it. Takes four numbers, because it runs per token. */
function copyMatch(out: Buffer, to: number, from: number, length: number): number {
  const end = to + length;
  if (length > SHORT && from + length <= to) out.copyWithin(to, from, from + length);
  else for (let at = to, source = from; at < end; ) out[at++] = out[source++] as number;
  return end;
}
