/**
 * Bytes behind the end of a picture or document, where archives and notes are hidden. What has a known format is a
 * member; anything else is reported as `trailing-bytes`. Padding (zeros, ones, white space) is neither.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { HEAD_BYTES } from '../../core/limits.js';
import type { ByteRange } from '../../core/range.js';
import { MEDIA } from '../bytes/media-types.js';
import { detectType } from '../detect/detect.js';

const NAME = 'trailing-bytes';
const CHUNK_BYTES = 1024 * 1024;
/** Nearly all padding is a line end. */
const FIRST_LOOK_BYTES = 64;
/** Fewer bytes hold no value: line ends of another system, a checksum. */
const MIN_BYTES = 8;
const IS_PADDING = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number([0x00, 0x09, 0x0a, 0x0d, 0x1a, 0x20, 0xff].includes(byte)),
);

/** Pushes what is behind `end`, the length of the content proper in bytes. */
export async function pushTrailing(end: number, out: PartWriter, context: ExtractContext): Promise<void> {
  const access = await context.randomAccess();
  const start = await skipPadding(end, context);
  const size = access.size - start;
  if (size < MIN_BYTES) return;
  const head = await access.read(start, Math.min(HEAD_BYTES, size));
  if ((await detectType(head, { name: NAME, size })) === MEDIA.unknown) {
    out.partial(NAME, `${size} bytes`);
    return;
  }
  context.budget.expand(size);
  async function* open({ start: from, end: to }: ByteRange = { start: 0, end: size }) {
    for (let at = from; at < Math.min(to, size); at += CHUNK_BYTES) {
      yield await access.read(start + at, Math.min(CHUNK_BYTES, Math.min(to, size) - at));
    }
  }
  await out.member(context.child(NAME, open, { size, reopenable: true, hidden: NAME }));
}

/** Offset of the first byte from `end` on that is no padding; the size of the content where there is none. */
export async function skipPadding(end: number, context: ExtractContext): Promise<number> {
  const { size, read } = await context.randomAccess();
  let step = FIRST_LOOK_BYTES;
  for (let at = end; at < size; step = Math.min(2 * step, CHUNK_BYTES)) {
    context.budget.check();
    const bytes = await read(at, Math.min(step, size - at));
    const other = bytes.findIndex((byte) => IS_PADDING[byte] === 0);
    if (other >= 0) return at + other;
    at += step;
  }
  return size;
}
