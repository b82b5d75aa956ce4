/**
 * Counts persons: joins records that are one person (union-find with the first record as root) and collects the
 * entities that each person exposes. Input: entity bits of records, pairs of records; output: the number of persons,
 * and per entity the number of persons. Takes six bytes a record, in pages, so that ten million records are never
 * copied.
 */
import { ENTITIES, type Entity } from '../core/entity.js';

const PAGE_BITS = 18;
const PAGE = 1 << PAGE_BITS;
const MASK = PAGE - 1;
const WORD = 2 ** 32;
/** Distinct sets of entities that a page of 16-bit ids can hold; no real leak has more. */
const SHORT_IDS = 2 ** 16;

export type EntityBits = { readonly low: number; readonly high: number };

export class PersonUnion {
  #count = 0;
  readonly #parents: Uint32Array[] = [];
  readonly #shown: (Uint16Array | Uint32Array)[] = [];
  /** One bit a record, set for a bare name that an identified person already has, so that it is not counted. */
  readonly #absorbed: Uint8Array[] = [];
  readonly #sets = new EntitySets();

  /** Adds a record and returns its number. */
  add(bits: EntityBits): number {
    const record = this.#count++;
    if ((record & MASK) === 0) {
      this.#parents.push(new Uint32Array(PAGE));
      this.#shown.push(new Uint16Array(PAGE));
      this.#absorbed.push(new Uint8Array(PAGE / 8));
    }
    this.#setParent(record, record);
    this.#show(record, this.#sets.idOf(bits));
    return record;
  }

  absorb(record: number): void {
    const page = this.#absorbed[record >>> PAGE_BITS] as Uint8Array;
    const at = (record & MASK) >>> 3;
    page[at] = (page[at] as number) | (1 << (record & 7));
  }

  /** States that two records are one person. */
  union(a: number, b: number): void {
    const x = this.#find(a);
    const y = this.#find(b);
    if (x < y) this.#setParent(y, x);
    else this.#setParent(x, y);
  }

  /** Counts persons, and per entity the persons that expose it. Call once, after all pairs. */
  count(): { distinct: number; byEntity: Partial<Record<Entity, number>> } {
    // Collect what a person's records expose at the root and skip the others.
    for (let record = 0; record < this.#count; record++) {
      const root = this.#find(record);
      if (root === record) continue;
      this.#show(root, this.#sets.union(this.#shownOf(root), this.#shownOf(record)));
      // Another record of the same document can add something: then the person counts.
      if (!this.#isAbsorbed(record)) this.#release(root);
    }
    let distinct = 0;
    const persons = new Float64Array(this.#sets.size);
    for (let record = 0; record < this.#count; record++) {
      if (this.#parentOf(record) !== record || this.#isAbsorbed(record)) continue;
      distinct += 1;
      const id = this.#shownOf(record);
      persons[id] = (persons[id] as number) + 1;
    }
    return { distinct, byEntity: this.#sets.counts(persons) };
  }

  #find(record: number): number {
    let at = record;
    for (let parent = this.#parentOf(at); parent !== at; parent = this.#parentOf(at)) {
      const next = this.#parentOf(parent);
      this.#setParent(at, next);
      at = next;
    }
    return at;
  }

  #parentOf(record: number): number {
    return (this.#parents[record >>> PAGE_BITS] as Uint32Array)[record & MASK] as number;
  }

  #setParent(record: number, parent: number): void {
    (this.#parents[record >>> PAGE_BITS] as Uint32Array)[record & MASK] = parent;
  }

  #shownOf(record: number): number {
    return (this.#shown[record >>> PAGE_BITS] as Uint16Array)[record & MASK] as number;
  }

  #show(record: number, id: number): void {
    const at = record >>> PAGE_BITS;
    let page = this.#shown[at] as Uint16Array | Uint32Array;
    if (id >= SHORT_IDS && page instanceof Uint16Array) {
      page = Uint32Array.from(page);
      this.#shown[at] = page;
    }
    page[record & MASK] = id;
  }

  #release(record: number): void {
    const page = this.#absorbed[record >>> PAGE_BITS] as Uint8Array;
    const at = (record & MASK) >>> 3;
    page[at] = (page[at] as number) & ~(1 << (record & 7));
  }

  #isAbsorbed(record: number): boolean {
    const page = this.#absorbed[record >>> PAGE_BITS] as Uint8Array;
    return (((page[(record & MASK) >>> 3] as number) >>> (record & 7)) & 1) === 1;
  }
}

/** Numbers the distinct sets of entities; records have few of them. */
class EntitySets {
  readonly #ids = new Map<number, number>();
  readonly #sets: EntityBits[] = [];

  get size(): number {
    return this.#sets.length;
  }

  idOf({ low, high }: EntityBits): number {
    const key = high * WORD + low;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#sets.push({ low, high }) - 1;
    this.#ids.set(key, id);
    return id;
  }

  union(a: number, b: number): number {
    if (a === b) return a;
    const [x, y] = [this.#sets[a] as EntityBits, this.#sets[b] as EntityBits];
    return this.idOf({ low: (x.low | y.low) >>> 0, high: (x.high | y.high) >>> 0 });
  }

  /** Persons per entity, from the number of persons per set. */
  counts(persons: Float64Array): Partial<Record<Entity, number>> {
    const counts = ENTITIES.map((entity, i) => {
      const shows = ({ low, high }: EntityBits) => (((i < 32 ? low : high) >>> (i & 31)) & 1) === 1;
      const sum = this.#sets.reduce((all, set, id) => all + (shows(set) ? (persons[id] as number) : 0), 0);
      return [entity, sum] as const;
    });
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }
}
