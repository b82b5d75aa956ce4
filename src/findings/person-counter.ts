/**
 * Counts distinct exposed persons, and how many of them expose each entity. Input: packed keys of records
 * (person-keys.ts) from any number of workers, in any order; the counts do not depend on that order. Above a limit,
 * keys move from memory to a private folder, partitioned by hash: ten million records cost six bytes each in memory
 * and the rest on disk. Call count() once; close() removes the folder.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Entity } from '../core/entity.js';
import { makePrivateFolderSync } from '../core/private-folder.js';
import { ENTRY_WORDS, JoinSpace, KeyPartition, sameKey, sortedByKey } from './key-partition.js';
import { HEAD_WORDS, KEY_KIND, KEY_WORDS } from './person-keys.js';
import { PersonUnion } from './person-union.js';

export type PersonCount = { readonly distinct: number; readonly byEntity: Partial<Record<Entity, number>> };

export type PersonCounterOptions = {
  /** Keys held in memory before they spill to disk. */
  readonly maxKeysInMemory?: number;
  readonly tempRoot?: string;
};

const PARTITIONS = 256;
const DEFAULT_KEYS_IN_MEMORY = 500_000;
/** A key shared by more different names than this identifies nobody. */
const MAX_NAMES = 3;

export class PersonCounter {
  readonly #records = new PersonUnion();
  readonly #partitions: KeyPartition[];
  readonly #maxKeys: number;
  #keys = 0;
  readonly #kinds = Array.from({ length: Math.max(...Object.values(KEY_KIND)) + 1 }, (): number[] => []);
  #folder: string | undefined;

  constructor(private readonly options: PersonCounterOptions = {}) {
    this.#maxKeys = options.maxKeysInMemory ?? DEFAULT_KEYS_IN_MEMORY;
    this.#partitions = Array.from({ length: PARTITIONS }, () => new KeyPartition());
  }

  /** Adds packed records of a worker, concatenated. Ignores a truncated last record. */
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
    const record = this.#records.add({ low: packed[at + 1] as number, high: packed[at + 2] as number });
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

  #spill(): void {
    this.#folder ??= makePrivateFolderSync(this.options.tempRoot);
    for (const [i, partition] of this.#partitions.entries()) partition.spill(path.join(this.#folder, `${i}`));
    this.#keys = 0;
  }

  /** Joins the records and counts. Holds the keys of one partition at a time. */
  count(): PersonCount {
    const space = new JoinSpace();
    for (const partition of this.#partitions) {
      const entries = partition.take(space);
      this.#join(entries, sortedByKey(entries, space));
    }
    return this.#records.count();
  }

  /** Removes the spill folder. */
  close(): void {
    for (const partition of this.#partitions) partition.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #join(entries: Uint32Array, order: Uint32Array): void {
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && sameKey(entries, order[from] as number, order[to] as number)) to++;
      if (to > from + 1) this.#joinGroup(entries, order.subarray(from, to));
      from = to;
    }
  }

  /** Joins all entries of one hash, separately for each kind. */
  #joinGroup(entries: Uint32Array, group: Uint32Array): void {
    const kinds = this.#byKind(entries, group);
    const of = (kind: number) => kinds[kind] as number[];
    this.#unite(entries, of(KEY_KIND.exact));
    this.#uniteOpen(entries, of(KEY_KIND.open));
    this.#uniteShort(entries, of(KEY_KIND.short), of(KEY_KIND.alias));
    const strict = of(KEY_KIND.strict);
    if (namesOf(entries, strict).size <= MAX_NAMES) this.#unite(entries, strict);
    else this.#uniteOpen(entries, strict);
    const nameOnly = of(KEY_KIND.nameOnly);
    this.#unite(entries, nameOnly);
    if (of(KEY_KIND.name).length > 0) for (const e of nameOnly) this.#records.absorb(recordOf(entries, e));
  }

  /** The result is valid until the next call: separate lists for millions of groups would cost too much. */
  #byKind(entries: Uint32Array, group: Uint32Array): readonly number[][] {
    for (const list of this.#kinds) list.length = 0;
    for (const e of group) this.#kinds[entries[e * ENTRY_WORDS + 4] as number]?.push(e);
    return this.#kinds;
  }

  /** Records of one name are one person; a nameless record joins where only one name has the identifier. */
  #uniteOpen(entries: Uint32Array, group: readonly number[]): void {
    if (group.length < 2) return;
    const firsts = new Map<number, number>();
    for (const e of group) {
      const name = entries[e * ENTRY_WORDS + 3] as number;
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, e);
      else this.#records.union(recordOf(entries, first), recordOf(entries, e));
    }
    const names = firsts.size - (firsts.has(0) ? 1 : 0);
    if (names === 1) this.#unite(entries, group);
  }

  #unite(entries: Uint32Array, group: readonly number[]): void {
    const first = group[0];
    if (first === undefined) return;
    const root = recordOf(entries, first);
    for (let i = 1; i < group.length; i++) this.#records.union(root, recordOf(entries, group[i] as number));
  }

  /** Joins a shortened name to the full name it can abbreviate, if there is exactly one. */
  #uniteShort(entries: Uint32Array, short: readonly number[], alias: readonly number[]): void {
    const [first] = short;
    if (first === undefined) return;
    this.#unite(entries, short);
    if (namesOf(entries, alias).size === 1) this.#unite(entries, [first].concat(alias));
  }
}

function recordOf(entries: Uint32Array, entry: number): number {
  return entries[entry * ENTRY_WORDS + 2] as number;
}

function namesOf(entries: Uint32Array, group: readonly number[]): Set<number> {
  const out = new Set<number>();
  for (const e of group) out.add(entries[e * ENTRY_WORDS + 3] as number);
  out.delete(0);
  return out;
}
