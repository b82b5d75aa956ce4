/**
 * One folder's entries, listed by fast-glob through an adapter that reads names as bytes. Entries come
 * sorted by bytes as S3 sorts keys: a folder `a` counts as `a/`. Memory is that of this one folder.
 */
import fs, { type Dirent } from 'node:fs';
import type fastGlob from 'fast-glob';
import type { BlockingCalls } from './blocking-calls.js';
import { compareNames, decodeLatin1, fsPath } from './local-path.js';

export type EntryKind = 'file' | 'folder' | 'symlink' | 'other';
export type FolderEntry = { readonly name: string; readonly kind: EntryKind };

/** Throws the errno of the folder itself. `calls` decides whether it blocks. */
export async function listFolder(folder: string, calls: BlockingCalls): Promise<FolderEntry[]> {
  // Loaded for the first folder: single files, buckets and stdin start without it.
  const { default: glob } = await import('fast-glob');
  const adapter = new NameAdapter();
  const options = { ...ONE_LEVEL, cwd: folder, fs: adapter.methods };
  const listed = calls.blocks()
    ? calls.timed(() => glob.globSync('*', options))
    : await glob.glob('*', options);
  if (adapter.error) throw adapter.error;
  const entries = (listed as readonly unknown[] as fastGlob.Entry[]).map(({ name, dirent }) => ({
    name: adapter.names[Number(name)] as string,
    kind: kindOf(dirent),
  }));
  // A name must never disappear from a listing silently.
  if (entries.length !== adapter.names.length) throw new Error('listing lost a name');
  return entries.sort((a, b) => compareNames(sortName(a), sortName(b)));
}

const ONE_LEVEL = {
  deep: 1,
  dot: true,
  objectMode: true,
  onlyFiles: false,
  followSymbolicLinks: false,
  unique: false,
  suppressErrors: true,
  concurrency: 1,
} as const;

function sortName(entry: FolderEntry): string {
  return entry.kind === 'folder' ? `${entry.name}/` : entry.name;
}

export function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

type ReaddirCallback = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

/** latin1 maps one character to one byte: the only encoding besides `buffer` that loses nothing. */
const AS_BYTES = { encoding: 'latin1', withFileTypes: true } as const;

/**
 * fast-glob's view of the file system. Keeps the error that fast-glob would swallow, and passes on the number of each
 * name instead of the name: no pattern matches every name that a disk can hold (`\r.txt`).
 */
class NameAdapter {
  error: unknown;
  names: string[] = [];

  readonly methods = {
    readdir: (path: string, _options: unknown, callback: ReaddirCallback) => {
      fs.readdir(fsPath(path), AS_BYTES, (error, entries) => {
        if (error) this.error = error;
        else this.#number(entries);
        callback(error, entries);
      });
    },
    readdirSync: (path: string) => {
      try {
        return this.#number(fs.readdirSync(fsPath(path), AS_BYTES));
      } catch (error) {
        this.error = error;
        throw error;
      }
    },
  } as unknown as fastGlob.FileSystemAdapter;

  #number(entries: Dirent[]): Dirent[] {
    this.names = entries.map(({ name }) => decodeLatin1(name));
    for (const [number, entry] of entries.entries()) entry.name = String(number);
    return entries;
  }
}
