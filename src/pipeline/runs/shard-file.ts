/**
 * The output of one shard: its events as JSON lines, followed by a sealed closing line with its counts and the
 * SHA-256 of the events. A file without a closing line is incomplete. The writer writes to the given path; a run
 * store publishes the whole file.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { ShardResult } from '../scan/scan-shard.js';
import type { Tally } from '../scan/tally.js';
import type { ShardItem } from '../scan/unchanged-item.js';
import type { SealedShard } from './plan.js';
import { type RunStore, readRange } from './run-store.js';
import { type Seal, UNKEYED } from './seal.js';

export type ShardEnd = {
  readonly type: 'shard_end';
  readonly shard: number;
  /** The chain of the shard's line in the plan. Empty if the run is not kept. */
  readonly plan: string;
  readonly tally: Tally;
  /** The results of each item, in order. */
  readonly items: readonly ShardItem[];
  /** Length of the events. */
  readonly bytes: number;
  readonly sha256: string;
};

/** A closing line with a verified seal, and its chain. */
export type SealedEnd = ShardEnd & { readonly chain: string };

/** Options for writing a shard file. Plain data: it crosses to workers. */
export type ShardFileOptions = {
  readonly index: number;
  readonly plan: string;
  /** finish() returns after the file is safe from a power loss. */
  readonly durable: boolean;
};

const NEWLINE = 10;
/** Most closing lines are shorter; longer ones need another read. */
const END_BYTES = 16 * 1024;
/** Each further read takes this many times more. */
const READ_GROWTH = 16;
/** A longer closing line is invalid: items of a shard are few, with some hundred bytes each. */
const MAX_END_BYTES = 64 * 1024 * 1024;

export class ShardWriter {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** Truncates an existing file. */
  constructor(
    readonly path: string,
    private readonly options: ShardFileOptions,
    private readonly seal: Seal = UNKEYED,
  ) {
    this.#fd = openSync(path, 'w', 0o600);
  }

  write(lines: Uint8Array): void {
    writeAll(this.#fd, lines);
    this.#hash.update(lines);
    this.#bytes += lines.length;
  }

  finish({ tally, items }: ShardResult): void {
    const { index: shard, plan, durable } = this.options;
    const events = { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
    const end: ShardEnd = { type: 'shard_end', shard, plan, tally, items, ...events };
    writeAll(this.#fd, Buffer.from(this.seal.line(end, '').text));
    if (durable) fsyncSync(this.#fd);
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

/** True if the file is the output of this shard of this plan. */
export function isOutputOf({ index, items, chain }: SealedShard, end: ShardEnd): boolean {
  return end.shard === index && end.plan === chain && end.items.length === items.length;
}

/**
 * The closing line; undefined if the file does not exist, has no whole closing line, or one that does not match its
 * seal. Reads the end only.
 */
export async function readShardEnd(
  store: RunStore,
  name: string,
  seal: Seal,
): Promise<SealedEnd | undefined> {
  const last = await readLastLine(store, name);
  if (!last) return undefined;
  try {
    const sealed = seal.readLine<ShardEnd>(last.raw, '');
    const isWhole = sealed?.fields.type === 'shard_end' && sealed.fields.bytes === last.start;
    return isWhole ? { ...sealed.fields, chain: sealed.chain } : undefined;
  } catch {
    return undefined;
  }
}

/** The last line of a file and its offset; undefined if the file does not exist or its last line is torn. */
export async function readLastLine(
  store: RunStore,
  name: string,
): Promise<{ readonly raw: Buffer; readonly start: number } | undefined> {
  const size = await store.size(name);
  if (size === undefined) return undefined;
  for (let most = END_BYTES; ; most *= READ_GROWTH) {
    const from = Math.max(0, size - most);
    const tail = await readRange(store, name, { start: from, end: size });
    if (tail.at(-1) !== NEWLINE) return undefined;
    const start = tail.lastIndexOf(NEWLINE, -2) + 1;
    const isWhole = from === 0 || start > 0 || most >= MAX_END_BYTES;
    if (isWhole) return { raw: tail.subarray(start), start: from + start };
  }
}

/** The event bytes of a shard file, without its closing line. */
export function shardEvents(store: RunStore, name: string, { bytes }: ShardEnd): AsyncIterable<Buffer> {
  return store.read(name, { start: 0, end: bytes });
}

/** True if the events match their hash. */
export async function proveShard(store: RunStore, name: string, end: ShardEnd): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const chunk of shardEvents(store, name, end)) hash.update(chunk);
  return hash.digest('hex') === end.sha256;
}
