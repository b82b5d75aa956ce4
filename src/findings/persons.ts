/**
 * How many different persons are exposed, and of how many each entity. In: packed keys of records
 * (person-keys.ts), in any order, from any number of workers. Out: counts that do not depend on that order.
 * Keys are kept in memory up to a limit and then partitioned by hash into a private folder, so that ten
 * million records cost 12 bytes each in memory and the rest on disk. Ends with close(), which removes the
 * folder; count() may be called once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENTITIES } from '../core/entity.js';
import { ENTRY_WORDS, KeyPartition, sameKey, sortedByKey } from './key-partition.js';
import { HEAD_WORDS, KEY_KIND, KEY_WORDS } from './person-keys.js';

export type PersonCount = { readonly distinct: number; readonly byEntity: Record<string, number> };

export type PersonCounterOptions = {
  /** Keys held in memory before they are spilled. */
  readonly maxKeysInMemory?: number;
  readonly tempRoot?: string;
};

const PARTITIONS = 256;
const DEFAULT_KEYS_IN_MEMORY = 1_000_000;
/** A key that this many different names share is no identifier of a person. */
const MAX_NAMES = 3;

export class PersonCounter {
  #records = 0;
  #parent = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  /** Records that are only a name which an identified person bears: not counted. */
  #absorbed = new Uint8Array(1024);
  readonly #partitions: KeyPartition[];
  readonly #maxKeys: number;
  #keys = 0;
  #folder: string | undefined;

  constructor(private readonly options: PersonCounterOptions = {}) {
    this.#maxKeys = options.maxKeysInMemory ?? DEFAULT_KEYS_IN_MEMORY;
    this.#partitions = Array.from({ length: PARTITIONS }, () => new KeyPartition());
  }

  /** Takes the packed records of a worker, one behind the other. Ignores what is cut short. */
  add(packed: Uint32Array): void {
    let at = 0;
    while (at + HEAD_WORDS <= packed.length) {
      const keys = packed[at] as number;
      const end = at + HEAD_WORDS + keys * KEY_WORDS;
      if (end > packed.length) return;
      this.#addRecord(packed, at, keys);
      at = end;
    }
  }

  #addRecord(packed: Uint32Array, at: number, keys: number): void {
    const record = this.#records++;
    if (record >= this.#parent.length) this.#grow();
    this.#parent[record] = record;
    this.#low[record] = packed[at + 1] as number;
    this.#high[record] = packed[at + 2] as number;
    const name = packed[at + 3] as number;
    for (let k = 0; k < keys; k++) {
      const key = at + HEAD_WORDS + k * KEY_WORDS;
      const kind = packed[key] as number;
      const high = packed[key + 1] as number;
      const low = packed[key + 2] as number;
      (this.#partitions[high >>> 24] as KeyPartition).push([high, low, record, name, kind]);
    }
    this.#keys += keys;
    if (this.#keys >= this.#maxKeys) this.#spill();
  }

  #grow(): void {
    const size = this.#parent.length * 2;
    const wider = (old: Uint32Array) => {
      const next = new Uint32Array(size);
      next.set(old);
      return next;
    };
    this.#parent = wider(this.#parent);
    this.#low = wider(this.#low);
    this.#high = wider(this.#high);
    const absorbed = new Uint8Array(size);
    absorbed.set(this.#absorbed);
    this.#absorbed = absorbed;
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(path.join(this.options.tempRoot ?? tmpdir(), 'leaksift-persons-'));
    for (const [i, partition] of this.#partitions.entries()) partition.spill(path.join(this.#folder, `${i}`));
    this.#keys = 0;
  }

  /** Joins the records and counts. Keys of one partition are in memory at a time. */
  count(): PersonCount {
    for (const partition of this.#partitions) this.#join(partition.take());
    // What a person's records show is gathered at the root; the others are then passed over.
    for (let record = 0; record < this.#records; record++) {
      const root = this.#find(record);
      this.#low[root] = ((this.#low[root] as number) | (this.#low[record] as number)) >>> 0;
      this.#high[root] = ((this.#high[root] as number) | (this.#high[record] as number)) >>> 0;
    }
    return this.#tally();
  }

  #tally(): PersonCount {
    const counts = new Float64Array(ENTITIES.length);
    let distinct = 0;
    for (let record = 0; record < this.#records; record++) {
      if (this.#parent[record] !== record || this.#absorbed[record]) continue;
      distinct += 1;
      for (let i = 0; i < counts.length; i++) {
        const bits = (i < 32 ? this.#low[record] : this.#high[record]) as number;
        counts[i] = (counts[i] as number) + ((bits >>> (i & 31)) & 1);
      }
    }
    const present = ENTITIES.map((entity, i) => [entity, counts[i] as number] as const);
    return { distinct, byEntity: Object.fromEntries(present.filter(([, count]) => count > 0)) };
  }

  /** Removes what was spilled. */
  close(): void {
    for (const partition of this.#partitions) partition.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #join(entries: Uint32Array): void {
    const order = sortedByKey(entries);
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && sameKey(entries, order[from] as number, order[to] as number)) to++;
      if (to > from + 1) this.#joinGroup(entries, order.subarray(from, to));
      from = to;
    }
  }

  /** All entries of one hash; kinds are parts of different groups. */
  #joinGroup(entries: Uint32Array, group: Uint32Array): void {
    const of = (kind: number) => group.filter((e) => entries[e * ENTRY_WORDS + 4] === kind);
    this.#unite(entries, of(KEY_KIND.exact));
    this.#uniteOpen(entries, of(KEY_KIND.open));
    this.#uniteShort(entries, of(KEY_KIND.short), of(KEY_KIND.alias));
    const strict = of(KEY_KIND.strict);
    if (namesOf(entries, strict).size <= MAX_NAMES) this.#unite(entries, strict);
    else this.#uniteOpen(entries, strict);
    const nameOnly = of(KEY_KIND.nameOnly);
    this.#unite(entries, nameOnly);
    if (of(KEY_KIND.name).length > 0) for (const e of nameOnly) this.#absorbed[recordOf(entries, e)] = 1;
  }

  /** Same name, same person; the nameless join where nobody else claims the identifier. */
  #uniteOpen(entries: Uint32Array, group: Uint32Array): void {
    const names = namesOf(entries, group);
    for (const name of names)
      this.#unite(
        entries,
        group.filter((e) => entries[e * ENTRY_WORDS + 3] === name),
      );
    const nameless = group.filter((e) => entries[e * ENTRY_WORDS + 3] === 0);
    this.#unite(entries, nameless);
    if (names.size === 1) this.#unite(entries, group);
  }

  #unite(entries: Uint32Array, group: Uint32Array): void {
    const first = group[0];
    if (first === undefined) return;
    const root = recordOf(entries, first);
    for (const e of group.subarray(1)) this.#union(root, recordOf(entries, e));
  }

  /** A shortened name joins the full one it may stand for, where there is one only. */
  #uniteShort(entries: Uint32Array, short: Uint32Array, alias: Uint32Array): void {
    const [first] = short;
    if (first === undefined) return;
    this.#unite(entries, short);
    if (namesOf(entries, alias).size === 1) this.#unite(entries, Uint32Array.from([first, ...alias]));
  }

  #find(record: number): number {
    const parent = this.#parent;
    let at = record;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  }

  #union(a: number, b: number): void {
    const x = this.#find(a);
    const y = this.#find(b);
    if (x < y) this.#parent[y] = x;
    else this.#parent[x] = y;
  }
}

function recordOf(entries: Uint32Array, entry: number): number {
  return entries[entry * ENTRY_WORDS + 2] as number;
}

function namesOf(entries: Uint32Array, group: Uint32Array): Set<number> {
  const out = new Set<number>();
  for (const e of group) out.add(entries[e * ENTRY_WORDS + 3] as number);
  out.delete(0);
  return out;
}
