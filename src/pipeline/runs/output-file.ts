/** One output of a merge: takes bytes, publishes a whole file under its name, and returns its length and SHA-256. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { RunStore } from './run-store.js';

export type WrittenOutput = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** Small contents give short runs of lines, which are collected before writing. */
const GATHERED_BYTES = 256 * 1024;

export class OutputFile {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  /** A copy: a short run must not keep its whole chunk in memory. */
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  #gatheredBytes = 0;

  private constructor(
    private readonly store: RunStore,
    private readonly name: string,
    private readonly staged: { readonly path: string; readonly fd: number },
  ) {}

  /** Throws `output`. End it with publish() or discard(). */
  static async create(store: RunStore, name: string): Promise<OutputFile> {
    const path = await store.stage(name);
    try {
      return new OutputFile(store, name, { path, fd: openSync(path, 'w', 0o600) });
    } catch (error) {
      throw store.unwritable(name, error);
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#gatheredBytes + bytes.length > GATHERED_BYTES) this.#flush();
    if (bytes.length > GATHERED_BYTES) this.#append(bytes);
    else {
      this.#gathered.set(bytes, this.#gatheredBytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  #flush(): void {
    this.#append(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }

  #append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.staged.fd, bytes, done);
    } catch (error) {
      throw this.store.unwritable(this.name, error);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  async publish(): Promise<WrittenOutput> {
    this.#flush();
    try {
      fsyncSync(this.staged.fd);
    } catch (error) {
      throw this.store.unwritable(this.name, error);
    }
    closeSync(this.staged.fd);
    await this.store.publish(this.name, this.staged.path);
    return { name: this.name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  discard(): void {
    closeSync(this.staged.fd);
    rmSync(this.staged.path, { force: true });
  }
}

/** Writes and publishes a whole text. */
export async function writeOutput(store: RunStore, name: string, text: string): Promise<WrittenOutput> {
  const file = await OutputFile.create(store, name);
  file.write(Buffer.from(text));
  return file.publish();
}
