/**
 * One folder's entries, their names read as bytes and sorted by bytes as S3 sorts keys: a folder `a` counts as
 * `a/`. Memory is that of this one folder.
 */
import fs, { type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { BlockingCalls } from './blocking-calls.js';
import { compareNames, decodeLatin1, fsPath } from './local-path.js';

export type EntryKind = 'file' | 'folder' | 'symlink' | 'other';
export type FolderEntry = { readonly name: string; readonly kind: EntryKind };

/** latin1 keeps one character a byte: the only encoding besides `buffer` that loses nothing. */
const AS_BYTES = { encoding: 'latin1', withFileTypes: true } as const;

/** Throws the errno of the folder itself. `calls` decides whether it blocks. */
export async function listFolder(folder: string, calls: BlockingCalls): Promise<FolderEntry[]> {
  const path = fsPath(folder);
  const listed = calls.blocks()
    ? calls.timed(() => fs.readdirSync(path, AS_BYTES))
    : await readdir(path, AS_BYTES);
  const entries = listed.map((entry) => ({ name: decodeLatin1(entry.name), kind: kindOf(entry) }));
  return entries.sort((a, b) => compareNames(sortName(a), sortName(b)));
}

function sortName(entry: FolderEntry): string {
  return entry.kind === 'folder' ? `${entry.name}/` : entry.name;
}

export function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}
