/** Seekable bytes with one window of read-ahead, for readers that request many small neighbouring ranges. */
import type { RandomAccess } from '../../core/content.js';

const WINDOW = 512 * 1024;

/** Buffers it returns stay valid: windows are replaced, never overwritten. */
export function readAhead(access: RandomAccess): RandomAccess {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return {
    size: access.size,
    path: access.path,
    async read(offset, length) {
      if (length >= WINDOW) return access.read(offset, length);
      const end = Math.min(offset + length, access.size);
      const isInside = offset >= start && end <= start + window.length;
      if (!isInside) {
        window = await access.read(offset, WINDOW);
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
    close: () => access.close(),
  };
}
