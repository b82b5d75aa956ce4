/**
 * Holes of sparse files: bytes that a file counts and no disk holds. Reading them is fast, endless, and finds
 * nothing, so they buy no time and are not cut into ranges.
 */
import { stat } from 'node:fs/promises';

/** stat(2) counts blocks of this size, whatever those of the file system are. */
const BLOCK_BYTES = 512;
/** Compressing file systems store texts in less than their size too, by far less often than by this factor. */
const SPARSE_RATIO = 32;
const ZEROS = Buffer.alloc(256 * 1024);

/** True for bytes that are all zero. Ends at the first other one. */
export function isHole(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (ZEROS.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}

/** Bytes that the file system holds of a file, at most its size. Its size where the file system does not say. */
export async function storedBytes(path: string | Buffer): Promise<number> {
  const { size, blocks } = await stat(path);
  // A file whose head was read holds a block at least: some network file systems always say 0.
  return blocks === 0 ? size : Math.min(size, blocks * BLOCK_BYTES);
}

/** True where nearly all of a file is holes. */
export async function isSparse(path: string | Buffer): Promise<boolean> {
  const { size } = await stat(path);
  return (await storedBytes(path)) < size / SPARSE_RATIO;
}
