/**
 * A finished earlier run whose results for unchanged items are reused. Its plan and the new one have the same order,
 * so they are joined as streams, with one shard of each in memory. An item that the join misses is read again, which
 * costs time but does not change the result.
 */
import type { Item, Log } from '../../core/source.js';
import { compareNames } from '../../sources/local-path.js';
import type { Carried, ShardItem } from '../scan/unchanged-item.js';
import { addressesOf, type PlannedShard, type SealedShard } from './plan.js';
import { type PlanHeader, readAnyHeader, readPlanShards } from './plan-file.js';
import { pluginDifference } from './plan-header.js';
import { PLAN, type RunStore, shardName } from './run-store.js';
import { type Seal, UNKEYED } from './seal.js';
import { isOutputOf, proveShard, readShardEnd } from './shard-file.js';

/** The position of an item in a plan, and its results. */
type Place = { readonly item: Item; readonly address: number; readonly from: () => Promise<Carried | null> };

/** Options that choose items or name this run: they do not change the result of an item. */
const CHOOSING = new Set(['include', 'exclude', 'follow-symlinks', 'since-run', 'baseline', 'region']);

export class EarlierRun {
  readonly #places: AsyncGenerator<Place>;
  #next: Place | undefined;
  #begun = false;

  private constructor(run: Earlier) {
    this.#places = placesOf(run);
  }

  /** Undefined if nothing can be reused, which is logged. */
  static async open(
    store: RunStore,
    { header, seal, log }: { readonly header: PlanHeader; readonly seal: Seal; readonly log: Log },
  ): Promise<EarlierRun | undefined> {
    // The plan is read slowly, alongside the new one.
    await store.local(PLAN);
    const earlier = await readAnyHeader(store, UNKEYED);
    const why = differenceOf(earlier, header);
    if (why === undefined) return new EarlierRun({ store, seal, log });
    log.warn({ run: store.name, why }, 'no results of the earlier run are reused');
    return undefined;
  }

  /** For each item of the shard its earlier lines, or null. Call with shards in plan order. */
  async carry(shard: PlannedShard): Promise<(Carried | null)[]> {
    const addresses = addressesOf(shard);
    const found: (Carried | null)[] = [];
    for (const [i, item] of shard.items.entries()) found.push(await this.#find(item, addresses[i] as number));
    return found;
  }

  async close(): Promise<void> {
    await this.#places.return(undefined);
  }

  async #find(item: Item, address: number): Promise<Carried | null> {
    if (!this.#begun) await this.#advance();
    this.#begun = true;
    while (this.#next && compare(this.#next, { item, address }) < 0) await this.#advance();
    const place = this.#next;
    if (!place || !isPinned(item) || JSON.stringify(place.item) !== JSON.stringify(item)) return null;
    return place.from();
  }

  async #advance(): Promise<void> {
    const { value, done } = await this.#places.next();
    this.#next = done ? undefined : (value as Place);
  }
}

/** Only a version proves that a content is the same. Files of size 0 can have content (/proc). */
function isPinned({ version, bytes, fault }: Item): boolean {
  return !!version && !version.startsWith(';') && bytes !== undefined && bytes > 0 && !fault;
}

function compare(a: Pick<Place, 'item' | 'address'>, b: Pick<Place, 'item' | 'address'>): number {
  return (
    a.address - b.address ||
    compareNames(a.item.target, b.item.target) ||
    (a.item.range?.index ?? 0) - (b.item.range?.index ?? 0)
  );
}

type Earlier = { readonly store: RunStore; readonly seal: Seal; readonly log: Log };

async function* placesOf(run: Earlier): AsyncGenerator<Place> {
  for await (const shard of readPlanShards(run.store, run.seal)) {
    const addresses = addressesOf(shard);
    let parts: Promise<(Carried | null)[]> | undefined;
    const partsOf = () => {
      parts ??= readParts(run, shard);
      return parts;
    };
    for (const [i, item] of shard.items.entries()) {
      const from = async () => (await partsOf())[i] ?? null;
      yield { item, address: addresses[i] as number, from };
    }
  }
}

/** Verifies the shard, so that damaged results are not reused. */
async function readParts({ store, seal, log }: Earlier, shard: SealedShard): Promise<(Carried | null)[]> {
  const name = shardName(shard.index);
  const end = await readShardEnd(store, name, seal);
  if (!end || !isOutputOf(shard, end) || !(await proveShard(store, name, end))) {
    log.warn(
      { run: store.name, shard: shard.index },
      'this shard of the earlier run is damaged: its items are read again',
    );
    return [];
  }
  // Workers read it.
  const path = await store.local(name);
  let start = 0;
  return end.items.map((item: ShardItem) => {
    const carried = item.again ? null : { path, start, item };
    start += item.bytes;
    return carried;
  });
}

/** Why results of one run are not valid for the other, if they are not. */
function differenceOf(earlier: PlanHeader, now: PlanHeader): string | undefined {
  const own = ({ options }: PlanHeader) =>
    JSON.stringify(Object.entries(options).filter(([name]) => !CHOOSING.has(name)));
  if (earlier.keyCheck !== now.keyCheck) return 'it has another fingerprint key';
  if (earlier.format !== now.format) return 'it has an older format';
  if (earlier.toolVersion !== now.toolVersion) return 'it was made by another version of leaksift';
  if (earlier.packHash !== now.packHash) return 'it was made with other rules';
  const plugin = pluginDifference(earlier, now);
  if (plugin) return `it was made with ${plugin}`;
  if (JSON.stringify(earlier.addresses) !== JSON.stringify(now.addresses)) return 'it has other targets';
  if (own(earlier) !== own(now)) return 'it was made with other options';
  return earlier.settingsCheck === now.settingsCheck
    ? undefined
    : 'it was made with other passwords or another watchlist';
}
