/** The integrity checks of xz blocks: none, CRC-32, CRC-64, SHA-256; others are skipped. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Checksum } from './checksums.js';

/** Bytes of each check type's value. */
export const CHECK_SIZES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

export interface Check {
  update(bytes: Buffer): void;
  matches(stored: Buffer): boolean;
}

export async function newCheck(type: number): Promise<Check> {
  if (type === 1) return new Crc32();
  if (type === 4) {
    const sum = await Checksum.crc64();
    // Stored in little-endian order.
    return {
      update: (bytes) => void sum.update(bytes),
      matches: (stored) => sum.digest().reverse().equals(stored),
    };
  }
  if (type === 10) {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), matches: (stored) => hash.digest().equals(stored) };
  }
  return { update: () => {}, matches: () => true };
}

class Crc32 implements Check {
  #crc = 0;
  update(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
  }
  matches(stored: Buffer): boolean {
    return stored.readUInt32LE(0) === this.#crc;
  }
}
