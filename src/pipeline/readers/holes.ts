/**
 * Finds holes of sparse files: bytes that count in a file's size but take no disk. Reading them is fast, practically
 * endless, and finds nothing, so they do not extend the time limit and are not cut into ranges.
 */
import { stat } from 'node:fs/promises';

/** stat(2) counts blocks of this size on every file system. */
const BLOCK_BYTES = 512;
/** Compressing file systems also store texts in fewer bytes, but by far less than this factor. */
const SPARSE_RATIO = 32;
const ZEROS = Buffer.alloc(256 * 1024);

/** True if all bytes are zero. Stops at the first other one. */
export function isHole(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (ZEROS.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}

/** Bytes that the file system stores of a file, at most its size. Its size if the file system does not report them. */
export async function storedBytes(path: string | Buffer): Promise<number> {
  const { size, blocks } = await stat(path);
  // A file with readable content has at least one block: some network file systems always report 0.
  return blocks === 0 ? size : Math.min(size, blocks * BLOCK_BYTES);
}

/** True if nearly all of a file is holes. */
export async function isSparse(path: string | Buffer): Promise<boolean> {
  const { size } = await stat(path);
  return (await storedBytes(path)) < size / SPARSE_RATIO;
}
