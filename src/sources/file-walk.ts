/**
 * Walks a folder in the byte order of whole relative names and yields its items. Entries that cannot or may not be
 * read (symlinks, sockets, devices, unreadable folders, files that are too large) are items with a fault. Holds one
 * open listing per level; asks for the sizes of a few files ahead of the consumer.
 */
import fs, { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { codeOf } from '../core/errors.js';
import { escapeName } from '../core/locator.js';
import type { Item, Omitted, SourceContext } from '../core/source.js';
import { BlockingCalls } from './blocking-calls.js';
import { type FolderEntry, kindOf, listFolder } from './folder.js';
import { type NameFilter, nameFilter } from './glob.js';
import { fsPath } from './local-path.js';

/** Concurrent lstat calls: enough to hide a network share's latency, few enough to stop early. */
const AHEAD = 32;
const BIGINT = { bigint: true } as const;

type Walk = {
  readonly context: SourceContext;
  readonly filter: NameFilter;
  /** Timings of calls for one file, and of listings of a folder. */
  readonly pace: BlockingCalls;
  readonly listing: BlockingCalls;
};
type Folder = {
  /** Path in surrogateescape form, and its relative name ('' for the root). */
  readonly path: string;
  readonly name: string;
  /** `dev:ino` of this folder and all above it: a followed link back to one of them is a loop. */
  readonly ancestors: readonly string[];
};
/** An item, a folder to descend into, or what the filters omit. */
type Step = { readonly item?: Item; readonly folder?: Folder; readonly omitted?: Omitted };

/** Throws the errno of the root itself when it cannot be listed. */
export async function* walkFolder(root: string, context: SourceContext): AsyncGenerator<Item> {
  const walk = {
    context,
    filter: nameFilter(context.options),
    pace: new BlockingCalls(),
    listing: new BlockingCalls(),
  };
  const ancestors = context.options.followSymlinks ? [idOf(await statOf(root, 'stat'))] : [];
  yield* walkEntries(walk, { path: root, name: '', ancestors });
}

async function* walkEntries(walk: Walk, folder: Folder): AsyncGenerator<Item> {
  const entries = await listFolder(folder.path, walk.listing);
  for (let from = 0; from < entries.length; from += AHEAD) {
    if (walk.context.signal.aborted) return;
    const batch = entries.slice(from, from + AHEAD);
    const steps = await Promise.all(batch.map((entry) => stepOf(walk, folder, entry)));
    for (const step of steps) {
      if (step.omitted) walk.context.omitted?.(step.omitted);
      if (step.item) yield step.item;
      if (step.folder) yield* walkFault(walk, step.folder);
    }
  }
}

/** A folder below the root that cannot be listed is one faulty item, not the end of the walk. */
async function* walkFault(walk: Walk, folder: Folder): AsyncGenerator<Item> {
  const inner = walkEntries(walk, folder);
  let next: IteratorResult<Item>;
  try {
    next = await inner.next();
  } catch (error) {
    yield faultItem(folder.path, 'error', codeOf(error));
    return;
  }
  if (next.done) return;
  yield next.value;
  yield* inner;
}

async function stepOf(walk: Walk, parent: Folder, entry: FolderEntry): Promise<Step> {
  const name = parent.name === '' ? entry.name : `${parent.name}/${entry.name}`;
  const path = parent.path.endsWith('/') ? `${parent.path}${entry.name}` : `${parent.path}/${entry.name}`;
  const { filter, context } = walk;
  const { followSymlinks } = context.options;
  const uri = () => escapeName(path);
  if (entry.kind === 'folder') {
    if (filter.prunes(name, uri)) return { omitted: 'folder' };
    if (!followSymlinks) return { folder: { path, name, ancestors: [] } };
  } else if (!(entry.kind === 'symlink' && followSymlinks) && !filter.wants(name, uri))
    return { omitted: 'item' };
  if (entry.kind === 'symlink' && !followSymlinks) return { item: faultItem(path, 'skipped', 'symlink') };
  if (entry.kind === 'other') return { item: faultItem(path, 'skipped', 'not-regular-file') };
  try {
    const how = followSymlinks ? 'stat' : 'lstat';
    const isQuick = walk.pace.blocks();
    const stats = isQuick ? walk.pace.timed(() => statNow(path, how)) : await statOf(path, how);
    return stepOfStats(walk, { path, name, ancestors: parent.ancestors }, stats);
  } catch (error) {
    return { item: faultItem(path, 'error', codeOf(error)) };
  }
}

function stepOfStats({ filter, context }: Walk, at: Folder, stats: BigIntStats): Step {
  const uri = () => escapeName(at.path);
  if (kindOf(stats) !== 'folder') {
    return filter.wants(at.name, uri) ? { item: itemOf(at.path, stats, context) } : { omitted: 'item' };
  }
  if (filter.prunes(at.name, uri)) return { omitted: 'folder' };
  const id = idOf(stats);
  if (at.ancestors.includes(id)) return { item: faultItem(at.path, 'skipped', 'symlink-loop') };
  return { folder: { ...at, ancestors: [...at.ancestors, id] } };
}

function idOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** The item of a path whose stats are known. */
export function itemOf(path: string, stats: BigIntStats, { limits }: Pick<SourceContext, 'limits'>): Item {
  if (!stats.isFile()) return faultItem(path, 'skipped', 'not-regular-file');
  const bytes = Number(stats.size);
  const item: Item = {
    scheme: 'file',
    uri: escapeName(path),
    target: path,
    bytes,
    version: versionOf(stats),
  };
  if (bytes <= limits.maxFileBytes) return item;
  return { ...item, fault: { status: 'skipped', reason: 'limit-file-size' } };
}

export function faultItem(path: string, status: 'skipped' | 'error', reason: string): Item {
  return { scheme: 'file', uri: escapeName(path), target: path, fault: { status, reason } };
}

function statNow(path: string, how: 'stat' | 'lstat'): BigIntStats {
  return how === 'stat' ? statSync(fsPath(path), BIGINT) : lstatSync(fsPath(path), BIGINT);
}

export function statOf(path: string, how: 'stat' | 'lstat'): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    fs[how](fsPath(path), BIGINT, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
}

/** The version of a local file. */
function versionOf(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}-${stats.ino}`;
}

/**
 * Whether a file that is opened later is the one that was listed. `grown`: the listed bytes may still be at its start
 * (a log that is written to). A changed ctime alone (chmod, a new hard link) does not change the bytes.
 */
export function compareVersion(listed: string, now: BigIntStats): 'same' | 'grown' | 'changed' {
  if (listed === versionOf(now)) return 'same';
  const [size, mtime, , inode] = listed.split('-');
  // Files of /proc have no size, and a new inode and time whenever the kernel drops them from its cache.
  if (size === '0' && now.size === 0n) return 'same';
  if (inode !== `${now.ino}`) return 'changed';
  if (size === `${now.size}`) return mtime === `${now.mtimeNs}` ? 'same' : 'changed';
  return now.size > BigInt(size ?? 0) ? 'grown' : 'changed';
}
