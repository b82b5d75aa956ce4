/**
 * The output of one shard on disk: its events as JSON lines, closed by a line with its counts and the
 * SHA-256 of all bytes before it. Written under a temporary name, synced and renamed when whole, so that a
 * file under its own name is complete or from a machine that lost its disk; reading proves which.
 */
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Shard } from '../../core/shard.js';
import type { ShardResult } from '../scan/scan-shard.js';
import type { Tally } from '../scan/tally.js';
import type { ShardItem } from '../scan/unchanged-item.js';
import { LOCAL_FILES, type RunFiles, readRange } from './run-store.js';

export type ShardEnd = {
  readonly type: 'shard_end';
  readonly shard: number;
  /** Of the items that the plan gives it. */
  readonly plan: string;
  readonly tally: Tally;
  /** What each item put into the shard, in order. */
  readonly items: readonly ShardItem[];
  readonly bytes: number;
  readonly sha256: string;
};

const NEWLINE = 10;
/** Most closing lines are shorter; those that are not are read in another try. */
const END_BYTES = 16 * 1024;
const MAX_END_BYTES = 64 * 1024 * 1024;

export class ShardFile {
  readonly #temporary: string;
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(
    readonly path: string,
    private readonly shard: Shard,
    private readonly durable: boolean,
  ) {
    this.#temporary = `${path}.${randomUUID()}.part`;
    this.#fd = openSync(this.#temporary, 'wx', 0o600);
  }

  write(lines: Uint8Array): void {
    writeAll(this.#fd, lines);
    this.#hash.update(lines);
    this.#bytes += lines.length;
  }

  /** Closes the file under its own name. */
  finish({ tally, items }: ShardResult): ShardEnd {
    const sha256 = this.#hash.digest('hex');
    const counts = { tally, items, bytes: this.#bytes, sha256 };
    const { shard } = this;
    const end: ShardEnd = { type: 'shard_end', shard: shard.index, plan: planDigest(shard), ...counts };
    writeAll(this.#fd, Buffer.from(`${JSON.stringify(end)}\n`));
    if (this.durable) fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#temporary, this.path);
    if (this.durable) syncFolder(dirname(this.path));
    return end;
  }

  discard(): void {
    try {
      closeSync(this.#fd);
    } catch {
      // Closed already.
    }
    rmSync(this.#temporary, { force: true });
  }
}

/** A plan that lost its last lines with the power may be cut otherwise when it is listed again. */
function planDigest({ items }: Shard): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 16);
}

/** True when the file is the output of this shard as it is planned now. */
export function isOutputOf(shard: Shard, end: ShardEnd): boolean {
  return (
    end.shard === shard.index && end.items.length === shard.items.length && end.plan === planDigest(shard)
  );
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Makes a rename durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The closing line, or undefined if there is no file or it has no whole one. Reads the end only. */
export async function readShardEnd(
  path: string,
  files: RunFiles = LOCAL_FILES,
): Promise<ShardEnd | undefined> {
  const last = await readLastLine(path, files);
  if (!last) return undefined;
  try {
    const end = JSON.parse(last.line) as ShardEnd;
    return end.type === 'shard_end' && end.bytes === last.start ? end : undefined;
  } catch {
    return undefined;
  }
}

/** The last line of a file and where it starts; undefined where there is no file, or its last line is torn. */
export async function readLastLine(
  path: string,
  files: RunFiles,
): Promise<{ line: string; start: number } | undefined> {
  const size = await files.size(path);
  if (size === undefined) return undefined;
  for (let most = END_BYTES; ; most *= 16) {
    const from = Math.max(0, size - most);
    const tail = await readRange(files, path, { start: from, end: size });
    if (tail.at(-1) !== NEWLINE) return undefined;
    const start = tail.lastIndexOf(NEWLINE, -2) + 1;
    const isWhole = from === 0 || start > 0 || most >= MAX_END_BYTES;
    if (isWhole) return { line: tail.toString('utf8', start), start: from + start };
  }
}

/** Streams the event bytes of a shard file, without its closing line. */
export function shardEvents(
  path: string,
  end: Pick<ShardEnd, 'bytes'>,
  files: RunFiles = LOCAL_FILES,
): AsyncIterable<Buffer> {
  return files.read(path, { start: 0, end: end.bytes });
}

/** True when the bytes are those that were written. */
export async function proveShard(
  path: string,
  end: ShardEnd,
  files: RunFiles = LOCAL_FILES,
): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const chunk of shardEvents(path, end, files)) hash.update(chunk);
  return hash.digest('hex') === end.sha256;
}
