/** Outlook stores in every layout, whole and damaged. Over 250 lines because one store serves all the cases. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeaksiftError } from '../../../src/core/errors.js';
import { eml } from '../../../src/extractors/mail/eml.js';
import { pst } from '../../../src/extractors/pst/pst.js';
import { allText, type Collected, collect } from '../collect.js';
import { isMissing } from '../other-reader.js';
import { type BuiltFolder, type BuiltMessage, buildPst } from './pst-builder.js';

const BIG = Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * 7) % 251));
const long = 'long body 01 99 00 12 34 é '.repeat(800);

const INBOX: readonly BuiltMessage[] = [
  {
    subject: 'Réunion',
    properties: [
      [0x1000, 'plain body 06 39 98 12 34\r\nsecond line'],
      [0x0c1a, 'Ann Example'],
      [0x0c1f, 'ann@example.org'],
      [0x0039, new Date('2026-01-02T03:04:05Z')],
      [0x8000, 'Filed, Under'],
    ],
    recipients: [
      { name: 'Bob', address: 'bob@example.org' },
      { name: 'Eve', address: 'eve@example.org', kind: 3 },
    ],
    attachments: [
      { name: 'small.txt', bytes: Buffer.from('small attachment') },
      { name: 'big.bin', bytes: BIG },
      {
        name: 'inner',
        message: {
          subject: 'inner subject',
          properties: [[0x1000, 'inner body']],
          attachments: [{ name: 'deep.txt', bytes: Buffer.from('deep attachment') }],
        },
      },
      { name: 'object', ole: Buffer.from('an embedded object') },
    ],
  },
  { subject: 'html', properties: [[0x1013, Buffer.from('<p>html <b>body</b></p>')]] },
  { subject: 'long', properties: [[0x1000, long]] },
  { subject: 'gone', unlisted: true, properties: [[0x1000, 'deleted body']] },
  { subject: 'rules', associated: true, properties: [[0x1000, 'associated body']] },
];
const FOLDERS: readonly BuiltFolder[] = [
  { name: 'In/box', messages: INBOX, folders: [{ name: 'Sub', messages: [{ subject: 'sub' }] }] },
  {
    name: 'Deleted Items',
    messages: Array.from({ length: 300 }, (_, i) => ({
      subject: `s${i}`,
      properties: [[0x1000, `body ${i}.`]],
    })),
  },
];
const KINDS = [14, 23, 36].flatMap((version) => [0, 1, 2].map((encoding) => [version, encoding]));

const bodies = async (out: Collected) => {
  const mails = await Promise.all(out.members.map((member) => collect(eml, member.bytes)));
  return mails.map((mail) => ({ text: allText(mail), members: mail.members }));
};

test.each(KINDS)(
  'reads version %i with encoding %i',
  async (version, encoding) => {
    const layout = { version, encoding } as { version: 14 | 23 | 36; encoding: 0 | 1 | 2 };
    const out = await collect(pst, buildPst({ ...layout, folders: FOLDERS, named: [0x8005], password: 99 }));
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(out.members.length).toBe(306);
    const inbox = out.members.filter(({ name }) => name.startsWith('Top of Personal Folders/In_box/'));
    expect(inbox.map(({ hidden }) => hidden)).toEqual([
      undefined,
      undefined,
      undefined,
      'deleted-item',
      'associated-item',
      undefined,
    ]);
    const [first, html, whole, gone] = await bodies({ ...out, members: inbox });
    expect(first?.text).toMatch(
      /Subject: Réunion\nFrom: Ann Example <ann@example.org>\nTo: Bob <bob@example.org>/,
    );
    expect(first?.text).toContain('Bcc: Eve <eve@example.org>');
    expect(first?.text).toContain('Date: Fri, 02 Jan 2026 03:04:05 GMT');
    expect(first?.text).toContain('plain body 06 39 98 12 34');
    expect(first?.text).toContain('File under: Filed, Under');
    expect(first?.members.map(({ name }) => name)).toEqual(['small.txt', 'big.bin', 'inner.eml', 'object']);
    expect(first?.members[1]?.bytes.equals(BIG)).toBe(true);
    expect(first?.members[3]?.bytes.toString()).toBe('an embedded object');
    const inner = await collect(eml, first?.members[2]?.bytes as Buffer);
    expect(allText(inner)).toMatch(/inner subject[\s\S]*inner body/);
    expect(inner.members.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['deep.txt', 'deep attachment'],
    ]);
    expect(html?.text).toContain('html body');
    expect(whole?.text).toContain(long.trim());
    expect(gone?.text).toContain('deleted body');
  },
  20_000,
);

test('many attachments, long attachments, many recipients', async () => {
  const bytes = Buffer.alloc(9_000_000, 'twelve bytes');
  const attachments = Array.from({ length: 400 }, (_, i) => ({ name: `a${i}`, bytes: Buffer.from(`n${i}`) }));
  const recipients = Array.from({ length: 1200 }, (_, i) => ({
    name: `Person ${i}`,
    address: `p${i}@example.org`,
  }));
  const messages = [{ subject: 'many', attachments: [...attachments, { name: 'long', bytes }], recipients }];
  const out = await collect(pst, buildPst({ folders: [{ name: 'F', messages }] }));
  expect(out.partial).toEqual([]);
  const [mail] = await bodies(out);
  expect(mail?.text).toContain('p1199@example.org');
  expect(mail?.members.length).toBe(401);
  expect(mail?.members.at(-1)?.bytes.equals(bytes)).toBe(true);
}, 30_000);

test('several values in one property, all of them', async () => {
  const messages = [
    { subject: 's', properties: [[0x8001, ['Red', 'Blué', 'Last one']]] },
  ] satisfies BuiltMessage[];
  for (const version of [14, 23] as const) {
    const [mail] = await bodies(
      await collect(pst, buildPst({ version, folders: [{ name: 'F', messages }] })),
    );
    expect(mail?.text).toContain('Red; Blué; Last one');
  }
});

test('a cut store gives what it still holds and is partial', async () => {
  const whole = buildPst({ folders: FOLDERS });
  for (const share of [0.2, 0.4, 0.6, 0.8, 0.95]) {
    const out = await collect(pst, whole.subarray(0, Math.floor(whole.length * share)));
    expect(out.error).toBeUndefined();
    expect(out.partial, `cut at ${share}`).toContain('truncated');
    if (out.members.length === 0) expect(allText(out)).toContain('small attachment');
    else expect(out.members.length).toBe(306);
  }
  // Behind the nodes stand only the places of the blocks.
  const [firstPage] = pages(whole, 0x80, 0);
  const out = await collect(pst, whole.subarray(0, firstPage));
  expect(out.members.length).toBe(306);
});

/** Where pages of a B-tree stand: of this kind and level. */
function pages(file: Buffer, kind: number, level: number): number[] {
  const found: number[] = [];
  for (let at = 0; at + 512 <= file.length; at += 512)
    if (file[at + 496] === kind && file[at + 497] === kind && file[at + 491] === level) found.push(at);
  return found;
}

test.each([
  ['node', 0x81],
  ['block', 0x80],
])('a lost page above the leaves of the %s tree loses nothing', async (_, kind) => {
  const file = buildPst({ folders: FOLDERS });
  for (const at of pages(file, kind, 1)) file.fill(0, at, at + 512);
  const out = await collect(pst, file);
  expect(out.members.length).toBe(306);
  expect(out.partial).toContain('corrupt');
});

test('without any page of the block tree all is found by the trailers', async () => {
  const file = buildPst({ folders: FOLDERS });
  for (const level of [0, 1, 2]) for (const at of pages(file, 0x80, level)) file.fill(0, at, at + 512);
  const out = await collect(pst, file);
  expect(out.members.length).toBe(306);
  expect(out.partial).toContain('corrupt');
});

test('a lost leaf of the node tree loses its nodes only', async () => {
  const file = buildPst({ folders: FOLDERS });
  const leaf = pages(file, 0x81, 0).at(10) as number;
  file.fill(0, leaf, leaf + 512);
  const out = await collect(pst, file);
  expect(out.members.length).toBe(306 - 15);
  expect(out.partial.sort()).toEqual(['corrupt', 'missing-items']);
});

test('a damaged block of an attachment leaves the rest of it', async () => {
  const file = buildPst({ folders: FOLDERS, encoding: 0 });
  const at = file.indexOf(BIG.subarray(20_000, 20_100));
  expect(at).toBeGreaterThan(0);
  const trailer = Math.ceil(at / 64) * 64;
  let end = trailer;
  while (file.readUInt16LE(end - 16) !== 8176) end += 64;
  file[end - 8] = 0xee;
  file[end - 12] = 0;
  file[at] = 0;
  const out = await collect(pst, file);
  const [mail] = await bodies({ ...out, members: out.members.filter(({ name }) => name.includes('In_box')) });
  expect(mail?.members[1]?.bytes.length).toBe(BIG.length - 8176);
  expect(mail?.members.length).toBe(4);
  expect(out.partial).toContain('corrupt');
});

test('no change of its bytes makes it crash, hang or go silent', async () => {
  const whole = buildPst({ folders: [{ name: 'F', messages: INBOX }] });
  const used = whole.length - [...whole].reverse().findIndex((byte) => byte !== 0);
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 300; round++) {
    const file = Buffer.from(whole);
    const from = round % 3 === 0 ? 0 : 0x4400;
    const span = round % 3 === 0 ? 564 : used - 0x4400;
    for (let i = 0; i < 20; i++) file[from + random(span)] = random(256);
    const out = await collect(pst, file, { limits: { timeoutMs: 5000 } });
    if (out.error) expect(out.error, `round ${round}`).toBeInstanceOf(LeaksiftError);
    else if (out.members.length < 5) expect(out.partial.length, `round ${round}`).toBeGreaterThan(0);
  }
}, 60_000);

test('a store of which nothing can be found is an error', async () => {
  const header = Buffer.alloc(2000);
  header.write('!BDN');
  header.writeUInt16LE(23, 10);
  for (const bytes of [header, Buffer.from('!BDN'), header.subarray(0, 300)])
    expect((await collect(pst, bytes)).error).toMatchObject({ code: 'corrupt' });
});

describe.skipIf(isMissing('readpst', 'pst-utils'))('against readpst', () => {
  test.each(KINDS)('version %i with encoding %i', async (version, encoding) => {
    const layout = { version, encoding } as { version: 14 | 23 | 36; encoding: 0 | 1 | 2 };
    const bytes = buildPst({ ...layout, folders: FOLDERS });
    const folder = await mkdtemp(join(tmpdir(), 'pst-test-'));
    try {
      await writeFile(join(folder, 'a.pst'), bytes);
      execFileSync('readpst', ['-D', '-j', '0', '-S', '-8', '-o', folder, join(folder, 'a.pst')], {
        stdio: 'ignore',
      });
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const theirs = await Promise.all(
        files.filter((file) => file.isFile()).map(async (file) => readFile(join(file.parentPath, file.name))),
      );
      expect(theirs.some((file) => file.equals(BIG))).toBe(true);
      const out = await collect(pst, bytes);
      // Theirs holds the store itself and, beside the mail, two attachments and the object.
      expect(theirs.length).toBe(1 + out.members.length + 3);
      const mail = theirs.map((file) => file.toString()).join('\n');
      for (const { text } of await bodies({ ...out, members: out.members.slice(0, 200) })) {
        const last = text.trim().split('\n').at(-1) as string;
        expect(mail).toContain(last.trim());
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
