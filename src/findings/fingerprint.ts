/**
 * Keyed fingerprints: HMAC-SHA-256 of entity + NUL + normalised value, first 128 bits in hex. Teams that share the
 * key can compare findings without sharing values.
 */
import { Hmac } from './hmac.js';

/** Cached distinct values: a staff table repeats its ranks and units on every row. */
const CACHE_ENTRIES = 20_000;
const HEX_CHARACTERS = 32;

export class Fingerprinter {
  readonly #hmac: Hmac;
  #cache = new Map<string, string>();

  constructor(key: Uint8Array) {
    this.#hmac = new Hmac(key);
  }

  of(entity: string, normal: string): string {
    const text = `${entity}\u0000${normal}`;
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    const digest = this.#hmac.hex(text).slice(0, HEX_CHARACTERS);
    if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
    this.#cache.set(text, digest);
    return digest;
  }
}
