/**
 * The person keys of one range of hashes, held in memory and spilled to a private file when there are many. Input:
 * entries of five words; output: all entries at once, and their order by hash. I/O is blocking, in large pieces.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Words of one entry: hash high and low, record, name, kind. */
export const ENTRY_WORDS = 5;
/** Initial capacity of a partition, in words. */
const FIRST_WORDS = 800;

/** The entries of one 256th of all hashes: those in memory, and the file with the spilled ones. */
export class KeyPartition {
  #words = new Uint32Array(64 * ENTRY_WORDS);
  #length = 0;
  #file: number | undefined;
  #spilledBytes = 0;

  /** `entry`: hash high, hash low, record, name, kind. */
  push(entry: readonly [number, number, number, number, number]): void {
    if (this.#length + ENTRY_WORDS > this.#words.length) {
      const wider = new Uint32Array(Math.max(this.#words.length * 2, FIRST_WORDS));
      wider.set(this.#words);
      this.#words = wider;
    }
    for (let i = 0; i < ENTRY_WORDS; i++) this.#words[this.#length + i] = entry[i] as number;
    this.#length += ENTRY_WORDS;
  }

  spill(file: string): void {
    if (this.#length === 0) return;
    this.#file ??= openSync(file, 'wx+', 0o600);
    const bytes = Buffer.from(this.#words.buffer, 0, this.#length * 4);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#spilledBytes += bytes.length;
    this.#length = 0;
  }

  /** Returns all entries, in memory or spilled, in a part of `space`, and empties the partition. */
  take(space: JoinSpace): Uint32Array {
    const out = space.entries(this.#spilledBytes / 4 + this.#length);
    if (this.#file !== undefined) {
      const bytes = Buffer.from(out.buffer, out.byteOffset, this.#spilledBytes);
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(this.#file, bytes, at, bytes.length - at, at);
        if (read === 0) throw new Error('the spill file of persons is truncated');
        at += read;
      }
    }
    out.set(this.#words.subarray(0, this.#length), this.#spilledBytes / 4);
    this.#words = new Uint32Array(0);
    this.#length = 0;
    return out;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Buffers that are reused for each partition in turn: the garbage collector is slow to free blocks of this size. */
export class JoinSpace {
  #entries = new Uint32Array(0);
  #order = new Uint32Array(0);
  #composite = new Float64Array(0);

  entries(words: number): Uint32Array {
    if (words > this.#entries.length) this.#entries = new Uint32Array(roomFor(words));
    return this.#entries.subarray(0, words);
  }

  order(count: number): Uint32Array {
    if (count > this.#order.length) this.#order = new Uint32Array(roomFor(count));
    return this.#order.subarray(0, count);
  }

  composite(count: number): Float64Array {
    if (count > this.#composite.length) this.#composite = new Float64Array(roomFor(count));
    return this.#composite.subarray(0, count);
  }
}

/** Partitions have similar sizes, so slightly more than the first one needs usually suffices for all. */
const SPARE_ROOM = 1.1;

function roomFor(count: number): number {
  return Math.ceil(count * SPARE_ROOM);
}

/**
 * Indexes below this and 29 bits of the hash fit one exact number (53 bits), which sorts natively, much faster than
 * with a callback.
 */
const INDEX_RANGE = 2 ** 24;

/** Indexes of entries with equal keys adjacent; valid until the next call. */
export function sortedByKey(entries: Uint32Array, space: JoinSpace): Uint32Array {
  const count = entries.length / ENTRY_WORDS;
  const order = space.order(count);
  if (count < INDEX_RANGE) {
    const composite = space.composite(count);
    for (let e = 0; e < count; e++)
      composite[e] = ((entries[e * ENTRY_WORDS + 1] as number) >>> 3) * INDEX_RANGE + e;
    composite.sort();
    for (let i = 0; i < count; i++) order[i] = (composite[i] as number) % INDEX_RANGE;
    return separated(entries, order);
  }
  for (let e = 0; e < count; e++) order[e] = e;
  return order.sort((a, b) => compareKeys(entries, a, b));
}

/** Sorts the short runs with equal 29 bits by the whole key. */
function separated(entries: Uint32Array, order: Uint32Array): Uint32Array {
  const bits = (i: number) => (entries[(order[i] as number) * ENTRY_WORDS + 1] as number) >>> 3;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && bits(to) === bits(from)) to++;
    if (to > from + 1) order.subarray(from, to).sort((a, b) => compareKeys(entries, a, b));
    from = to;
  }
  return order;
}

function compareKeys(entries: Uint32Array, a: number, b: number): number {
  const [x, y] = [a * ENTRY_WORDS, b * ENTRY_WORDS];
  return (
    (entries[x] as number) - (entries[y] as number) ||
    (entries[x + 1] as number) - (entries[y + 1] as number) ||
    (entries[x + 2] as number) - (entries[y + 2] as number)
  );
}

/** True where two entries have the same hash. */
export function sameKey(entries: Uint32Array, a: number, b: number): boolean {
  const [x, y] = [a * ENTRY_WORDS, b * ENTRY_WORDS];
  return entries[x] === entries[y] && entries[x + 1] === entries[y + 1];
}
