/**
 * A run in a local folder or on a share. Files appear under their names by a rename, so that every named file is
 * whole. Readable by the owner only.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import type { ByteRange } from '../../core/range.js';
import { isRunning } from '../../core/running.js';
import { COVERAGE, FINDINGS, MANIFEST, placeOf, RUN_LOCK, type RunStore, SUMMARY } from './run-store.js';

const READ_BYTES = 256 * 1024;
const STAGED = '.part';
/** What a merge writes. */
const OUTPUTS = [FINDINGS, COVERAGE, SUMMARY, MANIFEST];

export class FolderStore implements RunStore {
  readonly growsInPlace = true;
  readonly keepsSecrets = true;

  constructor(readonly name: string) {}

  /** A tree may contain its own run: the user excludes it with --exclude. */
  isBelow(): boolean {
    return false;
  }

  async size(name: string): Promise<number | undefined> {
    const found = await stat(this.#path(name)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  async *read(name: string, range?: ByteRange): AsyncGenerator<Buffer> {
    const { start = 0, end = Number.POSITIVE_INFINITY } = range ?? {};
    if (end <= start) return;
    const path = this.#path(name);
    try {
      yield* createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES });
    } catch (error) {
      const why = `cannot be read (${codeOf(error)})`;
      throw new LeaksiftError(codeOf(error), `${placeOf(this, name)}: ${why}`, { cause: error });
    }
  }

  async local(name: string): Promise<string> {
    return this.#path(name);
  }

  async *list(folder = ''): AsyncGenerator<{ name: string; isFile: boolean }> {
    for await (const entry of await opendir(this.#path(folder))) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(name);
      else yield { name, isFile: entry.isFile() };
    }
  }

  async refresh(): Promise<void> {}

  async create(): Promise<void> {
    const path = this.#path('shards');
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw this.unwritable('', await this.#whyNot(error));
    }
  }

  /** On a read-only disk a recursive mkdir fails with ENOENT; a plain one with EROFS. */
  async #whyNot(error: unknown): Promise<unknown> {
    try {
      await mkdir(this.name);
    } catch (plain) {
      return (plain as { code?: string }).code === 'EEXIST' ? error : plain;
    }
    return error;
  }

  async stage(name: string): Promise<string> {
    const path = this.#path(name);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw this.unwritable(name, error);
    }
    return `${path}.${randomUUID()}${STAGED}`;
  }

  async publish(name: string, staged: string, { onlyNew = false } = {}): Promise<boolean> {
    const path = this.#path(name);
    try {
      if (onlyNew && !(await linkNew(staged, path))) return false;
      if (!onlyNew) await rename(staged, path);
      await syncFolder(dirname(path));
      return true;
    } catch (error) {
      throw this.unwritable(name, error);
    }
  }

  async release(): Promise<void> {}

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  unwritable(name: string, error: unknown): LeaksiftError {
    const { code } = error as { code?: string };
    return new LeaksiftError('output', `${placeOf(this, name)}: cannot be written (${code})`, {
      cause: error,
    });
  }

  /** Takes over the lock of a dead process on this machine. */
  async lock(name: string): Promise<() => Promise<void>> {
    const path = this.#path(name);
    for (let tries = 0; ; tries++) {
      try {
        const file = await open(path, 'wx', 0o600);
        await file.writeFile(`${pid} ${hostname()}\n`);
        await file.close();
        if (name === RUN_LOCK) await this.#removeStagedOutputs();
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw this.unwritable('', error);
        if (tries > 2 || isAlive(readHolder(path)))
          throw new LeaksiftError(
            'usage',
            `${this.name}: another leaksift process is running here (${path})`,
          );
        await rm(path, { force: true });
      }
    }
  }

  /** What a merge left that was killed. Only the holder of the run's lock merges. */
  async #removeStagedOutputs(): Promise<void> {
    for (const file of readdirSync(this.name)) {
      if (file.endsWith(STAGED) && OUTPUTS.some((output) => file.startsWith(`${output}.`)))
        await rm(this.#path(file), { force: true });
    }
  }

  /** The staged file marks the shard. */
  async begin(): Promise<void> {}
  async end(): Promise<void> {}

  async interrupted(mine: (index: number) => boolean): Promise<Set<number>> {
    const cut = new Set<number>();
    const shards = this.#path('shards');
    for (const group of existsSync(shards) ? readdirSync(shards) : []) {
      for (const name of readdirSync(join(shards, group))) {
        const index = Number.parseInt(name, 10);
        if (!name.endsWith(STAGED) || !mine(index)) continue;
        await rm(join(shards, group, name), { force: true });
        cut.add(index);
      }
    }
    return cut;
  }

  async close(): Promise<void> {}

  #path(name: string): string {
    return join(this.name, name);
  }
}

/** A rename that replaces nothing: false if the name exists. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(from, { force: true });
  }
}

/** Makes renames in a folder durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function readHolder(path: string): { pid: number; host: string } {
  try {
    const [pid, host] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), host: host ?? '' };
  } catch {
    return { pid: 0, host: hostname() };
  }
}

function isAlive({ pid: other, host }: { pid: number; host: string }): boolean {
  // Processes of another machine on a shared folder are not visible here: refuse.
  if (host !== hostname()) return host !== '';
  return other > 0 && other !== pid && isRunning(other);
}
