/**
 * A run in a bucket. Writes files in a private local folder and uploads them whole; reads what this process did not
 * write by ranges from the bucket. Knows the objects as of opening or the last refresh. Never stores a key.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import type { ByteRange } from '../../core/range.js';
import type { SourceOptions } from '../../core/source.js';
import { S3Store } from '../../sources/s3-store.js';
import { FolderStore } from './folder-store.js';
import { placeOf, type RunStore, shardName } from './run-store.js';

/** Finished shards may still be uploaded after SIGTERM: within the 30 s that Kubernetes grants. */
const DRAIN_MS = 20_000;
const SHARD_MARK = /^shards\/\d+\/(\d+)\.part$/;

export class BucketStore implements RunStore {
  readonly growsInPlace = false;
  readonly keepsSecrets = false;
  /** Files that are also here: fetched or published ones. */
  readonly #here: FolderStore;
  #there = new Map<string, number>();

  private constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly bucket: S3Store,
  ) {
    this.#here = new FolderStore(folder);
  }

  /** Call close(): the private folder holds findings. */
  static async open(
    address: string,
    { source, signal }: { source: SourceOptions; signal: AbortSignal },
  ): Promise<BucketStore> {
    const drained = new AbortController();
    const drain = () => setTimeout(() => drained.abort(), DRAIN_MS).unref();
    signal.addEventListener('abort', drain, { once: true });
    const bucket = new S3Store(address, { options: source, signal: drained.signal });
    const store = new BucketStore(address, await makePrivateFolder(), bucket);
    try {
      await store.refresh();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  isBelow(address: string): boolean {
    return this.bucket.isUnder(address);
  }

  async size(name: string): Promise<number | undefined> {
    return (await this.#here.size(name)) ?? this.#there.get(name);
  }

  async *read(name: string, range?: ByteRange): AsyncGenerator<Buffer> {
    const size = await this.size(name);
    if (size === undefined) throw new LeaksiftError('not-found', `${placeOf(this, name)}: does not exist`);
    const { start = 0, end = size } = range ?? {};
    if ((await this.#here.size(name)) !== undefined) yield* this.#here.read(name, range);
    else if (end > start) yield* this.bucket.read(name, { start, end });
  }

  async local(name: string): Promise<string> {
    const path = await this.#here.local(name);
    if ((await this.#here.size(name)) !== undefined) return path;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (await this.bucket.fetch(name, path)) return path;
    throw new LeaksiftError('not-found', `${placeOf(this, name)}: does not exist`);
  }

  async *list(): AsyncGenerator<{ name: string; isFile: boolean }> {
    for (const name of this.#there.keys()) yield { name, isFile: true };
  }

  async refresh(): Promise<void> {
    this.#there = await this.bucket.list();
  }

  async create(): Promise<void> {}

  async stage(name: string): Promise<string> {
    return this.#here.stage(name).catch((error: LeaksiftError) => {
      throw this.unwritable(name, error.cause);
    });
  }

  async publish(name: string, staged: string, { onlyNew = false } = {}): Promise<boolean> {
    if (!(await this.bucket.put(name, staged, { onlyNew }))) {
      await rm(staged, { force: true });
      await this.refresh();
      return false;
    }
    this.#there.set(name, (await stat(staged)).size);
    return this.#here.publish(name, staged);
  }

  async release(name: string): Promise<void> {
    await this.#here.remove(name);
  }

  async remove(name: string): Promise<void> {
    await this.#here.remove(name);
    if (this.#there.delete(name)) await this.bucket.remove(name).catch(ignoreDenied);
  }

  unwritable(name: string, error: unknown): LeaksiftError {
    const { code } = error as { code?: string };
    const message = `working copy of ${placeOf(this, name)}: cannot be written (${code})`;
    return new LeaksiftError('output', message, { cause: error });
  }

  async lock(): Promise<() => Promise<void>> {
    return async () => {};
  }

  async begin(index: number): Promise<void> {
    await this.bucket.put(markName(index), undefined);
    this.#there.set(markName(index), 0);
  }

  async end(index: number): Promise<void> {
    await this.remove(markName(index));
  }

  async interrupted(mine: (index: number) => boolean): Promise<Set<number>> {
    const marked = [...this.#there.keys()].map((name) => Number(SHARD_MARK.exec(name)?.[1] ?? Number.NaN));
    return new Set(marked.filter((index) => mine(index) && !this.#there.has(shardName(index))));
  }

  async close(): Promise<void> {
    this.bucket.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A user with the right to put may lack the right to delete. A mark beside a whole shard has no effect. */
function ignoreDenied(error: unknown): void {
  if (codeOf(error) !== 'access-denied') throw error;
}

function markName(index: number): string {
  return shardName(index).replace(/\.jsonl$/, '.part');
}
