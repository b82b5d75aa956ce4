/** The integrity checks of xz blocks: none, CRC-32, CRC-64, SHA-256; others are passed over. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes of each check type's value. */
export const CHECK_SIZES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

export interface Check {
  update(bytes: Buffer): void;
  matches(stored: Buffer): boolean;
}

export function newCheck(type: number): Check {
  if (type === 1) return new Crc32();
  if (type === 4) return new Crc64();
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

/** Low and high halves of the table for the reflected polynomial of ECMA-182. */
const LOW = new Int32Array(256);
const HIGH = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= 0xd7870f42;
      high ^= 0xc96c5795;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}

class Crc64 implements Check {
  #low = -1;
  #high = -1;

  update(bytes: Buffer): void {
    let low = this.#low;
    let high = this.#high;
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number);
      high = (high >>> 8) ^ (HIGH[index] as number);
    }
    this.#low = low;
    this.#high = high;
  }

  matches(stored: Buffer): boolean {
    return stored.readInt32LE(0) === ~this.#low && stored.readInt32LE(4) === ~this.#high;
  }
}
