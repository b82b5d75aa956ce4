/** msg and winmail.dat. Over 250 lines because the messages are built beside what is expected of them. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import CFB from 'cfb';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { eml } from '../../../src/extractors/mail/eml.js';
import { decompressRtf } from '../../../src/extractors/mail/mapi-rtf.js';
import { msg } from '../../../src/extractors/mail/msg.js';
import { tnef } from '../../../src/extractors/mail/tnef.js';
import { allText, collect } from '../collect.js';
import { isMissing } from '../other-reader.js';

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

/** A message as Outlook writes one: named properties, several values, ANSI texts, a body in RTF alone. */
function realistic(): Buffer {
  const named = Buffer.alloc(24);
  for (const [i, [number, kind]] of [
    [0x8005, 6],
    [0, 7],
    [0x8083, 6],
  ].entries()) {
    named.writeUInt32LE(number as number, 8 * i);
    named.writeUInt16LE(kind as number, 8 * i + 4);
    named.writeUInt16LE(i, 8 * i + 6);
  }
  const rtf = Buffer.from("{\\rtf1\\ansi\\ansicpg1252 the rtf body \\'e9 06 39 98 12 34}");
  const packed = Buffer.alloc(16 + rtf.length);
  packed.writeUInt32LE(rtf.length + 12, 0);
  packed.writeUInt32LE(rtf.length, 4);
  packed.writeUInt32LE(0x414c454d, 8);
  rtf.copy(packed, 16);
  return container({
    [P]: fixed(32, [
      [0x3ffd, 3, 1252],
      [0x0e1f, 0xb, 1],
    ]),
    '__nameid_version1.0/__substg1.0_00020102': Buffer.from('0420060000000000c000000000000046', 'hex'),
    '__nameid_version1.0/__substg1.0_00030102': named,
    '__nameid_version1.0/__substg1.0_00040102': Buffer.concat([
      Buffer.from([16, 0, 0, 0]),
      utf16('Keywords'),
    ]),
    [`${S}001A001E`]: Buffer.from('IPM.Note'),
    [`${S}0037001E`]: iconv.encode('Réunion à 14 h – salle “B”', 'cp1252'),
    [`${S}0C1A001E`]: iconv.encode('Zoé Example', 'cp1252'),
    [`${S}0C1E001E`]: Buffer.from('SMTP'),
    [`${S}0C1F001E`]: Buffer.from('zoe@example.org'),
    [`${S}10090102`]: packed,
    [`${S}8000001E`]: Buffer.from('Example, Zoe'),
    [`${S}8001101E`]: Buffer.from([4, 0, 0, 0, 5, 0, 0, 0]),
    [`${S}8001101E-00000000`]: Buffer.from('Red\0'),
    [`${S}8001101E-00000001`]: Buffer.from('Blue\0'),
    [`${S}8002001E`]: Buffer.from('zoe.private@example.org'),
    [`__recip_version1.0_#00000000/${P}`]: fixed(8, [[0x0c15, 3, 1]]),
    [`__recip_version1.0_#00000000/${S}3001001E`]: Buffer.from('Bob Example'),
    [`__recip_version1.0_#00000000/${S}3003001E`]: Buffer.from('bob@example.org'),
    [`__attach_version1.0_#00000000/${P}`]: fixed(8, [[0x3705, 3, 1]]),
    [`__attach_version1.0_#00000000/${S}3704001E`]: Buffer.from('NOTES~1.TXT'),
    [`__attach_version1.0_#00000000/${S}3707001E`]: Buffer.from('notes of today.txt'),
    [`__attach_version1.0_#00000000/${S}37010102`]: Buffer.from('attached 01 99 00 12 34'),
  });
}

test('msg: named properties by their own map, several values, RTF alone', async () => {
  const out = await collect(msg, realistic());
  const text = allText(out);
  expect(text).toContain('Subject: Réunion à 14 h – salle “B”');
  expect(text).toContain('From: Zoé Example <zoe@example.org>\nTo: Bob Example <bob@example.org>');
  expect(text).toContain('File under: Example, Zoe');
  expect(text).toContain('Email: zoe.private@example.org');
  expect(text).toMatch(/^Red; Blue$/m);
  const members = await Promise.all(out.members.map(({ bytes }) => bytes.toString('latin1')));
  expect(members.join()).toContain('the rtf body');
  expect(members.join()).toContain('attached 01 99 00 12 34');
});

test.skipIf(isMissing('msgconvert', 'libemail-outlook-message-perl'))(
  'msg: says what msgconvert says',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'msg-test-'));
    try {
      await writeFile(join(folder, 'a.msg'), realistic());
      execFileSync('msgconvert', ['a.msg'], { cwd: folder, stdio: 'ignore' });
      const theirs = await collect(eml, await readFile(join(folder, 'a.eml')));
      const ours = await collect(msg, realistic());
      const words = (out: typeof ours) =>
        new Set(`${allText(out)} ${out.members.map(({ bytes }) => bytes)}`.match(/[\p{L}\d]{3,}/gu));
      const said = words(ours);
      // But what is of the form: dates, types and ids of the message as such.
      // It dates a message without a date today.
      const form =
        /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|Date|MIME|Version|Content|Type|multipart|mixed|boundary|charset|text|plain|utf|Transfer|Encoding|Disposition|inline|attachment|filename|name|quoted|printable|base64|7bit|8bit|rtf|application|body|[\da-f]+|octet|stream|NOTES|TXT|format|alternative)$/i;
      expect([...words(theirs)].filter((word) => !said.has(word) && !form.test(word))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

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

test('msg: what can be read of a damaged container is read, and said to be partial', async () => {
  const whole = container({
    [P]: fixed(32, []),
    [`${S}0037001F`]: utf16('subject that stays'),
    [`${S}0C1F001F`]: utf16('sender@example.org'),
    [`${S}1000001F`]: utf16('the body '.repeat(1000)),
  });
  // The name of the property stream is gone, as where a sector of the directory was written over.
  const nameless = Buffer.from(whole);
  nameless.fill(0x2e, nameless.indexOf(Buffer.from(P, 'utf16le')), nameless.indexOf(utf16('s_version1.0')));
  const found = await collect(msg, nameless);
  expect(allText(found)).toContain('subject that stays');
  expect({ partial: found.partial, error: found.error }).toEqual({ partial: ['corrupt'], error: undefined });
  // Cut behind the directory: the body is not all there.
  for (let length = whole.length - 512; length > whole.length / 2; length -= 512) {
    const cut = await collect(msg, whole.subarray(0, length));
    if (cut.error === undefined && allText(cut).split('the body').length < 1000)
      expect(cut.partial).toContain('corrupt');
    if (cut.error !== undefined) expect(codeOf(cut.error)).toBe('corrupt');
  }
});
