import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { sevenZip } from '../../../src/extractors/archives/sevenzip.js';
import { zip } from '../../../src/extractors/archives/zip.js';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { extractorContract } from '../../contract/extractor.js';
import { type CollectOptions, collect, readerOf } from '../collect.js';
import { archive, cab, cpio, iso, lzh, rar4, rar5, SAMPLE } from './archive-samples.js';
import { rar, rarVolumes } from './rar-builder.js';

async function read(bytes: Buffer, options: CollectOptions = {}, extractor = sevenZip) {
  const out = await collect(extractor, bytes, options);
  const members = Object.fromEntries(
    out.members.map((m) => [m.name, m.error ? `<${codeOf(m.error)}>` : m.bytes.toString()]),
  );
  return { members, partial: out.partial, error: out.error && codeOf(out.error) };
}

const tree = { 'a.txt': 'alpha\n', 'dir/sample.txt': SAMPLE, 'été.txt': 'x' };
const sealed = { 'a.txt': '<encrypted>', 'dir/sample.txt': '<encrypted>', 'été.txt': '<encrypted>' };
const passwords = { options: { passwords: ['wrong', 'secret'] } };

extractorContract('7z', { extractor: sevenZip, sample: archive('solid.7z'), tries: 4, maxMs: 30_000 });

describe('7-Zip', () => {
  it.each<[string, Buffer, string]>([
    ['rar 4', rar4('a.txt', 'alpha'), 'a.txt'],
    ['rar 5', rar5('a.txt', 'alpha'), 'a.txt'],
    ['cab', cab('a.txt', 'alpha'), 'a.txt'],
    ['cpio', cpio('a.txt', 'alpha'), 'a.txt'],
    ['lzh', lzh('a.txt', 'alpha'), 'a.txt'],
    ['iso', iso('A.TXT', 'alpha'), 'A.TXT'],
  ])('reads %s', async (_name, bytes, member) => {
    const mediaType = await detectType(bytes.subarray(0, 65_536), { name: 'x' });
    expect(await readerOf(mediaType)).toBe(sevenZip);
    expect(await read(bytes, { mediaType })).toEqual({
      members: { [member]: 'alpha' },
      partial: [],
      error: undefined,
    });
  });

  it('reads a solid 7z in one pass', async () => {
    expect(await read(archive('solid.7z'))).toEqual({ members: tree, partial: [], error: undefined });
  });

  it('lists encrypted members, and reads them with a password', async () => {
    expect(await read(archive('encrypted.7z'))).toEqual({
      members: sealed,
      partial: ['encrypted'],
      error: undefined,
    });
    expect(await read(archive('encrypted.7z'), passwords)).toEqual({
      members: tree,
      partial: [],
      error: undefined,
    });
  });

  it('says that an encrypted list is encrypted, and reads it with a password', async () => {
    expect(await read(archive('locked.7z'))).toEqual({ members: {}, partial: [], error: 'encrypted' });
    expect(await read(archive('locked.7z'), passwords)).toEqual({
      members: tree,
      partial: [],
      error: undefined,
    });
  });

  it.each(['members', 'headers'] as const)(
    'reads a rar whose %s are encrypted with a password',
    async (hides) => {
      const bytes = rar([['a.txt', 'alpha']], { password: 'secret', hides });
      const locked =
        hides === 'members'
          ? { members: { 'a.txt': '<encrypted>' }, partial: ['encrypted'], error: undefined }
          : { members: {}, partial: [], error: 'encrypted' };
      expect(await read(bytes)).toEqual(locked);
      expect(await read(bytes, { options: { passwords: ['wrong'] } })).toEqual(locked);
      expect(await read(bytes, passwords)).toEqual({
        members: { 'a.txt': 'alpha' },
        partial: [],
        error: undefined,
      });
    },
  );

  it('reads a rar that says it is solid', async () => {
    const bytes = rar(
      [
        ['a.txt', 'alpha'],
        ['b/c.txt', 'beta'],
      ],
      { solid: true },
    );
    expect((await read(bytes)).members).toEqual({ 'a.txt': 'alpha', 'b/c.txt': 'beta' });
  });

  it('reads of each volume of a rar what stands in it, and says that it is one of several', async () => {
    const lines = 'alpha\n'.repeat(30);
    const volumes = rarVolumes('a.txt', lines, 100);
    expect(volumes).toHaveLength(2);
    for (const volume of volumes) expect((await read(volume)).partial).toContain('split-archive');
    const out = await collect(sevenZip, volumes[0] as Buffer, {});
    expect(out.members[0]?.bytes.toString()).toBe(lines.slice(0, 100));
    expect((await read(rar([['a.txt', 'alpha']]))).partial).toEqual([]);
    expect((await read(rar4('a.txt', 'alpha'))).partial).toEqual([]);
  });

  it('says of a 7z that was cut into files that there are more of them', async () => {
    const first = archive('solid.7z').subarray(0, 1000);
    expect(await read(first, { name: 'dump.7z.001' })).toMatchObject({ partial: ['split-archive'] });
    expect((await read(archive('solid.7z'), { name: 'dump.7z.001' })).partial).toEqual([]);
  });

  it('keeps members inside whatever their names', async () => {
    const { members } = await read(cpio('../../../tmp/leaksift-evil', 'alpha'));
    expect(Object.values(members)).toEqual(['alpha']);
  });

  it('lets go of a member that is not read to its end', async () => {
    const bytes = cpio('big', 'x'.repeat(20_000_000));
    expect((await read(bytes)).members.big?.length).toBe(20_000_000);
  });

  it('stops when the budget is spent, and leaves no thread behind', async () => {
    const bytes = cpio('big', 'x'.repeat(20_000_000));
    const { members } = await read(bytes, { limits: { maxExpandedBytes: 1_000_000 } });
    expect(members).toEqual({ big: '<limit-expanded-size>' });
  });

  it.each([
    ['a cut rar', rar4('a.txt', 'alpha'.repeat(100)).subarray(0, 300)],
    ['a cut 7z', archive('solid.7z').subarray(0, 1000)],
    ['noise', Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(500, 0xa5)])],
  ])('says what is wrong with %s', async (_name, bytes) => {
    const { members, partial, error } = await read(bytes);
    expect([...partial, error, ...Object.values(members)].join()).toMatch(/truncated|corrupt/);
  });
});

describe('zip through 7-Zip', () => {
  it.each(['deflate64.zip', 'lzma.zip', 'bzip2.zip'])('reads %s', async (name) => {
    expect(await read(archive(name), {}, zip)).toEqual({ members: tree, partial: [], error: undefined });
  });

  it.each(['aes.zip', 'zipcrypto.zip'])('reads %s with a password only', async (name) => {
    expect(await read(archive(name), {}, zip)).toEqual({
      members: sealed,
      partial: ['encrypted'],
      error: undefined,
    });
    expect(await read(archive(name), passwords, zip)).toEqual({
      members: tree,
      partial: [],
      error: undefined,
    });
    expect(await read(archive(name), { options: { passwords: ['wrong'] } }, zip)).toEqual({
      members: sealed,
      partial: ['encrypted'],
      error: undefined,
    });
  });
});
