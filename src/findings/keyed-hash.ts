/**
 * The keyed hash of a watchlist, and a cheap prefilter hash that says whether the keyed one is worth computing. Keys
 * are derived from the owner's key and a salt.
 */
import * as crypto from 'node:crypto';
import { Hmac } from './hmac.js';

/** Longer values are cut to this many bytes, when building and when looking up. */
const MAX_BYTES = 512;

export class KeyedHash {
  readonly #hmac: Hmac;
  readonly #seed: number;

  constructor(key: Uint8Array) {
    this.#hmac = new Hmac(crypto.createHash('sha256').update(key).digest());
    this.#seed = crypto.createHash('sha256').update('quick').update(key).digest().readUInt32LE(0);
  }

  /** The first 64 bits of the HMAC as two words. */
  of(text: string): [number, number] {
    const digest = this.#hmac.hex(text, MAX_BYTES);
    return [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
  }

  /** A 32-bit hash for the prefilter bitmap, which is stored encrypted. */
  quick(text: string): number {
    let h = this.#seed;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  }
}

/** Derives a key for one purpose. */
export function deriveKey(key: Uint8Array, salt: Uint8Array, purpose: string): Buffer {
  return Buffer.from(crypto.hkdfSync('sha256', key, salt, `leaksift ${purpose}`, 32));
}
