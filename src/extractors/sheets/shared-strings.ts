/**
 * A workbook's shared strings, in bounded memory: reads the sst part's XML events, returns strings by index. Joins
 * rich-text runs, skips phonetic guides. Long strings that very many cells refer to are returned in full only within
 * an allowance (`repeatedTooMuch` reports it), so that a small file cannot expand to gigabytes.
 */
import { PagedBytes } from '../bytes/paged-bytes.js';
import type { XmlHandler } from '../markup/xml.js';
import { decodeXstring } from '../office/xstring.js';

/** 64 MiB of offsets at most. */
const MAX_STRINGS = 1 << 24;
const MAX_BYTES = 2 ** 32 - 1;
/** Shorter strings can repeat without limit: their cells' own markup is as long. */
const SHORT_BYTES = 64;
const CACHE_SLOTS = 1024;

export class SharedStrings implements XmlHandler {
  count = 0;
  /** True if strings beyond the limits were dropped. */
  overflowed = false;
  repeatedTooMuch = false;
  readonly #bytes = new PagedBytes();
  #ends = new Uint32Array(1024);
  /** One bit a string: some cell uses it. */
  #used = new Uint8Array(128);
  #inText = false;
  #phonetic = false;
  #escape = '';
  readonly #cacheIndex = new Int32Array(CACHE_SLOTS).fill(-1);
  readonly #cacheText: string[] = new Array(CACHE_SLOTS).fill('');
  readonly #given = new Set<number>();
  #repeated = 0;

  /** @param allowance Bytes that repeated strings may add up to. */
  constructor(private readonly allowance: number) {}

  open(name: string): void {
    if (name === 't') this.#inText = !this.#phonetic;
    else if (name === 'rPh') this.#phonetic = true;
  }

  text(text: string): void {
    if (!this.#inText || this.overflowed) return;
    this.#append(text);
  }

  close(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'si') this.#finish();
  }

  /** Holds back an `_` that can begin an `_xHHHH_` escape cut by the chunk's end. */
  #append(text: string): void {
    if (this.#escape === '' && text.indexOf('_') < 0) {
      this.#store(text);
      return;
    }
    const joined = this.#escape + text;
    const cut = /_(?:x[\da-fA-F]{0,4})?$/.exec(joined)?.index ?? joined.length;
    this.#escape = joined.slice(cut);
    this.#store(decodeXstring(joined.slice(0, cut)));
  }

  #store(text: string): void {
    if (this.#bytes.length + text.length * 3 > MAX_BYTES) this.overflowed = true;
    else this.#bytes.append(text);
  }

  #finish(): void {
    if (this.#escape) this.#store(this.#escape);
    this.#escape = '';
    if (this.count >= MAX_STRINGS) this.overflowed = true;
    if (this.overflowed) return;
    if (this.count === this.#ends.length) {
      const ends = new Uint32Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
      const used = new Uint8Array(this.#used.length * 2);
      used.set(this.#used);
      this.#used = used;
    }
    this.#ends[this.count] = this.#bytes.length;
    this.count += 1;
  }

  /** Bounds memory: await it between chunks. */
  async settle(folder: () => Promise<string>): Promise<void> {
    if (this.#bytes.mustSpill) this.#bytes.spill(await folder());
  }

  /** The string at `index`; empty if there is none. */
  get(index: number): string {
    if (!(index >= 0 && index < this.count)) return '';
    const slot = index % CACHE_SLOTS;
    if (this.#cacheIndex[slot] === index) return this.#cacheText[slot] as string;
    this.#used[index >> 3] = (this.#used[index >> 3] as number) | (1 << (index & 7));
    const start = this.#start(index);
    const end = this.#ends[index] as number;
    if (end - start > SHORT_BYTES && !this.#mayGive(index, end - start)) return '';
    const text = this.#bytes.text(start, end);
    // Longer strings are not cached, so that each use of them is counted.
    if (end - start <= SHORT_BYTES) {
      this.#cacheIndex[slot] = index;
      this.#cacheText[slot] = text;
    }
    return text;
  }

  /** Strings that get() never returned. */
  *unused(): Generator<string> {
    for (let index = 0; index < this.count; index++) {
      if (((this.#used[index >> 3] as number) & (1 << (index & 7))) !== 0) continue;
      const text = this.#bytes.text(this.#start(index), this.#ends[index] as number);
      if (text !== '') yield text;
    }
  }

  #start(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] as number);
  }

  #mayGive(index: number, bytes: number): boolean {
    this.#repeated += bytes;
    if (this.#repeated <= this.allowance) return true;
    // Beyond the allowance each string is returned once more, then no longer.
    if (this.#given.has(index)) {
      this.repeatedTooMuch = true;
      return false;
    }
    this.#given.add(index);
    return true;
  }

  release(): void {
    this.#bytes.close();
  }
}
