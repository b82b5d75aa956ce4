/**
 * The plan of a run as a file: a header, a line for each shard, and a closing line with totals and the SHA-256 of
 * all lines before it. Appended to while the listing goes on. A torn last line is dropped when it is read again; the
 * listing then goes on behind the last whole one.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { LeaksiftError } from '../../core/errors.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import { linesIn, wholeLines } from '../scan/lines.js';
import type { PlannedShard } from './plan.js';
import { PLAN, type RunStore } from './run-store.js';

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
  /** Option values as typed. Of secrets only the names of their files. */
  readonly options: Readonly<Record<string, unknown>>;
  /** HMAC of a constant under the fingerprint key: tells whether a key is the run's. */
  readonly keyCheck: string;
  /** The same for what options point to: passwords, the watchlist. */
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
type RawLine = { readonly line: PlanLine; readonly raw: Buffer };

/** The whole lines of a plan, in order. Throws `corrupt` for one that is no JSON. */
async function* readLines(store: RunStore): AsyncGenerator<RawLine> {
  for await (const lines of wholeLines(store.read(PLAN)))
    for (const raw of linesIn(lines)) yield { line: parse(raw, store), raw };
}

function parse(raw: Buffer, { name }: RunStore): PlanLine {
  try {
    return JSON.parse(raw.toString('utf8')) as PlanLine;
  } catch (error) {
    throw new LeaksiftError('corrupt', `${name}: ${PLAN} holds a line that is no JSON`, { cause: error });
  }
}

export type PlanState = {
  readonly header: PlanHeader;
  readonly shards: number;
  readonly items: number;
  readonly bytes: number;
  /** The last shard planned: the listing goes on behind it. */
  readonly last: PlanShard | undefined;
  readonly end: PlanEnd | undefined;
  /** True when the closing hash is that of the lines before it. */
  readonly proven: boolean;
};

/** What a plan holds so far. Throws `not-found` or `corrupt`. */
export async function readPlanState(store: RunStore): Promise<PlanState> {
  let header: PlanHeader | undefined;
  let end: PlanEnd | undefined;
  let last: PlanShard | undefined;
  let [shards, items, bytes] = [0, 0, 0];
  const hash = createHash('sha256');
  for await (const { line, raw } of readLines(store)) {
    if (line.type === 'plan') header = line;
    else if (line.type === 'plan_end') end = line;
    else {
      shards += 1;
      items += line.items.length;
      bytes += bytesOf(line);
      last = line;
    }
    if (line.type !== 'plan_end') hash.update(raw);
  }
  if (!header || header.format !== PLAN_FORMAT)
    throw new LeaksiftError('corrupt', `${store.name}: ${PLAN} is no plan`);
  const proven = end !== undefined && end.sha256 === hash.digest('hex') && end.shards === shards;
  return { header, shards, items, bytes, last, end, proven };
}

export function bytesOf(shard: Shard): number {
  return shard.items.reduce((sum, item) => sum + bytesToRead(item), 0);
}

/** The shards of a plan, in order. */
export async function* readPlanShards(store: RunStore): AsyncGenerator<PlanShard> {
  for await (const { line } of readLines(store)) if (line.type === 'shard') yield line;
}

/** Writes a plan line by line. Each line is written before its shard is scanned, so that none is scanned unplanned. */
export class PlanWriter {
  readonly #hash = createHash('sha256');
  #shards = 0;
  #items = 0;
  #bytes = 0;

  private constructor(
    private readonly store: RunStore,
    private readonly staged: { readonly path: string; readonly fd: number },
  ) {}

  static async create(store: RunStore, header: PlanHeader): Promise<PlanWriter> {
    const writer = await PlanWriter.#open(store);
    writer.#append(header);
    return writer.#begun();
  }

  /** Goes on behind the last whole line, in a new file that takes the place of the old one. */
  static async reopen(store: RunStore, { shards, items, bytes }: PlanState): Promise<PlanWriter> {
    const writer = await PlanWriter.#open(store);
    for await (const { raw } of readLines(store)) writer.#write(raw);
    [writer.#shards, writer.#items, writer.#bytes] = [shards, items, bytes];
    return writer.#begun();
  }

  static async #open(store: RunStore): Promise<PlanWriter> {
    const path = await store.stage(PLAN);
    try {
      return new PlanWriter(store, { path, fd: openSync(path, 'w', 0o600) });
    } catch (error) {
      throw store.unwritable(PLAN, error);
    }
  }

  /** Where it can, the plan shows from now on and grows. */
  async #begun(): Promise<this> {
    if (this.store.growsInPlace) await this.store.publish(PLAN, this.staged.path);
    return this;
  }

  add(shard: PlannedShard): void {
    this.#append({ type: 'shard', ...shard });
    this.#shards += 1;
    this.#items += shard.items.length;
    this.#bytes += bytesOf(shard);
  }

  /** Where plans do not grow, this shows the whole one, or leaves that of a process that was quicker. */
  async finish(): Promise<void> {
    const sha256 = this.#hash.copy().digest('hex');
    const totals = { shards: this.#shards, items: this.#items, bytes: this.#bytes };
    this.#append({ type: 'plan_end', ...totals, sha256 });
    fsyncSync(this.staged.fd);
    this.close();
    if (!this.store.growsInPlace) await this.store.publish(PLAN, this.staged.path, { onlyNew: true });
  }

  close(): void {
    closeSync(this.staged.fd);
  }

  #append(line: PlanLine): void {
    this.#write(Buffer.from(`${JSON.stringify(line)}\n`));
  }

  #write(raw: Buffer): void {
    try {
      for (let done = 0; done < raw.length; ) done += writeSync(this.staged.fd, raw, done);
    } catch (error) {
      throw this.store.unwritable(PLAN, error);
    }
    this.#hash.update(raw);
  }
}
