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

/** Throws the errno of the folder itself. `pace` decides whether it blocks. */
export async function listFolder(folder: string, pace: BlockingCalls): Promise<FolderEntry[]> {
  // Loaded where a folder is listed: single files, buckets and stdin start without it.
  const { default: glob } = await import('fast-glob');
  const adapter = new NameAdapter();
  const options = { ...ONE_LEVEL, cwd: folder, fs: adapter.methods };
  const listed = pace.blocks()
    ? pace.timed(() => glob.globSync('*', options))
    : await glob.glob('*', options);
  if (adapter.error) throw adapter.error;
  // A name that a glob does not match must never vanish from a listing without a word.
  if (listed.length !== adapter.count) throw new Error('listing lost a name');
  const entries = (listed as readonly unknown[] as fastGlob.Entry[]).map(({ name, dirent }) => ({
    name,
    kind: kindOf(dirent),
  }));
  return entries.sort((a, b) => compareNames(sortName(a), sortName(b)));
}

/** `*` rather than `**`: micromatch's globstar does not match names with a newline. */
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

/** latin1 keeps one character a byte: the only encoding besides `buffer` that loses nothing. */
const AS_BYTES = { encoding: 'latin1', withFileTypes: true } as const;

/** fast-glob's view of the file system. Keeps the error that fast-glob would swallow. */
class NameAdapter {
  error: unknown;
  count = 0;

  readonly methods = {
    readdir: (path: string, _options: unknown, callback: ReaddirCallback) => {
      fs.readdir(fsPath(path), AS_BYTES, (error, entries) => {
        if (error) this.error = error;
        else this.#decode(entries);
        callback(error, entries);
      });
    },
    readdirSync: (path: string) => {
      try {
        return this.#decode(fs.readdirSync(fsPath(path), AS_BYTES));
      } catch (error) {
        this.error = error;
        throw error;
      }
    },
  } as unknown as fastGlob.FileSystemAdapter;

  #decode(entries: Dirent[]): Dirent[] {
    this.count = entries.length;
    for (const entry of entries) entry.name = decodeLatin1(entry.name);
    return entries;
  }
}
