/** Links, odd names and conflicting members: the contents of an archive, nothing lost or invented. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { sevenZip } from '../../../src/extractors/archives/sevenzip.js';
import { collect } from '../collect.js';
import { pack } from '../sevenzip-builder.js';
import { buildCpio, buildRpm, type CpioKind, type CpioMember, MODE } from './cpio-builder.js';
import { rarRedirect } from './rar-builder.js';

async function read(bytes: Buffer) {
  const out = await collect(sevenZip, bytes);
  const members = out.members.map((m) => [m.name, m.error ? `<${codeOf(m.error)}>` : m.bytes.toString()]);
  return { members: members.sort(byName), partial: out.partial, error: out.error };
}

function byName([a = '']: string[], [b = '']: string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const LINK = '<not-regular-file>';
const KINDS: readonly CpioKind[] = ['newc', 'crc', 'odc'];

describe('links', () => {
  it.each(['7z', 'wim'])('of a %s are members that are not regular files', async (type) => {
    const bytes = await pack(type, [
      { name: 'a.txt', data: 'alpha' },
      { name: 'dir/inside', link: 'b.txt' },
      { name: 'dir/outside', link: '../../etc/passwd' },
      { name: 'dir/b.txt', data: 'beta' },
      { name: 'root', link: '/etc/passwd' },
      { name: 'z.txt', data: 'omega' },
    ]);
    expect(await read(bytes)).toEqual({
      members: [
        ['a.txt', 'alpha'],
        ['dir/b.txt', 'beta'],
        ['dir/inside', LINK],
        ['dir/outside', LINK],
        ['root', LINK],
        ['z.txt', 'omega'],
      ],
      partial: [],
      error: undefined,
    });
  });

  it.each(KINDS)('of a cpio (%s) too, hard ones, pipes and devices', async (kind) => {
    const bytes = buildCpio(
      [
        { name: '.', mode: MODE.folder, links: 2 },
        { name: 'a.txt', inode: 40, links: 2, data: kind === 'odc' ? 'alpha' : '' },
        { name: 'hard.txt', inode: 40, links: 2, data: 'alpha' },
        { name: 'b.txt', data: 'beta' },
        { name: 'soft', mode: MODE.symlink, data: '../b.txt' },
        { name: 'pipe', mode: MODE.fifo },
        { name: 'tty', mode: MODE.device },
        { name: 'c.txt', data: 'gamma' },
      ],
      kind,
    );
    // In the old kind both names of a hard link have the data.
    const hard = kind === 'odc' ? 'alpha' : LINK;
    expect(await read(bytes)).toEqual({
      members: [
        ['a.txt', 'alpha'],
        ['b.txt', 'beta'],
        ['c.txt', 'gamma'],
        ['hard.txt', hard],
        ['pipe', LINK],
        ['soft', LINK],
        ['tty', LINK],
      ],
      partial: [],
      error: undefined,
    });
  });

  it.each([
    ['a symbolic link', 1, LINK],
    ['a hard link', 4, LINK],
  ])('of a rar too: %s', async (_name, type, expected) => {
    const { members, partial } = await read(rarRedirect(type, 'b.txt', ['a.txt', 'alpha']));
    expect({ members, partial }).toEqual({
      members: [
        ['a.txt', 'alpha'],
        ['b.txt', expected],
      ],
      partial: [],
    });
  });

  it('with more data than a path can have is read', async () => {
    const data = 'not a path '.repeat(500);
    const bytes = buildCpio([
      { name: 'long', mode: MODE.symlink, data },
      { name: 'b', data: 'beta' },
    ]);
    expect((await read(bytes)).members).toContainEqual(['long', data]);
  });
});

describe('members', () => {
  it('below a file, and a file in place of a folder, are read', async () => {
    const bytes = buildCpio([
      { name: 'a', data: 'one' },
      { name: 'a/b', data: 'two' },
      { name: 'c/d', data: 'three' },
      { name: 'c', data: 'four' },
    ]);
    expect(await read(bytes)).toEqual({
      members: [
        ['a', 'one'],
        ['a/b', 'two'],
        ['c', 'four'],
        ['c/d', 'three'],
      ],
      partial: [],
      error: undefined,
    });
  });

  it('of any cpio are given once, whatever they are called', { timeout: 120_000 }, async () => {
    const part = fc.string({
      unit: fc.constantFrom(...'ab.-_~ @\\:*\t\n\r\u001bé漢'),
      minLength: 1,
      maxLength: 8,
    });
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const member = fc.record({ name, data: fc.string({ maxLength: 40 }) });
    const isUsable = ({ name }: CpioMember) => name.split('/').some((part) => !/^\.*$/.test(part));
    const archive = fc.tuple(
      fc.array(member.filter(isUsable), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(...KINDS),
    );
    await fc.assert(
      fc.asyncProperty(archive, async ([members, kind]) => {
        const found = await read(buildCpio(members, kind));
        expect(found.members.map(([, data]) => data).sort()).toEqual(members.map(({ data }) => data).sort());
        expect({ ...found, members: [] }).toEqual({ members: [], partial: [], error: undefined });
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});

describe('rpm', () => {
  const payload = buildCpio([
    { name: './a.txt', data: 'alpha' },
    { name: './b.txt', data: 'beta' },
  ]);

  it.each([
    ['bzip2', 'bzip2'],
    ['xz', 'xz'],
    ['gzip', 'gzip'],
  ])('of a payload in %s is a member that is read on', async (type, compressor) => {
    const packed = await pack(type, [{ name: 'payload.cpio', data: payload }]);
    const out = await collect(sevenZip, buildRpm(packed, compressor));
    expect(out.members.map(({ bytes }) => bytes.equals(payload))).toEqual([true]);
    expect({ partial: out.partial, error: out.error }).toEqual({ partial: [], error: undefined });
  });
});
