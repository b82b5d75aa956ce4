/**
 * What a scanning thread or process may do besides computing: write its shard files and private folders, start
 * tesseract with `--ocr`, and connect to the storage of its items.
 */
import { dirname, resolve } from 'node:path';
import { guardThread } from '../../core/guard.js';
import type { Settings } from '../../core/settings.js';
import type { Shard } from '../../core/shard.js';
import { needsCredentialProgram } from '../../sources/s3-credentials.js';
import type { Readers } from '../readers/readers.js';

export type WorkerGuard = {
  /** Allows what scanning this shard into the file at `path` needs. */
  allow(task: { readonly shard: Shard; readonly path: string }, readers: Readers): void;
};

/** Guards this thread permanently. Call it before reading anything. */
export function guardWorker({ extract }: Settings, extraFiles: readonly string[] = []): WorkerGuard {
  const outputs = new Set<string>();
  const files = new Set(extraFiles.map((file) => resolve(file)));
  let usesStorage = false;
  let startsProgram = false;
  guardThread({
    mayWrite: (file) => files.has(file) || outputs.has(dirname(file)),
    mayStart: (program) => (extract.ocr && program === 'tesseract') || startsProgram,
    mayConnect: () => usesStorage,
  });
  return {
    allow({ shard, path }, { sources }) {
      outputs.add(dirname(resolve(path)));
      if (usesStorage || !shard.items.some((item) => sources.traitsOf(item).usesNetwork)) return;
      usesStorage = true;
      startsProgram = needsCredentialProgram();
    },
  };
}
