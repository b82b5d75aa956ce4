/**
 * A list of people to look for, which can be handed to a scan without their data: keyed hashes of their identifiers,
 * and their references encrypted. buildWatchlist turns rows of typed cells into a file; the reader takes the file and
 * the same key and answers lookups. Rejects a wrong key, another version, and truncated or altered files. A name
 * alone is a weak sign: it is reported (`by: ["name"]`) only if exactly one person on the list has it and no birth
 * date or national number of the record differs from the list's.
 */
import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { LeaksiftError } from '../core/errors.js';
import type { Match } from '../core/match.js';
import { deriveKey, KeyedHash } from './keyed-hash.js';
import type { PersonName } from './person-name.js';
import { type WatchValue, watchName, watchValues } from './watch-values.js';

export type WatchRow = {
  /** Row number, or the owner's reference column. */
  readonly ref: string;
  /** The typed cells of the row. */
  readonly matches: readonly Match[];
};

export type WatchHit = { readonly ref: string; readonly by: readonly string[]; readonly index: number };

const MAGIC = 'LEAKSIFT-WATCHLIST 1\n';
const SALT_BYTES = 16;
const CHECK_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Magic, salt, key check, number of entries. */
const HEAD_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES + 4;
/** Two words of hash and the person's index. */
const ENTRY_BYTES = 12;
/** Shorter keys are passwords, which can be guessed. */
const MIN_KEY_BYTES = 16;

type Keys = { readonly hash: KeyedHash; readonly seal: Buffer; readonly check: Buffer };
/** The encrypted part: references, and the kinds of values that the list has of each person. */
type Sealed = { readonly refs: readonly string[]; readonly kinds: readonly (readonly string[])[] };

function keysOf(key: Uint8Array, salt: Uint8Array): Keys {
  if (key.length < MIN_KEY_BYTES)
    throw new LeaksiftError('config', `a watchlist key must have at least ${MIN_KEY_BYTES} bytes`);
  return {
    hash: new KeyedHash(deriveKey(key, salt, 'watchlist hash')),
    seal: deriveKey(key, salt, 'watchlist seal'),
    check: deriveKey(key, salt, 'watchlist check').subarray(0, CHECK_BYTES),
  };
}

export type BuiltWatchlist = { readonly file: Buffer; readonly persons: number; readonly entries: number };

/** Makes the file. Rows without identifiers count as persons without entries. `salt` is for tests. */
export function buildWatchlist(
  rows: Iterable<WatchRow>,
  key: Uint8Array,
  salt = randomBytes(SALT_BYTES),
): BuiltWatchlist {
  const keys = keysOf(key, salt);
  const refs: string[] = [];
  const kinds: string[][] = [];
  const entries: [number, number, number][] = [];
  const quick: number[] = [];
  for (const { ref, matches } of rows) {
    const values = watchValues(matches, watchName(matches));
    for (const { text } of values) {
      entries.push([...keys.hash.of(text), refs.length]);
      quick.push(keys.hash.quick(text));
    }
    refs.push(ref);
    kinds.push([...new Set(values.map(({ by }) => by))]);
  }
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const head = Buffer.concat([Buffer.from(MAGIC), salt, keys.check, uint32(entries.length)]);
  const body = Buffer.alloc(entries.length * ENTRY_BYTES);
  for (const [i, [high, low, ref]] of entries.entries()) {
    body.writeUInt32LE(high, i * ENTRY_BYTES);
    body.writeUInt32LE(low, i * ENTRY_BYTES + 4);
    body.writeUInt32LE(ref, i * ENTRY_BYTES + 8);
  }
  const clear = Buffer.concat([
    bitmapOf(quick),
    Buffer.from(JSON.stringify({ refs, kinds } satisfies Sealed)),
  ]);
  const file = Buffer.concat([head, body, sealed(clear, keys.seal, Buffer.concat([head, body]))]);
  return { file, persons: refs.length, entries: entries.length };
}

/** 8 bits per entry, 1,024 at least, spare 9 of 10 unlisted values the keyed hash. */
const BITS_PER_ENTRY = 8;
const MIN_BITS = 1024;

function bitmapOf(quick: readonly number[]): Buffer {
  const bits = 2 ** Math.ceil(Math.log2(Math.max(MIN_BITS, quick.length * BITS_PER_ENTRY)));
  const out = Buffer.alloc(4 + bits / 8);
  out.writeUInt32LE(bits / 8);
  for (const hash of quick) {
    const bit = hash & (bits - 1);
    out[4 + (bit >>> 3)] = (out[4 + (bit >>> 3)] as number) | (1 << (bit & 7));
  }
  return out;
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function sealed(clear: Buffer, key: Buffer, bound: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound);
  const hidden = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), hidden]);
}

export class Watchlist {
  readonly #hash: KeyedHash;
  readonly #refs: readonly string[];
  readonly #kinds: readonly (readonly string[])[];
  readonly #bitmap: Buffer;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #person: Uint32Array;

  /** Throws LeaksiftError `config` if file and key do not match. */
  constructor(file: Buffer, key: Uint8Array) {
    if (file.length < HEAD_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      throw new LeaksiftError('config', 'not a watchlist of this version');
    }
    const salt = file.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
    const keys = keysOf(key, salt);
    const check = file.subarray(MAGIC.length + SALT_BYTES, HEAD_BYTES - 4);
    if (!timingSafeEqual(check, keys.check))
      throw new LeaksiftError('config', 'the key does not match the watchlist');
    const count = file.readUInt32LE(HEAD_BYTES - 4);
    const end = HEAD_BYTES + count * ENTRY_BYTES;
    const clear = unsealed(file, end, keys.seal);
    const bitmapBytes = clear.readUInt32LE(0);
    this.#bitmap = clear.subarray(4, 4 + bitmapBytes);
    const { refs, kinds } = JSON.parse(clear.toString('utf8', 4 + bitmapBytes)) as Sealed;
    this.#refs = refs;
    this.#kinds = kinds;
    this.#hash = keys.hash;
    const words = (at: number) =>
      Uint32Array.from({ length: count }, (_, i) => file.readUInt32LE(HEAD_BYTES + i * ENTRY_BYTES + at));
    [this.#high, this.#low, this.#person] = [words(0), words(4), words(8)];
  }

  /** Number of persons on the list. */
  get persons(): number {
    return this.#refs.length;
  }

  /** The listed persons that a record matches, most certain first. `name` is the record's name. */
  lookup(matches: readonly Match[], name: PersonName | undefined): WatchHit[] {
    const values = watchValues(matches, name);
    const found = new Map<number, Set<string>>();
    for (const value of values) {
      for (const person of this.#personsOf(value)) {
        const by = found.get(person);
        if (by) by.add(value.by);
        else found.set(person, new Set([value.by]));
      }
    }
    const hits = [...found].filter(
      ([person, by]) => by.size > 1 || !by.has('name') || this.#isAlone(person, found, values),
    );
    return hits
      .map(([index, by]) => ({ ref: this.#refs[index] as string, by: [...by].sort(), index }))
      .sort((a, b) => b.by.length - a.by.length || a.index - b.index);
  }

  /** A bare name counts if one person has it and nothing that the list knows contradicts it. */
  #isAlone(
    person: number,
    found: ReadonlyMap<number, ReadonlySet<string>>,
    values: readonly WatchValue[],
  ): boolean {
    const bearers = [...found.values()].filter((by) => by.has('name')).length;
    if (bearers > 1) return false;
    const known = this.#kinds[person] ?? [];
    return !values.some(({ by }) => (by === 'name+birth-date' || by === 'identifier') && known.includes(by));
  }

  #personsOf({ text }: WatchValue): Uint32Array | readonly number[] {
    const bit = this.#hash.quick(text) & (this.#bitmap.length * 8 - 1);
    if (((this.#bitmap[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return [];
    const [high, low] = this.#hash.of(text);
    let from = this.#lowerBound(high);
    while (from < this.#high.length && this.#high[from] === high && (this.#low[from] as number) < low) from++;
    let to = from;
    while (to < this.#high.length && this.#high[to] === high && this.#low[to] === low) to++;
    return this.#person.subarray(from, to);
  }

  #lowerBound(high: number): number {
    let from = 0;
    let to = this.#high.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((this.#high[mid] as number) < high) from = mid + 1;
      else to = mid;
    }
    return from;
  }
}

function unsealed(file: Buffer, end: number, key: Buffer): Buffer {
  const iv = file.subarray(end, end + IV_BYTES);
  const tag = file.subarray(end + IV_BYTES, end + IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(
      file.subarray(0, end),
    );
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(file.subarray(end + IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new LeaksiftError('config', 'the watchlist is truncated or was altered', { cause });
  }
}
