/**
 * The output of one shard: its events as JSON lines, closed by a line with its counts and the SHA-256 of all bytes
 * before it. A file without its closing line is not whole. The writer writes to the path it is given; a run store
 * publishes the whole file.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Shard } from '../../core/shard.js';
import type { ShardResult } from '../scan/scan-shard.js';
import type { Tally } from '../scan/tally.js';
import type { ShardItem } from '../scan/unchanged-item.js';
import { type RunStore, readRange } from './run-store.js';

export type ShardEnd = {
  readonly type: 'shard_end';
  readonly shard: number;
  /** Digest of the items that the plan gives it. */
  readonly plan: string;
  readonly tally: Tally;
  /** What each item put into the shard, in order. */
  readonly items: readonly ShardItem[];
  readonly bytes: number;
  readonly sha256: string;
};

const NEWLINE = 10;
/** Most closing lines are shorter; the others take another try. */
const END_BYTES = 16 * 1024;
/** A closing line that is longer is none: items of a shard are few, and each takes some hundred bytes. */
const MAX_END_BYTES = 64 * 1024 * 1024;

export class ShardWriter {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** Begins the file anew. `durable`: finish() returns when it is safe from a loss of power. */
  constructor(
    readonly path: string,
    private readonly shard: Shard,
    private readonly durable: boolean,
  ) {
    this.#fd = openSync(path, 'w', 0o600);
  }

  write(lines: Uint8Array): void {
    writeAll(this.#fd, lines);
    this.#hash.update(lines);
    this.#bytes += lines.length;
  }

  finish({ tally, items }: ShardResult): void {
    const sha256 = this.#hash.digest('hex');
    const counts = { tally, items, bytes: this.#bytes, sha256 };
    const { shard } = this;
    const end: ShardEnd = { type: 'shard_end', shard: shard.index, plan: planDigest(shard), ...counts };
    writeAll(this.#fd, Buffer.from(`${JSON.stringify(end)}\n`));
    if (this.durable) fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  discard(): void {
    try {
      closeSync(this.#fd);
    } catch {
      // Closed already.
    }
    rmSync(this.path, { force: true });
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Hexadecimal digits of the digest: enough to tell two cuts of one listing apart. */
const DIGEST_DIGITS = 16;

/** A plan that lost its last lines with the power may be cut otherwise when the target is listed again. */
function planDigest({ items }: Shard): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, DIGEST_DIGITS);
}

/** True when the file is the output of this shard as it is planned now. */
export function isOutputOf(shard: Shard, end: ShardEnd): boolean {
  return (
    end.shard === shard.index && end.items.length === shard.items.length && end.plan === planDigest(shard)
  );
}

/** The closing line, or undefined where there is no file or it has no whole one. Reads the end only. */
export async function readShardEnd(store: RunStore, name: string): Promise<ShardEnd | undefined> {
  const last = await readLastLine(store, name);
  if (!last) return undefined;
  try {
    const end = JSON.parse(last.line) as ShardEnd;
    return end.type === 'shard_end' && end.bytes === last.start ? end : undefined;
  } catch {
    return undefined;
  }
}

/** The last line of a file and where it starts; undefined where there is no file or its last line is torn. */
export async function readLastLine(
  store: RunStore,
  name: string,
): Promise<{ line: string; start: number } | undefined> {
  const size = await store.size(name);
  if (size === undefined) return undefined;
  for (let most = END_BYTES; ; most *= 16) {
    const from = Math.max(0, size - most);
    const tail = await readRange(store, name, { start: from, end: size });
    if (tail.at(-1) !== NEWLINE) return undefined;
    const start = tail.lastIndexOf(NEWLINE, -2) + 1;
    const isWhole = from === 0 || start > 0 || most >= MAX_END_BYTES;
    if (isWhole) return { line: tail.toString('utf8', start), start: from + start };
  }
}

/** The event bytes of a shard file, without its closing line. */
export function shardEvents(store: RunStore, name: string, { bytes }: ShardEnd): AsyncIterable<Buffer> {
  return store.read(name, { start: 0, end: bytes });
}

/** True when the events are those that were written. */
export async function proveShard(store: RunStore, name: string, end: ShardEnd): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const chunk of shardEvents(store, name, end)) hash.update(chunk);
  return hash.digest('hex') === end.sha256;
}
