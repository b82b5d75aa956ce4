/**
 * The plan of a run as a file: a header, a line for each shard, and a closing line with totals, each sealed with the
 * chain of the one before (seal.ts). Grows while the listing runs. A torn last line is dropped on reading; the
 * listing then continues after the last whole one. Over 250 lines: reader and writer share one format.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { LeaksiftError } from '../../core/errors.js';
import { escapeUnsafe } from '../../core/printable.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import { linesIn, wholeLines } from '../scan/lines.js';
import type { PlannedShard, SealedShard } from './plan.js';
import { PLAN, placeOf, type RunStore } from './run-store.js';
import type { Seal, Sealed } from './seal.js';

/**
 * The format version of a run: of its plan, shards and manifest, and of the merge. Version 1 had no seals and did not
 * protect closing lines and the manifest's own fields.
 */
export const RUN_FORMAT = 2;

export type PlannedPlugin = { readonly name: string; readonly sha256: string };

export type PlanHeader = {
  readonly type: 'plan';
  readonly format: number;
  readonly toolVersion: string;
  readonly packHash: string;
  /** Absent without plug-ins. */
  readonly plugins?: readonly PlannedPlugin[];
  readonly addresses: readonly string[];
  readonly workingFolder: string;
  /** Option values as typed. For secrets only the names of their files. */
  readonly options: Readonly<Record<string, unknown>>;
  /** HMAC of a constant under the fingerprint key: identifies the run's key. */
  readonly keyCheck: string;
  /** The same for the files that options refer to: passwords, the watchlist. */
  readonly settingsCheck: string;
};

export type PlanTotals = { readonly shards: number; readonly items: number; readonly bytes: number };
export type PlanEnd = PlanTotals & { readonly type: 'plan_end' };

const NO_SHARDS: PlanTotals = { shards: 0, items: 0, bytes: 0 };

function plus({ shards, items, bytes }: PlanTotals, shard: Shard): PlanTotals {
  return { shards: shards + 1, items: items + shard.items.length, bytes: bytes + bytesOf(shard) };
}

type PlanFields = PlanHeader | (PlannedShard & { readonly type: 'shard' }) | PlanEnd;

export type PlanLine = {
  readonly fields: PlanFields;
  readonly chain: string;
  readonly hasMac: boolean;
  readonly raw: Buffer;
  /** Up to this line. */
  readonly totals: PlanTotals;
};

/**
 * The whole lines of a plan, in order. Throws `corrupt` for a line that does not match its seal or is out of place,
 * and `usage` for a run of another format.
 */
export async function* readPlan(store: RunStore, seal: Seal): AsyncGenerator<PlanLine> {
  let totals: PlanTotals | undefined = NO_SHARDS;
  let before = '';
  let number = 0;
  let isEnded = false;
  for await (const lines of wholeLines(store.read(PLAN))) {
    for (const raw of linesIn(lines)) {
      number += 1;
      if (number === 1) mustBeOfFormat(store, raw);
      const sealed: Sealed<PlanFields> | undefined = isEnded ? undefined : readSealed(raw, before, seal);
      totals = sealed && totalsAfter(sealed.fields, totals, number);
      if (!sealed || !totals) throw brokenLine(store, number);
      const { fields, chain, hasMac }: Sealed<PlanFields> = sealed;
      yield { fields, chain, hasMac, raw, totals };
      isEnded = fields.type === 'plan_end';
      before = chain;
    }
  }
  if (number === 0) throw brokenLine(store, 1);
}

function readSealed(raw: Buffer, before: string, seal: Seal): Sealed<PlanFields> | undefined {
  try {
    return seal.readLine<PlanFields>(raw, before);
  } catch {
    return undefined;
  }
}

/** Undefined if the line is out of place: first a header, then shards numbered from 0, then an end with their totals. */
function totalsAfter(fields: PlanFields, totals: PlanTotals, number: number): PlanTotals | undefined {
  if (number === 1) return fields.type === 'plan' ? totals : undefined;
  if (fields.type === 'plan_end') {
    const isSame = (['shards', 'items', 'bytes'] as const).every((key) => fields[key] === totals[key]);
    return isSame ? totals : undefined;
  }
  if (fields.type !== 'shard' || fields.index !== totals.shards || !Array.isArray(fields.items))
    return undefined;
  return plus(totals, fields);
}

function brokenLine(store: RunStore, number: number): LeaksiftError {
  return new LeaksiftError('corrupt', `${placeOf(store, PLAN)}: line ${number} is not what was written`);
}

function mustBeOfFormat({ name }: RunStore, raw: Buffer): void {
  const { format, toolVersion } = parsed(raw);
  if (typeof format !== 'number' || format === RUN_FORMAT) return;
  const by = typeof toolVersion === 'string' ? ` (leaksift ${escapeUnsafe(toolVersion)})` : '';
  throw new LeaksiftError(
    'usage',
    `${name}: is a run of format ${format}${by}, and this version supports only format ${RUN_FORMAT}: ` +
      'use the version that wrote it (report, diff and baseline read older runs)',
  );
}

function parsed(raw: Buffer): Partial<PlanHeader> {
  try {
    return (JSON.parse(raw.toString('utf8')) ?? {}) as Partial<PlanHeader>;
  } catch {
    return {};
  }
}

/** The header, of any format version. Its seal is checked if the version is this one. Throws as readPlan. */
export async function readAnyHeader(store: RunStore, seal: Seal): Promise<PlanHeader> {
  for await (const lines of wholeLines(store.read(PLAN))) {
    const [raw = Buffer.alloc(0)] = linesIn(lines);
    const header = parsed(raw);
    if (typeof header.format === 'number' && header.format !== RUN_FORMAT) return header as PlanHeader;
    const sealed = readSealed(raw, '', seal);
    if (sealed?.fields.type === 'plan') return sealed.fields;
    break;
  }
  throw brokenLine(store, 1);
}

/** The header of a run of this format. Throws as readPlan. */
export async function readPlanHeader(store: RunStore, seal: Seal): Promise<PlanHeader & { hasMac: boolean }> {
  for await (const { fields, hasMac } of readPlan(store, seal)) return { ...(fields as PlanHeader), hasMac };
  throw brokenLine(store, 1);
}

export type PlanState = PlanTotals & {
  readonly header: PlanHeader;
  readonly hasMac: boolean;
  /** True if the listing is complete. */
  readonly isComplete: boolean;
  /** Of the last line. */
  readonly chain: string;
};

/** The state of a plan that ends with `line`. */
export function stateOf(header: PlanHeader, { fields, chain, hasMac, totals }: PlanLine): PlanState {
  return { header, hasMac, ...totals, isComplete: fields.type === 'plan_end', chain };
}

/** `last`: the last planned shard, after which the listing continues. */
export type ListingState = PlanState & { readonly last: PlannedShard | undefined };

/** The current state of a plan. Throws as readPlan. */
export async function readPlanState(store: RunStore, seal: Seal): Promise<ListingState> {
  let header: PlanHeader | undefined;
  let last: PlannedShard | undefined;
  let end: PlanLine | undefined;
  for await (const line of readPlan(store, seal)) {
    const { fields } = line;
    if (fields.type === 'plan') header = fields;
    else if (fields.type === 'shard') last = fields;
    end = line;
  }
  // readPlan throws where there is no header.
  return { ...stateOf(header as PlanHeader, end as PlanLine), last };
}

export function bytesOf(shard: Shard): number {
  return shard.items.reduce((sum, item) => sum + bytesToRead(item), 0);
}

/** The shards of a plan, in order. Throws as readPlan. */
export async function* readPlanShards(store: RunStore, seal: Seal): AsyncGenerator<SealedShard> {
  for await (const { fields, chain } of readPlan(store, seal))
    if (fields.type === 'shard') yield { ...fields, chain };
}

/**
 * Writes a plan line by line. Each line is written before its shard is scanned, so that no unplanned shard is
 * scanned.
 */
export class PlanWriter {
  #chain = '';
  #totals = NO_SHARDS;

  private constructor(
    private readonly store: RunStore,
    private readonly seal: Seal,
    private readonly staged: { readonly path: string; readonly fd: number },
  ) {}

  static async create(store: RunStore, seal: Seal, header: PlanHeader): Promise<PlanWriter> {
    const writer = await PlanWriter.#open(store, seal);
    writer.#append(header);
    return writer.#begun();
  }

  /** Continues after the last whole line, in a new file that replaces the old one. */
  static async reopen(store: RunStore, seal: Seal): Promise<PlanWriter> {
    const writer = await PlanWriter.#open(store, seal);
    for await (const { raw, chain, totals } of readPlan(store, seal)) {
      writer.#write(raw);
      writer.#chain = chain;
      writer.#totals = totals;
    }
    return writer.#begun();
  }

  static async #open(store: RunStore, seal: Seal): Promise<PlanWriter> {
    const path = await store.stage(PLAN);
    try {
      return new PlanWriter(store, seal, { path, fd: openSync(path, 'w', 0o600) });
    } catch (error) {
      throw store.unwritable(PLAN, error);
    }
  }

  /** If the store allows it, the plan is visible from now on and grows. */
  async #begun(): Promise<this> {
    if (this.store.growsInPlace) await this.store.publish(PLAN, this.staged.path);
    return this;
  }

  /** Returns the shard as readPlanShards() will. */
  add(shard: PlannedShard): SealedShard {
    this.#append({ type: 'shard', ...shard });
    this.#totals = plus(this.#totals, shard);
    return { ...shard, chain: this.#chain };
  }

  /** If plans do not grow in place, publishes the whole one, or keeps that of a faster process. */
  async finish(): Promise<void> {
    this.#append({ type: 'plan_end', ...this.#totals });
    fsyncSync(this.staged.fd);
    this.close();
    if (!this.store.growsInPlace) await this.store.publish(PLAN, this.staged.path, { onlyNew: true });
  }

  close(): void {
    closeSync(this.staged.fd);
  }

  #append(fields: PlanFields): void {
    const { text, chain } = this.seal.line(fields, this.#chain);
    this.#write(Buffer.from(text));
    this.#chain = chain;
  }

  #write(raw: Buffer): void {
    try {
      for (let done = 0; done < raw.length; ) done += writeSync(this.staged.fd, raw, done);
    } catch (error) {
      throw this.store.unwritable(PLAN, error);
    }
  }
}
