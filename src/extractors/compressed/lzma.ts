/**
 * The LZMA decoder for xz (LZMA2), .lzma and lzip. Keeps the dictionary and the probabilities; callers feed
 * compressed bytes and take decoded ones. A match beyond the dictionary throws `corrupt`, or `limit-memory` if the
 * stream may refer further back than is held. Why own code: docs/decisions/011.
 */
import { LeaksiftError } from '../../core/errors.js';
import { LzmaWindow } from './lzma-window.js';
import { RangeDecoder } from './range-decoder.js';

/** Offsets of the probability groups in one array. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + 192;
const IS_REP_G0 = IS_REP + 12;
const IS_REP_G1 = IS_REP_G0 + 12;
const IS_REP_G2 = IS_REP_G1 + 12;
const IS_REP0_LONG = IS_REP_G2 + 12;
const POS_SLOT = IS_REP0_LONG + 192;
const POS_SPECIAL = POS_SLOT + 256;
const ALIGN = POS_SPECIAL + 128;
const MATCH_LENGTH = ALIGN + 16;
/** choice, choice2, 16 low trees, 16 middle trees, one high tree. */
const LENGTH_SIZE = 2 + 128 + 128 + 256;
const REP_LENGTH = MATCH_LENGTH + LENGTH_SIZE;
const LITERAL = REP_LENGTH + LENGTH_SIZE;

const END_MARKER = 0xffffffff;
const MATCH_MIN = 2;

export type LzmaProperties = { readonly lc: number; readonly lp: number; readonly pb: number };

/** Decodes the properties byte; throws `corrupt` if it is invalid. */
export function lzmaProperties(byte: number): LzmaProperties {
  const pb = Math.floor(byte / 45);
  const rest = byte % 45;
  if (byte >= 225) throw new LeaksiftError('corrupt', 'lzma properties are damaged');
  return { lc: rest % 9, lp: Math.floor(rest / 9), pb };
}

export class LzmaDecoder {
  readonly window: LzmaWindow;
  readonly range = new RangeDecoder();
  /** True after the stream's end marker. */
  ended = false;
  #probs = new Uint16Array(0);
  #lc = 0;
  #lpMask = 0;
  #pbMask = 0;
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  /** Bytes of a match that did not fit before the last limit. */
  #pending = 0;

  constructor(dictionaryBytes: number) {
    this.window = new LzmaWindow(dictionaryBytes);
  }

  setProperties({ lc, lp, pb }: LzmaProperties): void {
    this.#lc = lc;
    this.#lpMask = (1 << lp) - 1;
    this.#pbMask = (1 << pb) - 1;
    const length = LITERAL + (0x300 << (lc + lp));
    if (this.#probs.length !== length) this.#probs = new Uint16Array(length);
    this.resetState();
  }

  get hasProperties(): boolean {
    return this.#probs.length > 0;
  }

  resetState(): void {
    this.#probs.fill(1024);
    this.#state = this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = this.#pending = 0;
  }

  /**
   * Decodes until the window holds `limit` more bytes, only `spare` bytes of input are left, or the end marker.
   * Returns the number of bytes added.
   */
  decode(limit: number, spare: number): number {
    const { window, range } = this;
    const stop = window.total + limit;
    if (this.#pending > 0) this.#copy(this.#pending, stop);
    while (window.total < stop && range.left >= spare && !this.ended) {
      const posState = window.total & this.#pbMask;
      if (range.bit(this.#probs, IS_MATCH + (this.#state << 4) + posState) === 0) this.#literal();
      else if (range.bit(this.#probs, IS_REP + this.#state) === 0) this.#match(posState, stop);
      else this.#repeat(posState, stop);
    }
    return window.total - (stop - limit);
  }

  #literal(): void {
    const { window, range } = this;
    const probs = this.#probs;
    const lc = this.#lc;
    const context = ((window.total & this.#lpMask) << lc) + (window.last >>> (8 - lc));
    const base = LITERAL + 0x300 * context;
    const byte =
      this.#state < 7 ? range.literal(probs, base) : range.matchedLiteral(probs, base, window.at(this.#rep0));
    window.put(byte);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #match(posState: number, stop: number): void {
    this.#rep3 = this.#rep2;
    this.#rep2 = this.#rep1;
    this.#rep1 = this.#rep0;
    const length = this.#length(MATCH_LENGTH, posState);
    this.#state = this.#state < 7 ? 7 : 10;
    this.#rep0 = this.#distance(length);
    if (this.#rep0 === END_MARKER) this.ended = true;
    else this.#copy(length + MATCH_MIN, stop);
  }

  #repeat(posState: number, stop: number): void {
    const { range } = this;
    const probs = this.#probs;
    const state = this.#state;
    if (range.bit(probs, IS_REP_G0 + state) === 0) {
      if (range.bit(probs, IS_REP0_LONG + (state << 4) + posState) === 0) {
        this.#state = state < 7 ? 9 : 11;
        this.#copy(1, stop);
        return;
      }
    } else {
      let distance = this.#rep1;
      if (range.bit(probs, IS_REP_G1 + state) !== 0) {
        distance = this.#rep2;
        if (range.bit(probs, IS_REP_G2 + state) !== 0) {
          distance = this.#rep3;
          this.#rep3 = this.#rep2;
        }
        this.#rep2 = this.#rep1;
      }
      this.#rep1 = this.#rep0;
      this.#rep0 = distance;
    }
    const length = this.#length(REP_LENGTH, posState);
    this.#state = state < 7 ? 8 : 11;
    this.#copy(length + MATCH_MIN, stop);
  }

  #copy(length: number, stop: number): void {
    const room = Math.min(length, stop - this.window.total);
    this.window.copy(this.#rep0, room);
    this.#pending = length - room;
  }

  #length(base: number, posState: number): number {
    const { range } = this;
    const probs = this.#probs;
    if (range.bit(probs, base) === 0) return range.tree(probs, base + 2 + (posState << 3), 3);
    if (range.bit(probs, base + 1) === 0) return 8 + range.tree(probs, base + 130 + (posState << 3), 3);
    return 16 + range.tree(probs, base + 258, 8);
  }

  #distance(length: number): number {
    const { range } = this;
    const probs = this.#probs;
    const slot = range.tree(probs, POS_SLOT + (Math.min(length, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >>> 1) - 1;
    const base = 2 | (slot & 1);
    if (slot < 14)
      return (base << bits) + range.reverseTree(probs, POS_SPECIAL + (base << bits) - slot, bits);
    const high = (base << bits) + (range.direct(bits - 4) << 4);
    return (high + range.reverseTree(probs, ALIGN, 4)) >>> 0;
  }
}
