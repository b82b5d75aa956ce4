/**
 * Where a run lies: its files by name, read by ranges and published whole. folder-store.ts and bucket-store.ts
 * implement it; nothing else knows whether a run lies in a folder or in a bucket.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteRange } from '../../core/range.js';

export const PLAN = 'plan.jsonl';
export const FINDINGS = 'findings.jsonl';
export const COVERAGE = 'coverage.jsonl';
export const SUMMARY = 'summary.json';
export const MANIFEST = 'manifest.json';
/** The random key of a run that was begun without one. Kept in folders only, until the run is complete. */
export const KEY = 'run.key';

/** Few enough that a folder of them lists quickly; a run of a million shards has a thousand folders. */
const SHARDS_PER_FOLDER = 1000;

export function shardName(index: number): string {
  const group = String(Math.floor(index / SHARDS_PER_FOLDER)).padStart(4, '0');
  return `shards/${group}/${String(index).padStart(8, '0')}.jsonl`;
}

/** Names are relative to the run, with slashes. Errors say `name` and never a working copy. */
export interface RunStore {
  /** What its user calls it: a path, or s3://bucket/prefix. */
  readonly name: string;
  /** True where a published file may still be appended to: the plan is then visible while it grows. */
  readonly growsInPlace: boolean;
  /** False where a secret may not lie: then the run needs a key of its user's. */
  readonly keepsSecrets: boolean;
  /** True when a scan of this address would list the run's own files. */
  isBelow(address: string): boolean;

  /** Undefined where there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** Default: all of it. Throws `not-found` where there is no such file. */
  read(name: string, range?: ByteRange): AsyncIterable<Buffer>;
  /** The path of this machine where the file can be read, fetched first where it lies elsewhere. */
  local(name: string): Promise<string>;
  /** All that is there, in no certain order. `isFile` is false for links and whatever else is no plain file. */
  list(): AsyncIterable<{ readonly name: string; readonly isFile: boolean }>;
  /** Looks again at what is there, where that is not looked up each time. */
  refresh(): Promise<void>;

  /** Makes the place of a new run. Throws `output`. */
  create(): Promise<void>;
  /** A new path of this machine to write a file to that will be published under this name. */
  stage(name: string): Promise<string>;
  /** Shows a staged and closed file under its name, whole. With `onlyNew` false where one is there already. */
  publish(name: string, staged: string, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  /** Frees the disk that a published file of another place takes here. */
  release(name: string): Promise<void>;
  /** Where that is not allowed the file stays. */
  remove(name: string): Promise<void>;
  /** What could not be written, as an error `output`. */
  unwritable(name: string, error: unknown): LeaksiftError;

  /** Excludes other processes. Throws `usage` while one holds the lock. Call what it returns to let go. */
  lock(name: string): Promise<() => Promise<void>>;
  /** Marks a shard as being scanned, so that one that ends its process is known to the next one. */
  begin(index: number): Promise<void>;
  end(index: number): Promise<void>;
  /** Shards of `mine` that an earlier process began and did not publish. */
  interrupted(mine: (index: number) => boolean): Promise<Set<number>>;
  close(): Promise<void>;
}

/** How errors name a file of a run. */
export function placeOf(store: Pick<RunStore, 'name'>, name: string): string {
  return `${store.name.replace(/\/$/, '')}/${name}`;
}

/** All of a small file, or undefined where there is none. */
export async function readWhole(store: RunStore, name: string): Promise<Buffer | undefined> {
  const size = await store.size(name);
  return size === undefined ? undefined : readRange(store, name, { start: 0, end: size });
}

export async function readRange(store: RunStore, name: string, range: ByteRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(name, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The manifest is written last: all is scanned and merged. */
export async function isMerged(store: RunStore): Promise<boolean> {
  return (await store.size(MANIFEST)) !== undefined;
}

/** Throws `usage` for a run that has no outputs yet. */
export async function mustBeMerged(store: RunStore): Promise<void> {
  if (await isMerged(store)) return;
  throw new LeaksiftError('usage', `${store.name}: this run is not finished; resume it first`);
}

/** Headers hold options and addresses. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A plan without a whole header is none: its process was killed as it began. */
export async function hasPlan(store: RunStore): Promise<boolean> {
  const size = await store.size(PLAN);
  if (size === undefined) return false;
  for await (const chunk of store.read(PLAN, { start: 0, end: Math.min(size, MAX_HEADER_BYTES) })) {
    if (chunk.includes('\n')) return true;
  }
  return false;
}
