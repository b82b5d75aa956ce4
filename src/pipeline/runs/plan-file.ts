/**
 * The plan on disk: a header, one line a shard, and a closing line with totals and the SHA-256 of all lines
 * before it. Appended while the listing goes on; a torn last line is dropped when it is read again, and
 * the listing then goes on behind the last whole one.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { LeaksiftError } from '../../core/errors.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import type { PlannedShard } from './plan.js';

export const PLAN_FORMAT = 1;

export type PlannedPlugin = { readonly name: string; readonly sha256: string };

export type PlanHeader = {
  readonly type: 'plan';
  readonly format: number;
  readonly toolVersion: string;
  readonly packHash: string;
  /** Absent where there are none. */
  readonly plugins?: readonly PlannedPlugin[];
  readonly addresses: readonly string[];
  readonly workingFolder: string;
  /** Option values as typed, without what they are secrets of: names of files, not their content. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Tells whether a fingerprint key is the run's: HMAC of a constant under it. */
  readonly keyCheck: string;
  /** The same for what options only point to: passwords, the watchlist. */
  readonly settingsCheck: string;
};

export type PlanShard = PlannedShard & { readonly type: 'shard' };

export type PlanEnd = {
  readonly type: 'plan_end';
  readonly shards: number;
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
};

type PlanLine = PlanHeader | PlanShard | PlanEnd;

/** Reads whole lines; `onLine` gets each with the offset behind it. A torn last line is not reported. */
async function readLines(
  path: string,
  onLine: (line: PlanLine, end: number, raw: Buffer) => void,
): Promise<void> {
  const file = await open(path, 'r').catch((error: { code?: string }) => {
    throw new LeaksiftError('not-found', `${path}: cannot be read (${error.code})`, { cause: error });
  });
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of file.createReadStream()) {
    let bytes = Buffer.concat([rest, chunk as Buffer]);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10)) {
      const raw = bytes.subarray(0, at + 1);
      offset += raw.length;
      onLine(parse(raw, path), offset, raw);
      bytes = bytes.subarray(at + 1);
    }
    rest = bytes;
  }
}

function parse(raw: Buffer, path: string): PlanLine {
  try {
    return JSON.parse(raw.toString('utf8')) as PlanLine;
  } catch (error) {
    throw new LeaksiftError('corrupt', `${path}: holds a line that is no JSON`, { cause: error });
  }
}

export type PlanState = {
  readonly header: PlanHeader;
  readonly shards: number;
  readonly items: number;
  readonly bytes: number;
  /** The last shard planned, where the listing goes on. */
  readonly last: PlanShard | undefined;
  readonly end: PlanEnd | undefined;
  /** True when the closing hash is that of the lines before it. */
  readonly proven: boolean;
  readonly wholeBytes: number;
};

/** What a plan holds so far. Throws `not-found` or `corrupt`. */
export async function readPlanState(path: string): Promise<PlanState> {
  let header: PlanHeader | undefined;
  let end: PlanEnd | undefined;
  let last: PlanShard | undefined;
  let [shards, items, bytes, wholeBytes] = [0, 0, 0, 0];
  const hash = createHash('sha256');
  await readLines(path, (line, at, raw) => {
    if (line.type === 'plan') header = line;
    else if (line.type === 'plan_end') end = line;
    else {
      shards += 1;
      items += line.items.length;
      bytes += bytesOf(line);
      last = line;
    }
    if (line.type !== 'plan_end') hash.update(raw);
    wholeBytes = at;
  });
  if (!header || header.format !== PLAN_FORMAT) throw new LeaksiftError('corrupt', `${path}: is no plan`);
  const proven = end !== undefined && end.sha256 === hash.digest('hex') && end.shards === shards;
  return { header, shards, items, bytes, last, end, proven, wholeBytes };
}

export function bytesOf(shard: Shard): number {
  return shard.items.reduce((sum, item) => sum + bytesToRead(item), 0);
}

/** Streams the shards of a plan. */
export async function* readPlanShards(path: string): AsyncGenerator<PlanShard> {
  const file = await open(path, 'r');
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of file.createReadStream()) {
    let bytes = Buffer.concat([rest, chunk as Buffer]);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10)) {
      const line = parse(bytes.subarray(0, at + 1), path);
      if (line.type === 'shard') yield line;
      bytes = bytes.subarray(at + 1);
    }
    rest = bytes;
  }
}

/** Appends to a plan. Lines are synced before their shards are scanned, so that none is scanned unplanned. */
export class PlanWriter {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  #shards = 0;
  #items = 0;
  #bytes = 0;

  private constructor(path: string, flags: 'w' | 'a') {
    this.#fd = openSync(path, flags, 0o600);
  }

  static create(path: string, header: PlanHeader): PlanWriter {
    // Whatever stands there is less than a header.
    const writer = new PlanWriter(path, 'w');
    writer.#append(header);
    return writer;
  }

  /** Goes on behind the last whole line. */
  static async reopen(path: string, state: PlanState): Promise<PlanWriter> {
    if (statSync(path).size > state.wholeBytes) truncateSync(path, state.wholeBytes);
    const writer = new PlanWriter(path, 'a');
    await readLines(path, (_, __, raw) => writer.#hash.update(raw));
    [writer.#shards, writer.#items, writer.#bytes] = [state.shards, state.items, state.bytes];
    return writer;
  }

  add(shard: PlannedShard): void {
    this.#append({ type: 'shard', ...shard });
    this.#shards += 1;
    this.#items += shard.items.length;
    this.#bytes += bytesOf(shard);
  }

  finish(): PlanEnd {
    const sha256 = this.#hash.copy().digest('hex');
    const end: PlanEnd = {
      type: 'plan_end',
      shards: this.#shards,
      items: this.#items,
      bytes: this.#bytes,
      sha256,
    };
    this.#append(end);
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    return end;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #append(line: PlanLine): void {
    const raw = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let done = 0; done < raw.length; ) done += writeSync(this.#fd, raw, done);
    this.#hash.update(raw);
  }
}
