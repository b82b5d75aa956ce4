import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareNames, decodeBytes, decodeLatin1, encodePath } from '../../src/sources/local-path.js';

/** Bytes as names have them: mostly text, now and then anything. */
const names = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0xef, 0xbf, 0xbd],
    )
    .map((b) => Uint8Array.from(b)),
);

it('gives every byte string one text form that leads back to it', () => {
  fc.assert(
    fc.property(names, (bytes) => {
      const text = decodeBytes(Buffer.from(bytes));
      expect(encodePath(text)).toEqual(Buffer.from(bytes));
      expect(decodeLatin1(Buffer.from(bytes).toString('latin1'))).toBe(text);
    }),
  );
});

it('orders by bytes', () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      const order = compareNames(decodeBytes(Buffer.from(a)), decodeBytes(Buffer.from(b)));
      expect(Math.sign(order)).toBe(Buffer.compare(a, b));
    }),
  );
});

it('has U+DC80 to U+DCFF stand for the bytes that are not UTF-8', () => {
  expect(decodeBytes(Buffer.from('caf\xe9', 'latin1'))).toBe('caf\udce9');
});
