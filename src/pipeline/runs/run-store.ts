/**
 * The storage of a run: its files by name, read by ranges and published whole. folder-store.ts and bucket-store.ts
 * implement it; no other code depends on whether a run is in a folder or in a bucket.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { ByteRange } from '../../core/range.js';

export const PLAN = 'plan.jsonl';
export const FINDINGS = 'findings.jsonl';
export const COVERAGE = 'coverage.jsonl';
export const SUMMARY = 'summary.json';
/** The lock of who plans, scans and merges all of a run. */
export const RUN_LOCK = 'run.lock';
export const MANIFEST = 'manifest.json';
/** The random key of a run without a given one. Kept only in folders, and until the run is complete. */
export const KEY = 'run.key';

/** Keeps folders quick to list; a run of a million shards has a thousand folders. */
const SHARDS_PER_FOLDER = 1000;

export function shardName(index: number): string {
  const group = String(Math.floor(index / SHARDS_PER_FOLDER)).padStart(4, '0');
  return `shards/${group}/${String(index).padStart(8, '0')}.jsonl`;
}

/** Names are relative to the run, with slashes. Errors contain `name`, never the path of a local copy. */
export interface RunStore {
  /** The user's name for it: a path, or s3://bucket/prefix. */
  readonly name: string;
  /** True if a published file can still be appended to: the plan is then visible while it grows. */
  readonly growsInPlace: boolean;
  /** False if no secret may be stored there: the user must then give a key. */
  readonly keepsSecrets: boolean;
  /** True if a scan of this address would list the run's own files. */
  isBelow(address: string): boolean;

  /** Undefined if the file does not exist. */
  size(name: string): Promise<number | undefined>;
  /** Default range: all of it. Throws `not-found` if the file does not exist. */
  read(name: string, range?: ByteRange): AsyncIterable<Buffer>;
  /** The local path of the file, downloaded first if it is remote. */
  local(name: string): Promise<string>;
  /** All entries, in no certain order. `isFile` is false for links and everything else but plain files. */
  list(): AsyncIterable<{ readonly name: string; readonly isFile: boolean }>;
  /** Refreshes the known entries, if they are cached. */
  refresh(): Promise<void>;

  /** Creates the location of a new run. Throws `output`. */
  create(): Promise<void>;
  /** A new local path to write a file to that will be published under this name. */
  stage(name: string): Promise<string>;
  /** Publishes a staged and closed file under its name, whole. With `onlyNew`, returns false if the name exists. */
  publish(name: string, staged: string, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  /** Frees the local disk space of a file published elsewhere. */
  release(name: string): Promise<void>;
  /** Without permission to remove it, the file stays. */
  remove(name: string): Promise<void>;
  /** An `output` error for a failed write. */
  unwritable(name: string, error: unknown): LeaksiftError;

  /** Excludes other processes. Throws `usage` while another holds the lock. Returns the release function. */
  lock(name: string): Promise<() => Promise<void>>;
  /** Marks a shard as being scanned, so that the next process knows which shards a crash interrupted. */
  begin(index: number): Promise<void>;
  end(index: number): Promise<void>;
  /** Shards of `mine` that an earlier process began and did not publish. */
  interrupted(mine: (index: number) => boolean): Promise<Set<number>>;
  close(): Promise<void>;
}

/** The name of a run's file in errors. */
export function placeOf(store: Pick<RunStore, 'name'>, name: string): string {
  return `${store.name.replace(/\/$/, '')}/${name}`;
}

/** All of a small file, or undefined if it does not exist. */
export async function readWhole(store: RunStore, name: string): Promise<Buffer | undefined> {
  const size = await store.size(name);
  return size === undefined ? undefined : readRange(store, name, { start: 0, end: size });
}

export async function readRange(store: RunStore, name: string, range: ByteRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(name, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The manifest is written last: it exists once all shards are scanned and merged. */
export async function isMerged(store: RunStore): Promise<boolean> {
  return (await store.size(MANIFEST)) !== undefined;
}

/** Throws `usage` for a run without outputs. */
export async function mustBeMerged(store: RunStore): Promise<void> {
  if (await isMerged(store)) return;
  throw new LeaksiftError('usage', `${store.name}: this run is not finished; resume it first`);
}

/** Headers hold options and addresses. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A plan without a whole header does not count: its process was killed at the start. */
export async function hasPlan(store: RunStore): Promise<boolean> {
  const size = await store.size(PLAN);
  if (size === undefined) return false;
  for await (const chunk of store.read(PLAN, { start: 0, end: Math.min(size, MAX_HEADER_BYTES) })) {
    if (chunk.includes('\n')) return true;
  }
  return false;
}
