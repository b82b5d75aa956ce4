/**
 * A finished run of before, from which unchanged items are carried over. Its plan and the new one are in
 * the same order, so they are joined as they stream by: memory holds one shard of each, whatever their
 * length. An item that the join misses is read again, which costs time and changes nothing.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LeaksiftError } from '../../core/errors.js';
import type { Item, Log } from '../../core/source.js';
import { compareNames } from '../../sources/local-path.js';
import type { Carried, ShardItem } from '../scan/unchanged-item.js';
import { RunFolder } from './folder-store.js';
import { addressesOf, type PlannedShard } from './plan.js';
import { type PlanHeader, readPlanShards, readPlanState } from './plan-file.js';
import { pluginDifference } from './plan-header.js';
import { proveShard, readShardEnd } from './shard-file.js';

/** Where an item stands in a plan, and what it put into its shard. */
type Place = { readonly item: Item; readonly address: number; readonly from: () => Promise<Carried | null> };

/** Options that choose items, or point here: they bear on no item's result. */
const CHOOSING = new Set(['include', 'exclude', 'follow-symlinks', 'since-run', 'baseline', 'region']);

export class EarlierRun {
  readonly #places: AsyncGenerator<Place>;
  #next: Place | undefined;
  #begun = false;

  private constructor(folder: RunFolder, log: Log) {
    this.#places = placesOf(folder, log);
  }

  /**
   * `given` is a run folder, or a folder of run folders: then the newest finished one. Undefined where
   * nothing can be carried over, which is logged. Throws `usage` for a run that is not finished.
   */
  static async open(
    given: string | RunFolder,
    now: { header: PlanHeader; log: Log },
  ): Promise<EarlierRun | undefined> {
    const { header, log } = now;
    const folder = findRun(given);
    if (!folder) {
      log.info({ path: given }, 'no finished run yet: everything is read');
      return undefined;
    }
    const { header: earlier } = await readPlanState(folder.plan);
    const why = differenceOf(earlier, header);
    if (why === undefined) return new EarlierRun(folder, log);
    log.warn({ run: folder.name, why }, 'nothing is carried over from the earlier run');
    return undefined;
  }

  /** For each item of the shard its lines of before, or null. Call with shards in the order of the plan. */
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

/** Only a version tells that a content is the same. Files of no size may have content all the same (/proc). */
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

async function* placesOf(folder: RunFolder, log: Log): AsyncGenerator<Place> {
  for await (const shard of readPlanShards(folder.plan)) {
    const addresses = addressesOf(shard);
    let parts: Promise<(Carried | null)[]> | undefined;
    const partsOf = () => {
      parts ??= readParts(folder, shard, log);
      return parts;
    };
    for (const [i, item] of shard.items.entries()) {
      const from = async () => (await partsOf())[i] ?? null;
      yield { item, address: addresses[i] as number, from };
    }
  }
}

/** Proves the shard, so that nothing that was damaged since is taken over. */
async function readParts(
  folder: RunFolder,
  { index, items }: PlannedShard,
  log: Log,
): Promise<(Carried | null)[]> {
  const path = folder.shard(index);
  // Workers will read it.
  await folder.files.bring(path);
  const end = await readShardEnd(path);
  if (!end || end.items.length !== items.length || !(await proveShard(path, end))) {
    log.warn(
      { run: folder.name, shard: index },
      'this shard of the earlier run is damaged: its items are read again',
    );
    return [];
  }
  let start = 0;
  return end.items.map((item: ShardItem) => {
    const carried = item.again ? null : { path, start, item };
    start += item.bytes;
    return carried;
  });
}

function findRun(from: string | RunFolder): RunFolder | undefined {
  const given = typeof from === 'string' ? new RunFolder(from) : from;
  const { path } = given;
  if (given.isMerged()) return given;
  if (given.exists())
    throw new LeaksiftError('usage', `${given.name}: this run is not finished; resume it first`);
  if (!existsSync(path)) throw new LeaksiftError('not-found', `${path}: is no run folder`);
  const runs = readdirSync(path)
    .map((name) => new RunFolder(join(path, name)))
    .filter((run) => run.exists() && run.isMerged())
    .map((run) => ({ run, time: statSync(run.manifest).mtimeMs }));
  return runs.sort((a, b) => b.time - a.time || (a.run.path < b.run.path ? 1 : -1))[0]?.run;
}

/** Why results of the one run do not hold for the other, if so. */
function differenceOf(earlier: PlanHeader, now: PlanHeader): string | undefined {
  const own = ({ options }: PlanHeader) =>
    JSON.stringify(Object.entries(options).filter(([name]) => !CHOOSING.has(name)));
  if (earlier.keyCheck !== now.keyCheck) return 'it has another fingerprint key';
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
