/**
 * A run folder: where its files stand, how they are read, and the lock that keeps a second process out. Made
 * readable by its owner only.
 */
import { createHmac } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { kill, pid } from 'node:process';
import { LeaksiftError } from '../../core/errors.js';
import { LOCAL_FILES, type RunFiles } from './run-store.js';

export class RunFolder {
  /** How it is called: a working copy of what lies in a bucket has the bucket's address. */
  readonly name: string;
  readonly files: RunFiles;

  constructor(
    readonly path: string,
    { name = path, files = LOCAL_FILES }: { readonly name?: string; readonly files?: RunFiles } = {},
  ) {
    this.name = name;
    this.files = files;
  }

  get plan(): string {
    return join(this.path, 'plan.jsonl');
  }

  get manifest(): string {
    return join(this.path, 'manifest.json');
  }

  get key(): string {
    return join(this.path, 'run.key');
  }

  output(name: 'findings.jsonl' | 'coverage.jsonl' | 'summary.json'): string {
    return join(this.path, name);
  }

  /** A thousand shards a folder. */
  shard(index: number): string {
    const group = String(Math.floor(index / 1000)).padStart(4, '0');
    return join(this.path, 'shards', group, `${String(index).padStart(8, '0')}.jsonl`);
  }

  /** A plan of which not even the header was written whole is none. */
  exists(): boolean {
    return existsSync(this.plan) && firstLineIsWhole(this.plan);
  }

  /** True once everything is scanned, merged and proved by a manifest. */
  isMerged(): boolean {
    return existsSync(this.manifest);
  }

  create(): void {
    try {
      mkdirSync(join(this.path, 'shards'), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unwritable(this.name, this.#whyNot(error));
    }
  }

  /** Making many folders at once says ENOENT of a read-only disk; making one says what it is. */
  #whyNot(error: unknown): unknown {
    try {
      mkdirSync(this.path);
    } catch (single) {
      return (single as { code?: string }).code === 'EEXIST' ? error : single;
    }
    return error;
  }

  makeShardFolder(index: number): void {
    if (index % 1000 === 0 || !existsSync(join(this.shard(index), '..'))) {
      mkdirSync(join(this.shard(index), '..'), { recursive: true, mode: 0o700 });
    }
  }

  /**
   * Removes what processes that were killed left half written, and tells which of `mine` they were at. Only
   * under the lock.
   */
  removeParts(mine: (index: number) => boolean = () => true): Set<number> {
    const cut = new Set<number>();
    const shards = join(this.path, 'shards');
    for (const group of existsSync(shards) ? readdirSync(shards) : []) {
      for (const name of readdirSync(join(shards, group))) {
        const index = Number.parseInt(name, 10);
        if (!name.endsWith('.part') || !mine(index)) continue;
        rmSync(join(shards, group, name), { force: true });
        cut.add(index);
      }
    }
    return cut;
  }

  /** Throws `usage` while another process of this machine runs here; takes over from a dead one. */
  lock(name = 'run.lock'): () => void {
    const path = join(this.path, name);
    const mine = `${pid} ${hostname()}\n`;
    for (let tries = 0; ; tries++) {
      try {
        const fd = openSync(path, 'wx', 0o600);
        writeSync(fd, mine);
        closeSync(fd);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw unwritable(this.name, error);
        if (tries > 2 || isAlive(readHolder(path))) {
          throw new LeaksiftError('usage', `${this.name}: another leaksift runs here (${path})`);
        }
        rmSync(path, { force: true });
      }
    }
  }

  /** The run's random key, kept until it is complete so that a resumed run has the same fingerprints. */
  readKey(): string | undefined {
    return existsSync(this.key) ? readFileSync(this.key, 'utf8').trim() : undefined;
  }

  writeKey(hex: string): void {
    writeFileSync(this.key, `${hex}\n`, { mode: 0o600, flag: 'wx' });
  }
}

/** Headers hold options and addresses. */
const HEADER_BYTES = 1024 * 1024;

function firstLineIsWhole(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(HEADER_BYTES);
    return buffer.subarray(0, readSync(fd, buffer)).includes(10);
  } finally {
    closeSync(fd);
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
  // What another machine does on a shared folder cannot be seen from here: better to refuse.
  if (host !== hostname()) return host !== '';
  if (other <= 0 || other === pid) return false;
  try {
    kill(other, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

export function unwritable(path: string, error: unknown): LeaksiftError {
  return new LeaksiftError('output', `${path}: cannot be written (${(error as { code?: string }).code})`, {
    cause: error,
  });
}

/** Tells whether two keys are one, without telling the key. */
export function keyCheckOf(hexKey: string): string {
  return createHmac('sha256', Buffer.from(hexKey, 'hex'))
    .update('leaksift key check')
    .digest('hex')
    .slice(0, 16);
}
