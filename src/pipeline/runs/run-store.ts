/**
 * How the files of a run are read, wherever they lie: by size and by range, so that nobody needs more of them
 * than he asks for. Paths are those of the run folder.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteRange } from '../../core/range.js';

export interface RunFiles {
  /** Undefined where the file is not there. */
  size(path: string): Promise<number | undefined>;
  /** Throws where the file is not there. */
  read(path: string, range: ByteRange): AsyncIterable<Buffer>;
  /** Makes it a file of this machine, if it is there at all. */
  bring(path: string): Promise<void>;
}

const READ_BYTES = 256 * 1024;

export const LOCAL_FILES: RunFiles = {
  async size(path) {
    return (await stat(path).catch(() => undefined))?.size;
  },
  async *read(path, { start, end }) {
    if (end > start) yield* createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES });
  },
  bring: async () => {},
};

/** A range of a file at once. */
export async function readRange(files: RunFiles, path: string, range: ByteRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of files.read(path, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
