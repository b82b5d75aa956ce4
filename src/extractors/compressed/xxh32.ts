/** xxHash 32, in steps: the checksum of LZ4 frames. */
const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

export class Xxh32 {
  #lanes = [(P1 + P2) | 0, P2, 0, -P1 | 0] as [number, number, number, number];
  #length = 0;
  #tail: Buffer = Buffer.alloc(0);

  static of(bytes: Buffer): number {
    return new Xxh32().update(bytes).digest();
  }

  update(bytes: Buffer): this {
    this.#length += bytes.length;
    const all = this.#tail.length > 0 ? Buffer.concat([this.#tail, bytes]) : bytes;
    const whole = all.length & ~15;
    this.#rounds(all, whole);
    this.#tail = Buffer.from(all.subarray(whole));
    return this;
  }

  #rounds(all: Buffer, whole: number): void {
    let [a, b, c, d] = this.#lanes;
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    for (let at = 0; at < whole; at += 16) {
      a = Math.imul(rotate((a + Math.imul(view.getInt32(at, true), P2)) | 0, 13), P1);
      b = Math.imul(rotate((b + Math.imul(view.getInt32(at + 4, true), P2)) | 0, 13), P1);
      c = Math.imul(rotate((c + Math.imul(view.getInt32(at + 8, true), P2)) | 0, 13), P1);
      d = Math.imul(rotate((d + Math.imul(view.getInt32(at + 12, true), P2)) | 0, 13), P1);
    }
    this.#lanes = [a, b, c, d];
  }

  digest(): number {
    const [a, b, c, d] = this.#lanes;
    const tail = this.#tail;
    let h = this.#length >= 16 ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : P5;
    h = (h + this.#length) | 0;
    let at = 0;
    for (; at + 4 <= tail.length; at += 4) {
      h = Math.imul(rotate((h + Math.imul(tail.readInt32LE(at), P3)) | 0, 17), P4);
    }
    for (; at < tail.length; at++) h = Math.imul(rotate((h + Math.imul(tail[at] as number, P5)) | 0, 11), P1);
    h = Math.imul(h ^ (h >>> 15), P2);
    h = Math.imul(h ^ (h >>> 13), P3);
    return (h ^ (h >>> 16)) >>> 0;
  }
}
