import { expect, test } from 'vitest';
import { MEDIA } from '../../../src/extractors/bytes/media-types.js';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { securedMessage } from '../../../src/extractors/mail/secured-message.js';
import { collect, readerOf } from '../collect.js';

const tlv = (tag: number, ...values: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(values.map((v) => Buffer.from(v)));
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 255]), body]);
};
const oid = (last: number) => Buffer.from([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);
const version = Buffer.from([2, 1, 1]);

const signed = (text: string): Buffer =>
  tlv(0x30, oid(2), tlv(0xa0, tlv(0x30, version, tlv(0x31), tlv(0x30, oid(1), tlv(0xa0, tlv(4, text))))));
const detached = tlv(0x30, oid(2), tlv(0xa0, tlv(0x30, version, tlv(0x31), tlv(0x30, oid(1)))));
const enveloped = tlv(0x30, oid(3), tlv(0xa0, tlv(0x30, version)));
const pem = (label: string, der: Buffer) =>
  Buffer.from(
    `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`,
  );
const zeros = (length: number) => Buffer.alloc(length);

async function read(bytes: Buffer, name = 'letter.txt.p7m') {
  const mediaType = await detectType(bytes.subarray(0, 65_536), { name });
  expect(await readerOf(mediaType)).toBe(securedMessage);
  return collect(securedMessage, bytes, { name, mediaType });
}

test.each<[string, Buffer]>([
  ['armoured PGP', Buffer.from('-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n=abcd\n-----END PGP MESSAGE-----\n')],
  [
    'PGP by passphrase',
    Buffer.concat([Buffer.from([0x8c, 13, 4, 9, 3, 8]), zeros(9), Buffer.from([0xd2, 60]), zeros(60)]),
  ],
  [
    'PGP to a key',
    Buffer.concat([Buffer.from([0x85, 1, 12, 3]), zeros(267), Buffer.from([0xd2, 60]), zeros(60)]),
  ],
  [
    'PGP to a key, new lengths',
    Buffer.concat([Buffer.from([0xc1, 0xc0, 76, 3]), zeros(267), Buffer.from([0xd2, 60]), zeros(60)]),
  ],
  ['CMS', enveloped],
  ['CMS in PEM', pem('CMS', enveloped)],
  ['PKCS #7 in PEM', pem('PKCS7', enveloped)],
])('%s is encrypted', async (_name, bytes) => {
  expect(await read(bytes)).toMatchObject({ skipped: ['encrypted'], members: [] });
});

test.each<[string, Buffer]>([
  ['DER', signed('needle')],
  ['PEM', pem('PKCS7', signed('needle'))],
])('what is only signed is read: %s', async (_name, bytes) => {
  const out = await read(bytes);
  expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([['letter.txt', 'needle']]);
  expect(out.skipped).toEqual([]);
});

test('a signature without its content has nothing to read', async () => {
  expect((await read(detached, 'letter.p7s')).skipped).toEqual(['unsupported-type']);
});

test('no other binary is taken for a PGP message', async () => {
  for (const bytes of [
    Buffer.from([0x85, 1, 12, 9, ...zeros(300)]),
    Buffer.from([0x8c, 2, 4, 9, 0, 1, 2, 3, 4, 5]),
  ])
    expect(await detectType(bytes, { name: 'x' })).not.toBe(MEDIA.pgp);
});
