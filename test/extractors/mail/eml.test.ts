import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { eml } from '../../../src/extractors/mail/eml.js';
import { allText, type CollectOptions, collect } from '../collect.js';

const run = (source: string | Buffer, with_: CollectOptions = {}) =>
  collect(
    eml,
    typeof source === 'string' ? Buffer.from(source.replace(/\r?\n/g, '\r\n'), 'latin1') : source,
    with_,
  );
type Out = Awaited<ReturnType<typeof run>>;
const bodies = (out: Out) => out.texts.filter((t) => !t.place.part).map((t) => t.text);
const part = (out: Out, name: string) =>
  out.texts
    .filter((t) => t.place.part === name)
    .map((t) => t.text)
    .join('');
const message = (head: string, body: string | Buffer) =>
  Buffer.concat([Buffer.from(`From: a@example.org\r\n${head}\r\n\r\n`), Buffer.from(body as string)]);

test('plain message: headers decoded, body as it is', async () => {
  const out = await run(`From: =?utf-8?Q?Zo=C3=AB_?= =?utf-8?B?TsO?= =?UTF-8?b?pw==?= <z@example.org>
Subject: folded
\tsubject =?ISO-8859-15?Q?=A4_10?=
Message-ID: <x.1@mail.example.org>
X-Raw: caf\xe9

Hello 01 99 00 12 34
`);
  expect(out.error).toBeUndefined();
  expect(part(out, 'header')).toBe(
    'From: Zoë Nç <z@example.org>\nSubject: folded subject € 10\nMessage-ID: <x.1 at mail.example.org>\nX-Raw: café\n',
  );
  expect(bodies(out)).toEqual(['Hello 01 99 00 12 34\r\n']);
});

test('alternatives, nested multiparts and attachments', async () => {
  const out = await run(`Content-Type: multipart/mixed; boundary="m"

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary="a b"

--a b
Content-Type: text/plain

the text
--a b
Content-Type: text/html; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

<p>the h=
tml =80</p><!-- secret -->
--a b--
--r
Content-Type: image/png; name*0*=utf-8''im%C3%A1; name*1="ge.png"
Content-Transfer-Encoding: base64

AAEC
--r--
--m
Content-Disposition: attachment; filename="=?utf-8?B?w6kuY3N2?="
Content-Transfer-Encoding: base64

YTti!!!
Cg==MTsyCg=
=
--m
Content-Disposition: attachment; filename="=?utf-8?B?w6kuY3N2?="

second
--m
Content-Type: message/rfc822

Subject: inner

inner body
--m--
behind
`);
  expect(bodies(out)).toEqual(['the text', 'the html €\n']);
  expect(out.texts.find((t) => t.place.hidden === 'comment')?.text).toContain('secret');
  expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([
    ['imáge.png', '\u0000\u0001\u0002'],
    ['é.csv', 'a;b\n1;2\n'],
    ['é~2.csv', 'second'],
    ['part-6.eml', 'Subject: inner\r\n\r\ninner body'],
  ]);
  expect(out.members.every((m) => m.hidden === undefined)).toBe(true);
  expect(part(out, 'attachment-name')).toContain('imáge.png\né.csv');
  expect(part(out, 'epilogue')).toBe('behind\r\n');
  expect(out.partial).toEqual([]);
});

test.each([
  ['windows-1252', iconv.encode('dix € à Noël', 'win1252')],
  ['ISO-8859-15', iconv.encode('dix € à Noël', 'iso-8859-15')],
  ['utf-7', Buffer.from('dix +IKw- +AOA- No+AOs-l')],
  ['utf-16le', Buffer.from('dix € à Noël', 'utf16le')],
  ['macintosh', iconv.encode('dix e à Noël', 'macintosh')],
  ['cp850', iconv.encode('dix € à Noël'.replace('€', 'e'), 'cp850')],
  ['us-ascii', iconv.encode('dix € à Noël', 'win1252')],
  ['x-made-up', Buffer.from('dix € à Noël')],
  ['iso-8859-1', Buffer.from('dix € à Noël')],
])('charset %s', async (charset, bytes) => {
  const head = `Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: base64`;
  const out = await run(message(head, bytes.toString('base64')));
  expect(bodies(out)).toEqual([
    charset === 'cp850' || charset === 'macintosh' ? 'dix e à Noël' : 'dix € à Noël',
  ]);
});

test('iso-2022-jp and undeclared 8-bit', async () => {
  const jp = await run(message('Content-Type: text/plain; charset=iso-2022-jp', '\x1b$B$3$s$K$A$O\x1b(B'));
  expect(bodies(jp)).toEqual(['こんにちは']);
  expect(bodies(await run(message('X: y', iconv.encode('Noël €', 'win1252'))))).toEqual(['Noël €']);
});

test('soft breaks of quoted-printable are rejoined at every chunk border', async () => {
  const qp = `${'01 99=\r\n 00 =  \r\n12=\n =C3=\r\n=A9 = = =Z5 =_'.repeat(2000)}=\r\n`;
  const out = await run(message('Content-Transfer-Encoding: quoted-printable', qp));
  expect(bodies(out)[0]).toBe('01 99 00 12 é = = =Z5 =_'.repeat(2000));
});

test('format=flowed is rejoined, signature marks are not', async () => {
  const out = await run(
    message('Content-Type: text/plain; format=flowed', '> call 01 99 \r\n> 00 12 34\r\n-- \r\nme'),
  );
  expect(bodies(out)[0]).toBe('> call 01 99 00 12 34\r\n-- \r\nme');
});

test('uuencoded parts', async () => {
  const head = 'Content-Type: application/x-bin\r\nContent-Transfer-Encoding: x-uuencode';
  const out = await run(message(head, 'begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n'));
  expect(out.members[0]?.bytes.toString()).toBe('Cat');
});

test('encrypted parts are said to be so', async () => {
  expect((await run(message('X: y', '-----BEGIN PGP MESSAGE-----\r\nabc'))).partial).toEqual(['encrypted']);
  const smime = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m';
  expect((await run(message(smime, 'AAAA'))).partial).toEqual(['encrypted']);
});

const tlv = (tag: number, ...values: Buffer[]): Buffer => {
  const body = Buffer.concat(values);
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 255]), body]);
};
const open = (tag: number, ...values: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...values, Buffer.from([0, 0])]);
const oid = (last: number) => Buffer.from([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);

test('opaque signed S/MIME is unwrapped, encrypted one is told by its content too', async () => {
  const text = Buffer.from('Subject: signed\r\n\r\nneedle');
  const version = Buffer.from([2, 1, 1]);
  const whole = tlv(
    0x30,
    oid(2),
    tlv(0xa0, tlv(0x30, version, tlv(0x31), tlv(0x30, oid(1), tlv(0xa0, tlv(4, text))))),
  );
  const pieces = open(0x24, tlv(4, text.subarray(0, 9)), tlv(4, text.subarray(9)));
  const streamed = open(
    0x30,
    oid(2),
    open(0xa0, open(0x30, version, tlv(0x31), open(0x30, oid(1), open(0xa0, pieces)))),
  );
  const head = 'Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64';
  for (const der of [whole, streamed]) {
    const out = await run(message(head, der.toString('base64')));
    expect(out.members).toMatchObject([{ name: 'part-1.eml', bytes: text }]);
    expect(out.partial).toEqual([]);
    for (let end = 0; end < der.length; end += 5) {
      expect((await run(message(head, der.subarray(0, end).toString('base64')))).error).toBeUndefined();
    }
  }
  const sealed = await run(message(head, tlv(0x30, oid(3), tlv(0xa0)).toString('base64')));
  expect(sealed.partial).toEqual(['encrypted']);
});

test('truncated, without and with a wrong boundary: nothing is lost', async () => {
  const cut = await run(
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\nbmVlZGxl',
  );
  expect(allText(cut)).toContain('needle');
  expect(cut.partial).toEqual(['truncated']);
  const none = await run(
    'Content-Type: multipart/mixed\n\n--zzzz\nContent-Transfer-Encoding: base64\n\nbmVlZGxl\n--zzzz--',
  );
  expect(allText(none)).toContain('needle');
  const wrong = await run('Content-Type: multipart/mixed; boundary=b\n\nhay needle');
  expect(allText(wrong)).toContain('needle');
});

test('100,000 parts and 5,000 levels cost linear time and lose nothing', async () => {
  const parts = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}--b\r\n\r\nneedle\r\n--b--`;
  const wide = await run(Buffer.from(parts));
  expect(wide.texts).toHaveLength(100_002);
  expect(wide.texts.at(-1)?.text).toBe('needle');
  let deep = '';
  for (let i = 0; i < 5000; i++) deep += `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`;
  expect(allText(await run(Buffer.from(`${deep}\r\nneedle`)))).toContain('needle');
  const same = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(5000);
  expect(allText(await run(Buffer.from(`${same}\r\nneedle`)))).toContain('needle');
  const dashes = await run(
    message('Content-Type: multipart/mixed; boundary=b', `--b\r\n\r\n${'\n--'.repeat(300_000)}needle`),
  );
  expect(allText(dashes)).toContain('needle');
});

test('enclosed messages beyond the depth limit are read in place', async () => {
  const out = await run(`${'Content-Type: message/rfc822\n\n'.repeat(500)}Subject: deep\n\nneedle`, {
    limits: { maxArchiveDepth: 1 },
  });
  expect(out.members).toEqual([]);
  expect(part(out, 'header')).toContain('Subject: deep');
  expect(bodies(out)).toEqual(['needle']);
});

test('endless headers are cut and read on as text', async () => {
  const out = await run(Buffer.from(`X: ${'y'.repeat(3_000_000)}needle\r\n\r\nbody`));
  expect(out.partial).toEqual(['corrupt']);
  expect(allText(out)).toContain('needle');
});

test('a member left unread does not hurt the next part', async () => {
  const text = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: x/y\r\n\r\n${'z\r\n'.repeat(50_000)}--b\r\n\r\nneedle\r\n--b--`;
  const lazy = {
    ...eml,
    extract: (c: never, out: object, context: never) =>
      eml.extract(c, { ...out, member: async () => {} } as never, context),
  };
  expect(allText(await collect(lazy as typeof eml, Buffer.from(text)))).toContain('needle');
});

test('emlx, mbox lines and UTF-16 files', async () => {
  expect(part(await run('123\nSubject: s\n\nb'), 'header')).toBe('Subject: s\n');
  expect(part(await run('From a@example.org Mon Jan  1 00:00:00 2024\nSubject: s\n\nb'), 'header')).toBe(
    'Subject: s\n',
  );
  const wide = await run(iconv.encode('Subject: s\r\n\r\nbody é', 'utf-16le', { addBOM: true }));
  expect(bodies(wide)).toEqual(['body é']);
});
