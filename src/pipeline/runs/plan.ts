/**
 * Turns a listing into shards, as a stream: groups of items in listing order. The first shards are small, so that all
 * workers start at once. The same listing always gives the same shards. Sizes: docs/decisions/040-shard-sizes.md.
 */
import { posix, resolve } from 'node:path';
import type { Content, ExtractOptions } from '../../core/content.js';
import { codeOf, throwIfInterrupted } from '../../core/errors.js';
import { HEAD_BYTES } from '../../core/limits.js';
import { escapeName } from '../../core/locator.js';
import type { ItemRange } from '../../core/range.js';
import { bytesToRead, type Shard } from '../../core/shard.js';
import type { Item } from '../../core/source.js';
import type { SourceRegistry } from '../../sources/index.js';
import { isSparse } from '../readers/holes.js';
import { listTarget } from '../readers/list-target.js';
import type { ReadContext, Readers } from '../readers/readers.js';
import { lastNameFrom, newNamesFrom } from '../scan/name-findings.js';

/** A shard with the index of the address under which its last item was listed. */
export type PlannedShard = Shard & {
  readonly address: number;
  /** The addresses of its items, if they differ. */
  readonly addresses?: readonly number[];
};

/** A stored shard with the chain of its line, which commits to the plan up to it. */
export type SealedShard = PlannedShard & { readonly chain: string };

/** A plan as a stream of shards: first the stored ones, then new ones, listed on demand. */
export interface StoredPlan {
  /** True if nothing is left to list. */
  readonly isComplete: boolean;
  /** False if the random key that the run was started with is gone. */
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
/** The cost of an item besides its bytes: opening, detection, coverage. */
const ITEM_BYTES = 16 * 1024;
/** No option changes which texts are cut. */
const NO_OPTIONS: ExtractOptions = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };

/** Groups items into shards. Where a shard ends depends only on its index, its items and their sources. */
export class ShardBuilder {
  #items: Item[] = [];
  #bytes = 0;

  constructor(
    private readonly sources: SourceRegistry,
    private index = 0,
  ) {}

  /** Returns a shard if this item completes it. */
  add(item: Item): Shard | undefined {
    this.#items.push(item);
    this.#bytes += bytesToRead(item) + ITEM_BYTES;
    const items = Math.min(SHARD_ITEMS, FIRST_SHARD_ITEMS * (this.index + 1));
    const { shardBytes, firstShardBytes } = this.sources.traitsOf(item);
    const bytes = Math.min(shardBytes, firstShardBytes * (this.index + 1));
    return this.#items.length >= items || this.#bytes >= bytes ? this.take() : undefined;
  }

  /** The current shard, unless it is empty. */
  take(): Shard | undefined {
    if (this.#items.length === 0) return undefined;
    const shard = { index: this.index, items: this.#items };
    this.index += 1;
    this.#items = [];
    this.#bytes = 0;
    return shard;
  }
}

/** The point at which an interrupted listing continues: after this item of that address. */
export type ListedUntil = {
  readonly shards: number;
  readonly address: number;
  readonly target: string;
  /** The last planned range of that item, if it is cut and has more ranges. */
  readonly range?: number;
};

/** An item with the index of the address under which it was listed. */
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
      // An item listed after the signal may lack ranges: it is listed again on resume.
      throwIfInterrupted(context.signal);
      addressOf.push(listed.address);
      const shard = builder.add(listed.item);
      if (shard) yield planned(shard);
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    fault = error;
  }
  // An interrupted source may end a listing early without an error.
  throwIfInterrupted(context.signal);
  const rest = builder.take();
  if (rest) yield planned(rest);
  // What was listed before the fault is still scanned.
  if (fault !== undefined) throw fault;
}

/** All addresses. The first one that cannot be listed is thrown after the others are listed. */
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
  // Sources list in the byte order of names, so that everything after the last one is new.
  const behind = until && address === until.address ? Buffer.from(until.target) : undefined;
  const { sources } = context.readers;
  let before = rootOf(name);
  for await (const listed of listTarget(name, context)) {
    const item = withNames(listed, before);
    before = listed.uri;
    const order = behind ? Buffer.compare(Buffer.from(storedTarget(item, sources)), behind) : 1;
    if (order < 0 || (order === 0 && until?.range === undefined)) continue;
    for await (const part of splitItem(item, context)) {
      if (order > 0 || (part.range?.index ?? 0) > (until?.range ?? -1)) yield { item: part, address };
    }
  }
}

/** The folder of an address, as a prefix of its items' uris: names that the user gave are not findings. */
function rootOf(address: string): string {
  return `${escapeName(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : posix.normalize(address)).replace(/\/$/, '')}/`;
}

/** Items come in name order, so that each folder is reported with the first item in it. */
function withNames(item: Item, before: string): Item {
  const namesFrom = newNamesFrom(item.uri, before);
  return namesFrom === lastNameFrom(item.uri) ? item : { ...item, namesFrom };
}

/** Cuts a huge text into ranges; everything else stays whole. */
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
    // The scan will fail on it again and record the reason.
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

/** The target as stored in a plan: absolute, since a plan can be resumed from another folder. */
export function storedTarget(item: Item, sources: SourceRegistry): string {
  return sources.traitsOf(item).isLocal ? resolve(item.target) : item.target;
}
