/**
 * The records of which persons are counted: which of them are one person (union by the first one), and what they
 * show of her. In: bits of entities, pairs. Out: the persons and of how many each entity shows. Six bytes a
 * record, in pages, so that ten million never need a copy of what is there.
 */
import { ENTITIES, type Entity } from '../core/entity.js';

const PAGE_BITS = 18;
const PAGE = 1 << PAGE_BITS;
const MASK = PAGE - 1;
const WORD = 2 ** 32;
/** Sets of entities that a page of 16-bit numbers can name: more than any real leak has. */
const SHORT_IDS = 2 ** 16;

export type EntityBits = { readonly low: number; readonly high: number };

export class PersonUnion {
  #count = 0;
  readonly #parents: Uint32Array[] = [];
  readonly #shown: (Uint16Array | Uint32Array)[] = [];
  /** One bit a record: only a name which an identified person bears, so not counted. */
  readonly #absorbed: Uint8Array[] = [];
  readonly #sets = new EntitySets();

  /** Returns the record's number. */
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

  /** The two are one person. */
  union(a: number, b: number): void {
    const x = this.#find(a);
    const y = this.#find(b);
    if (x < y) this.#setParent(y, x);
    else this.#setParent(x, y);
  }

  /** Persons, and of how many each entity shows. Call once, when all pairs are known. */
  count(): { distinct: number; byEntity: Partial<Record<Entity, number>> } {
    // What a person's records show is gathered at the root; the others are then passed over.
    for (let record = 0; record < this.#count; record++) {
      const root = this.#find(record);
      if (root === record) continue;
      this.#show(root, this.#sets.union(this.#shownOf(root), this.#shownOf(record)));
      // The same document may tell more of her elsewhere: then she counts.
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

/** Sets of entities by number: records show few different ones. */
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

  /** Of how many persons each entity shows, given how many show each set. */
  counts(persons: Float64Array): Partial<Record<Entity, number>> {
    const counts = ENTITIES.map((entity, i) => {
      const shows = ({ low, high }: EntityBits) => (((i < 32 ? low : high) >>> (i & 31)) & 1) === 1;
      const sum = this.#sets.reduce((all, set, id) => all + (shows(set) ? (persons[id] as number) : 0), 0);
      return [entity, sum] as const;
    });
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }
}
