import CFB from 'cfb';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { eml } from '../../src/extractors/eml.js';
import { decompressRtf } from '../../src/extractors/mapi-rtf.js';
import { msg } from '../../src/extractors/msg.js';
import { tnef } from '../../src/extractors/tnef.js';
import { allText, collect } from './collect.js';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const part = (out: Awaited<ReturnType<typeof collect>>, name: string) =>
  out.texts
    .filter((t) => t.place.part === name)
    .map((t) => t.text)
    .join('');

type Fixed = readonly (readonly [tag: number, type: number, value: number])[];

function fixed(headerBytes: number, entries: Fixed): Buffer {
  const stream = Buffer.alloc(headerBytes + 16 * entries.length);
  for (const [i, [tag, type, value]] of entries.entries()) {
    stream.writeUInt16LE(type, headerBytes + 16 * i);
    stream.writeUInt16LE(tag, headerBytes + 16 * i + 2);
    stream.writeUInt32LE(value, headerBytes + 16 * i + 8);
  }
  return stream;
}

function container(streams: Record<string, Buffer>): Buffer {
  const file = CFB.utils.cfb_new();
  for (const [path, bytes] of Object.entries(streams)) CFB.utils.cfb_add(file, `/${path}`, bytes);
  return CFB.write(file, { type: 'buffer' }) as Buffer;
}

const P = '__properties_version1.0';
const S = '__substg1.0_';

test('msg: properties with their code page, recipients, bodies, attachments, enclosed messages', async () => {
  const inner = '__attach_version1.0_#00000001';
  const out = await collect(
    msg,
    container({
      [P]: fixed(32, [
        [0x3ffd, 3, 1250],
        [0x3fde, 3, 1252],
      ]),
      [`${S}0037001F`]: utf16('Zoë subject'),
      [`${S}0C1A001E`]: iconv.encode('Łukasz', 'cp1250'),
      [`${S}5D01001F`]: utf16('l@example.org'),
      [`${S}1000001F`]: utf16('the body\r\n'),
      [`${S}10130102`]: iconv.encode('<p>html €</p><!--hid-->', 'win1252'),
      [`${S}007D001F`]: utf16(
        'Received: by x\r\nContent-Type: multipart/mixed; boundary=zzz\r\n\tmore\r\nX-A: b',
      ),
      [`${S}3A1C001F`]: utf16('07700 900123'),
      [`__recip_version1.0_#00000000/${P}`]: fixed(8, [[0x0c15, 3, 2]]),
      [`__recip_version1.0_#00000000/${S}3001001F`]: utf16('Bob'),
      [`__recip_version1.0_#00000000/${S}39FE001F`]: utf16('bob@example.org'),
      [`__attach_version1.0_#00000000/${P}`]: fixed(8, [[0x3705, 3, 1]]),
      [`__attach_version1.0_#00000000/${S}3707001F`]: utf16('é staff.csv'),
      [`__attach_version1.0_#00000000/${S}37010102`]: Buffer.from('a;b\r\n1;2'),
      [`${inner}/${P}`]: fixed(8, [[0x3705, 3, 5]]),
      [`${inner}/${S}3001001F`]: utf16('inner'),
      [`${inner}/${S}3701000D/${P}`]: fixed(24, []),
      [`${inner}/${S}3701000D/${S}0037001F`]: utf16('inner subject'),
      [`${inner}/${S}3701000D/${S}1000001F`]: utf16('inner body'),
    }),
  );
  expect(out.error).toBeUndefined();
  const head = part(out, 'header');
  expect(head).toContain(
    'Subject: Zoë subject\nFrom: Łukasz <l@example.org>\nCc: Bob <bob@example.org>\nReceived: by x\nX-A: b\n',
  );
  expect(head).not.toContain('zzz');
  const text = allText(out);
  expect(text).toContain('the body');
  expect(text).toContain('html €');
  expect(text).toContain('Mobile phone: 07700 900123');
  expect(out.members.map((m) => m.name)).toEqual(['é staff.csv', 'inner.eml']);
  expect(out.members[0]?.bytes.toString()).toBe('a;b\r\n1;2');
  expect(allText(await collect(eml, out.members[1]?.bytes as Buffer))).toMatch(
    /inner subject[\s\S]*inner body/,
  );
});

test('msg: broken containers are corrupt', async () => {
  for (const bytes of [Buffer.from('x'), container({ other: Buffer.from('x') }), Buffer.alloc(5000, 0xd0)])
    expect((await collect(msg, bytes)).error).toMatchObject({ code: 'corrupt' });
});

test('rtf compression: the specification example and hostile input', () => {
  const example =
    '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
  expect(decompressRtf(Buffer.from(example, 'hex'))?.toString()).toBe(
    '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
  );
  expect(decompressRtf(Buffer.from('short'))).toBeUndefined();
  const bomb = Buffer.alloc(100_000, 0xff);
  bomb.writeUInt32LE(0x75465a4c, 8);
  expect(decompressRtf(bomb)?.length).toBeLessThan(1_000_000);
});

function attribute(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  return Buffer.concat([head, data, Buffer.alloc(2)]);
}

function bag(...entries: readonly (readonly [type: number, tag: number, value: Buffer])[]): Buffer {
  const pieces: Buffer[] = [Buffer.from([entries.length, 0, 0, 0])];
  for (const [type, tag, value] of entries) {
    const head = Buffer.alloc(type === 3 ? 4 : 12);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(tag, 2);
    if (type !== 3) head.writeUInt32LE(1, 4);
    if (type !== 3) head.writeUInt32LE(value.length, 8);
    pieces.push(head, value, Buffer.alloc((4 - (value.length % 4)) % 4));
  }
  return Buffer.concat(pieces);
}

const tnefFile = (...attributes: Buffer[]) =>
  Buffer.concat([Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]), ...attributes]);

const SAMPLE = tnefFile(
  attribute(0x00069007, Buffer.from([0xe2, 0x04, 0, 0, 0, 0, 0, 0])),
  attribute(0x00018004, iconv.encode('Łódź\0', 'cp1250')),
  attribute(
    0x00069003,
    bag(
      [3, 0x3fde, Buffer.from([0xe4, 4, 0, 0])],
      [0x1f, 0x1000, utf16('tnef body')],
      [0x1e, 0x3a1c, Buffer.from('07700 900124\0')],
    ),
  ),
  attribute(0x00069002, Buffer.alloc(14)),
  attribute(0x00018010, Buffer.from('short.txt\0')),
  attribute(0x0006800f, Buffer.from('file content')),
  attribute(0x00069005, bag([0x1f, 0x3707, utf16('long name.txt')])),
  attribute(0x00069002, Buffer.alloc(14)),
  attribute(
    0x00069005,
    bag([
      0x0d,
      0x3701,
      Buffer.concat([Buffer.alloc(16), tnefFile(attribute(0x00018004, Buffer.from('enclosed subject\0')))]),
    ]),
  ),
);

test('tnef: code page, properties, attachments, enclosed messages', async () => {
  const out = await collect(tnef, SAMPLE);
  expect(out.error).toBeUndefined();
  expect(part(out, 'header')).toContain('Subject: Łódź');
  expect(allText(out)).toMatch(/tnef body[\s\S]*Mobile phone: 07700 900124/);
  expect(out.members.map((m) => m.name)).toEqual(['long name.txt', 'attachment.eml']);
  expect(out.members[0]?.bytes.toString()).toBe('file content');
  expect(out.members[1]?.bytes.toString()).toContain('Subject: enclosed subject');
  expect(out.partial).toEqual([]);
});

test('tnef: cut anywhere it neither throws nor hangs', async () => {
  for (let end = 6; end < SAMPLE.length; end += 7) {
    const out = await collect(tnef, SAMPLE.subarray(0, end));
    expect(out.error, `cut at ${end}`).toBeUndefined();
  }
  expect((await collect(tnef, SAMPLE.subarray(0, 200))).partial).toContain('truncated');
  expect((await collect(tnef, Buffer.from('no'))).error).toMatchObject({ code: 'corrupt' });
});
