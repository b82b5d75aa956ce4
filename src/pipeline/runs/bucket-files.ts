/**
 * The files of a run that is kept in a bucket, read where they lie: what this process has written or fetched from
 * its working copy, the rest by ranges from the bucket. Knows what was there when it was opened.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { ByteRange } from '../../core/range.js';
import type { S3Store } from '../../sources/s3-store.js';
import { LOCAL_FILES, type RunFiles } from './run-store.js';

export class BucketFiles implements RunFiles {
  #there = new Map<string, number>();

  constructor(
    private readonly root: string,
    private readonly store: S3Store,
  ) {}

  async list(): Promise<void> {
    this.#there = await this.store.list();
  }

  /** Names below the run's address. */
  names(): Iterable<string> {
    return this.#there.keys();
  }

  /** What this process has put itself. */
  added(path: string, bytes: number): void {
    this.#there.set(this.nameOf(path), bytes);
  }

  has(path: string): boolean {
    return this.#there.has(this.nameOf(path));
  }

  async size(path: string): Promise<number | undefined> {
    return (await LOCAL_FILES.size(path)) ?? this.#there.get(this.nameOf(path));
  }

  async *read(path: string, range: ByteRange): AsyncGenerator<Buffer> {
    if (existsSync(path)) yield* LOCAL_FILES.read(path, range);
    else if (range.end > range.start) yield* this.store.read(this.nameOf(path), range);
  }

  async bring(path: string): Promise<void> {
    if (existsSync(path) || !this.has(path)) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await this.store.fetch(this.nameOf(path), path);
  }

  nameOf(path: string): string {
    return relative(this.root, path);
  }
}
