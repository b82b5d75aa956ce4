import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { tar } from '../../../src/extractors/archives/tar.js';
import { extractorContract } from '../../contract/extractor.js';
import { collect } from '../collect.js';
import { buildTar, pax, type TarMember } from './tar-builder.js';

const two: TarMember[] = [
  { name: 'a.txt', data: 'alpha' },
  { name: 'dir/b.txt', data: 'beta'.repeat(1000) },
];

async function read(bytes: Buffer) {
  const out = await collect(tar, bytes);
  const found = out.members.map((m) => [m.name, m.error ? `<${codeOf(m.error)}>` : m.bytes.toString()]);
  return { found, partial: out.partial, error: out.error && codeOf(out.error) };
}
const bothRead = [
  ['a.txt', 'alpha'],
  ['dir/b.txt', 'beta'.repeat(1000)],
];

extractorContract('tar', { extractor: tar, sample: buildTar(two) });

describe('tar', () => {
  it.each<[string, Buffer]>([
    ['ustar', buildTar(two)],
    ['older than ustar', buildTar(two.map((m) => ({ ...m, magic: '' })))],
    ['without an end', buildTar(two, false)],
    ['with folders', buildTar([{ name: 'dir/', type: '5' }, { name: 'old/', magic: '' }, ...two])],
    ['with a prefix', buildTar([two[0] as TarMember, { ...two[1], name: 'b.txt', prefix: 'dir' }])],
    [
      'with GNU long names',
      buildTar([
        two[0] as TarMember,
        { name: '././@LongLink', type: 'L', data: 'dir/b.txt\0' },
        { ...two[1], name: 'x' },
      ]),
    ],
    [
      'with pax names',
      buildTar([two[0] as TarMember, pax({ path: 'dir/b.txt', mtime: '1' }), { ...two[1], name: 'x' }]),
    ],
    [
      'with a pax size',
      buildTar([two[0] as TarMember, pax({ size: '4000' }), { ...two[1], name: 'dir/b.txt' } as TarMember]),
    ],
    ['two in a row', Buffer.concat([buildTar(two.slice(0, 1)), buildTar(two.slice(1))])],
    [
      'last member not padded',
      buildTar([two[1] as TarMember, two[0] as TarMember], false).subarray(0, 512 + 4096 + 512 + 5),
    ],
  ])('reads a tar %s', async (_name, bytes) => {
    const { found, partial, error } = await read(bytes);
    expect({ found: found.sort(), partial, error }).toEqual({
      found: bothRead,
      partial: [],
      error: undefined,
    });
  });

  it('says that links and devices are no files', async () => {
    const { found } = await read(
      buildTar([
        { name: 'l', type: '2' },
        { name: 'h', type: '1', size: 9 },
        { name: 'd', type: '3' },
        ...two,
      ]),
    );
    expect(found).toEqual([
      ['l', '<not-regular-file>'],
      ['h', '<not-regular-file>'],
      ['d', '<not-regular-file>'],
      ...bothRead,
    ]);
  });

  it('passes over a damaged header to the next good one', async () => {
    const bytes = buildTar([{ name: 'bad', data: 'lost' }, ...two]);
    const first = buildTar([{ name: 'first', data: 'x' }], false);
    bytes[3] = 0xff;
    expect(await read(Buffer.concat([first, bytes]))).toEqual({
      found: [['first', 'x'], ...bothRead],
      partial: ['corrupt', 'corrupt'],
      error: undefined,
    });
  });

  it.each([
    ['inside a member', 512 + 512 + 512 + 1000],
    ['inside a header', 512 + 512 + 100],
  ])('is partial when cut %s', async (_name, length) => {
    const { found, partial } = await read(buildTar(two).subarray(0, length));
    expect(found[0]).toEqual(bothRead[0]);
    expect(partial).toEqual(['truncated']);
  });

  it('does not believe a size of 8 exabytes', async () => {
    const { found, partial } = await read(buildTar([{ name: 'huge', data: 'x', size: 2 ** 62 }]));
    expect(found).toEqual([['huge', '<truncated>']]);
    expect(partial).toEqual(['truncated']);
  });

  it('keeps hostile names as names', async () => {
    const { found } = await read(
      buildTar([
        { name: '../../etc/passwd', data: 'x' },
        { name: '/abs', data: 'y' },
      ]),
    );
    expect(found.map(([name]) => name)).toEqual(['../../etc/passwd', '/abs']);
  });
});

it('ends at a pax record without a length', async () => {
  const global = { name: 'x', type: 'g', data: '0' };
  expect((await read(buildTar([global, ...two]))).found).toEqual(bothRead);
});
