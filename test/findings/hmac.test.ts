/** Our HMAC-SHA-256 matches the standard: the vectors of RFC 4231, and node:crypto's on any input. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hmac } from '../../src/findings/hmac.js';

const repeated = (byte: number, length: number) => Buffer.alloc(length, byte);

/** RFC 4231, sections 4.2 to 4.8: key, data, HMAC-SHA-256. Case 5 is cut to 128 bits there. */
const VECTORS: readonly (readonly [number, Buffer, Buffer, string])[] = [
  [
    1,
    repeated(0x0b, 20),
    Buffer.from('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    2,
    Buffer.from('Jefe'),
    Buffer.from('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    3,
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    4,
    Buffer.from(Array.from({ length: 25 }, (_, i) => i + 1)),
    repeated(0xcd, 50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [5, repeated(0x0c, 20), Buffer.from('Test With Truncation'), 'a3b6167473100ee06e0c796c2955552b'],
  [
    6,
    repeated(0xaa, 131),
    Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    7,
    repeated(0xaa, 131),
    Buffer.from(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

describe('RFC 4231', () => {
  it.each(VECTORS)('case %i', (_case, key, data, expected) => {
    // Text is what is hashed here. Bytes that are no text are held against node:crypto, which they vouch for.
    expect(createHmac('sha256', key).update(data).digest('hex').slice(0, expected.length)).toBe(expected);
    const text = data.toString('utf8');
    const isText = Buffer.from(text).equals(data);
    const of = isText ? expected : createHmac('sha256', key).update(text).digest('hex');
    expect(new Hmac(key).hex(text).slice(0, of.length)).toBe(of);
  });
});

describe('any key and text', () => {
  const key = fc.uint8Array({ maxLength: 200 });
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.string({ unit: 'binary', minLength: 300, maxLength: 1500 }),
  );

  it('agree with createHmac, one after another under one key', () => {
    fc.assert(
      fc.property(key, fc.array(text, { minLength: 1, maxLength: 5 }), (bytes, texts) => {
        const hmac = new Hmac(bytes);
        for (const each of texts) {
          expect(hmac.hex(each)).toBe(createHmac('sha256', bytes).update(each).digest('hex'));
        }
      }),
    );
  });

  it('agree on the whole characters within a bound', () => {
    fc.assert(
      fc.property(key, text, fc.integer({ min: 0, max: 1024 }), (bytes, each, maxBytes) => {
        const buffer = Buffer.alloc(maxBytes);
        const within = buffer.subarray(0, buffer.write(each, 'utf8'));
        const expected = createHmac('sha256', bytes).update(within).digest('hex');
        expect(new Hmac(bytes).hex(each, maxBytes)).toBe(expected);
      }),
    );
  });
});
