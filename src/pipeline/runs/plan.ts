/**
 * Listing → shards, streamed: groups of items in the order of the listing. The first shards are small, so that all
 * workers start at once. The same listing always makes the same shards. Sizes: docs/decisions/040-shard-sizes.md.
 */
import { resolve } from 'node:path';
import type { Content, ExtractOptions } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { HEAD_BYTES } from '../../core/limits.js';
import type { ItemRange } from '../../core/range.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import type { Item } from '../../core/source.js';
import type { SourceRegistry } from '../../sources/index.js';
import { isSparse } from '../readers/holes.js';
import { listTarget } from '../readers/list-target.js';
import type { ReadContext, Readers } from '../readers/readers.js';

/** A shard with the index of the address that its last item was listed under. */
export type PlannedShard = Shard & {
  readonly address: number;
  /** The addresses of its items, where they are not all the same. */
  readonly addresses?: readonly number[];
};

/** A stored shard with the chain of its line, which commits to the plan up to it. */
export type SealedShard = PlannedShard & { readonly chain: string };

/** A plan as a stream of shards: first what is stored, then what is listed as shards are asked for. */
export interface StoredPlan {
  /** True where nothing is left to list. */
  readonly isComplete: boolean;
  /** False where the random key that the run was begun with is gone. */
  readonly isOfKey: boolean;
  shards(context: ReadContext): AsyncGenerator<SealedShard>;
  close(): void;
}

/** The index of the address of each item. */
export function addressesOf({ items, address, addresses }: PlannedShard): readonly number[] {
  return addresses ?? items.map(() => address);
}

const SHARD_ITEMS = 256;
const FIRST_SHARD_ITEMS = 8;
/** What an item costs besides its bytes: opening, detection, coverage. */
const ITEM_BYTES = 16 * 1024;
/** No option changes which texts are cut. */
const NO_OPTIONS: ExtractOptions = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };

/** Gathers items into shards. Where a shard ends depends on its index, its items and their sources alone. */
export class ShardBuilder {
  #items: Item[] = [];
  #bytes = 0;

  constructor(
    private readonly sources: SourceRegistry,
    private index = 0,
  ) {}

  /** Returns a shard when this item filled it. */
  add(item: Item): Shard | undefined {
    this.#items.push(item);
    this.#bytes += bytesToRead(item) + ITEM_BYTES;
    const items = Math.min(SHARD_ITEMS, FIRST_SHARD_ITEMS * (this.index + 1));
    const { shardBytes, firstShardBytes } = this.sources.traitsOf(item);
    const bytes = Math.min(shardBytes, firstShardBytes * (this.index + 1));
    return this.#items.length >= items || this.#bytes >= bytes ? this.take() : undefined;
  }

  /** The shard so far, if it holds anything. */
  take(): Shard | undefined {
    if (this.#items.length === 0) return undefined;
    const shard = { index: this.index, items: this.#items };
    this.index += 1;
    this.#items = [];
    this.#bytes = 0;
    return shard;
  }
}

/** Where a listing that was interrupted goes on: behind this item of that address. */
export type ListedUntil = {
  readonly shards: number;
  readonly address: number;
  readonly target: string;
  /** The last range planned of that item, where it is cut and not all of it was. */
  readonly range?: number;
};

/** An item with the index of the address it was listed under. */
type Listed = { readonly item: Item; readonly address: number };

export async function* planShards(
  addresses: readonly string[],
  context: ReadContext,
  until?: ListedUntil,
): AsyncGenerator<PlannedShard> {
  const builder = new ShardBuilder(context.readers.sources, until?.shards);
  let addressOf: number[] = [];
  let fault: unknown;
  const planned = (shard: Shard): PlannedShard => {
    const address = addressOf.at(-1) as number;
    const isMixed = addressOf[0] !== address;
    const shown = { ...shard, address, ...(isMixed && { addresses: addressOf }) };
    addressOf = [];
    return shown;
  };
  try {
    for await (const listed of listAll(addresses, context, until)) {
      // What is listed after the signal may be short of its ranges: it is listed anew on resume.
      throwIfInterrupted(context);
      addressOf.push(listed.address);
      const shard = builder.add(listed.item);
      if (shard) yield planned(shard);
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    fault = error;
  }
  // A source may end a listing early, without a fault, when it is interrupted.
  throwIfInterrupted(context);
  const rest = builder.take();
  if (rest) yield planned(rest);
  // What was listed before the fault is scanned all the same.
  if (fault !== undefined) throw fault;
}

function throwIfInterrupted({ signal }: ReadContext): void {
  if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
}

/** All addresses. The first one that cannot be listed is thrown after the others were listed. */
async function* listAll(
  addresses: readonly string[],
  context: ReadContext,
  until: ListedUntil | undefined,
): AsyncGenerator<Listed> {
  let fault: unknown;
  for (const [address, name] of addresses.entries()) {
    if (until && address < until.address) continue;
    try {
      yield* listOne({ name, address }, context, until);
    } catch (error) {
      if (context.signal.aborted) throw error;
      fault ??= error;
    }
  }
  if (fault !== undefined) throw fault;
}

async function* listOne(
  { name, address }: { name: string; address: number },
  context: ReadContext,
  until: ListedUntil | undefined,
): AsyncGenerator<Listed> {
  // Sources list in the order of their names' bytes, so that what lies behind the last one is new.
  const behind = until && address === until.address ? Buffer.from(until.target) : undefined;
  const { sources } = context.readers;
  for await (const item of listTarget(name, context)) {
    const order = behind ? Buffer.compare(Buffer.from(storedTarget(item, sources)), behind) : 1;
    if (order < 0 || (order === 0 && until?.range === undefined)) continue;
    for await (const part of splitItem(item, context)) {
      if (order > 0 || (part.range?.index ?? 0) > (until?.range ?? -1)) yield { item: part, address };
    }
  }
}

/** A huge text becomes ranges; everything else stays whole. */
async function* splitItem(item: Item, context: ReadContext): AsyncGenerator<Item> {
  const { sources, formats } = context.readers;
  const { rangeBytes = sources.traitsOf(item).rangeBytes } = context.limits;
  const isSmall = (item.bytes ?? 0) <= 2 * rangeBytes;
  const source = isSmall || item.fault ? undefined : sources.sourceOf(item);
  const content = await source?.open(item, context).catch(() => undefined);
  const isWhole =
    !content?.reopenable || (content.localPath !== undefined && (await isSparse(content.localPath)));
  const ranges = isWhole ? undefined : await rangesOf(content, rangeBytes, formats);
  if (!ranges) {
    yield item;
    return;
  }
  try {
    let isCut = false;
    for await (const range of ranges) {
      isCut = true;
      yield { ...item, range };
    }
    if (!isCut) yield item;
  } catch (error) {
    // Read again, it will fail again, and be recorded with its reason.
    yield { ...item, fault: { status: 'error', reason: codeOf(error) } };
  }
}

async function rangesOf(
  content: Content,
  rangeBytes: number,
  formats: Readers['formats'],
): Promise<AsyncIterable<ItemRange> | undefined> {
  try {
    const head = await readHead(content);
    const type = await formats.detect(head, { name: content.name, size: content.size });
    const format = formats.formatFor(type, NO_OPTIONS);
    if (!format?.splits) return undefined;
    return (await format.load()).splits?.(content, head, rangeBytes);
  } catch {
    return undefined;
  }
}

async function readHead(content: Content): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open({ start: 0, end: HEAD_BYTES })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The target as a stored plan has it: absolute, since a plan outlives its working folder. */
export function storedTarget(item: Item, sources: SourceRegistry): string {
  return sources.traitsOf(item).isLocal ? resolve(item.target) : item.target;
}
