import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { zip } from '../../../src/extractors/archives/zip.js';
import { extractorContract } from '../../contract/extractor.js';
import { collect } from '../collect.js';
import { buildZip, type TestMember } from './zip-builder.js';

const members: TestMember[] = [
  { name: 'dir/', method: 0 },
  { name: 'a.txt', data: 'alpha '.repeat(200) },
  { name: '../b.txt', data: 'beta', method: 0 },
  { name: 'big.bin', data: Buffer.alloc(6_000_000, 'abcdefg') },
];

extractorContract('zip', { extractor: zip, sample: buildZip(members) });

describe('zip', () => {
  it('lists every member but folders, duplicates too', async () => {
    const out = await collect(zip, buildZip([...members, { name: 'a.txt', data: 'again' }]));
    expect(out.members.map((m) => [m.name, m.bytes.length])).toEqual([
      ['a.txt', 1200],
      ['../b.txt', 4],
      ['big.bin', 6_000_000],
      ['a.txt', 5],
    ]);
  });

  it('lists encrypted members as such', async () => {
    const out = await collect(zip, buildZip([{ name: 's', data: 'x', flags: 1 }, ...members]));
    expect(out.members.map((m) => m.error && codeOf(m.error))).toEqual([
      'encrypted',
      undefined,
      undefined,
      undefined,
    ]);
    expect(out.partial).toEqual(['encrypted']);
  });

  it('is partial when a member is damaged, and gives the others', async () => {
    const out = await collect(zip, buildZip([{ name: 'bad', data: 'x', claim: { crc: 1 } }, ...members]));
    expect(out.members.map((m) => m.error && codeOf(m.error))).toEqual([
      'corrupt',
      undefined,
      undefined,
      undefined,
    ]);
    expect(out.partial).toEqual(['corrupt']);
  });

  it('is partial when its directory is cut off', async () => {
    const bytes = buildZip(members);
    const out = await collect(zip, bytes.subarray(0, bytes.length - 60));
    expect(out.members.map((m) => m.bytes.length)).toEqual([1200, 4, 6_000_000]);
    expect(out.partial).toEqual(['truncated']);
  });

  it('fails as corrupt where nothing is found', async () => {
    expect(codeOf((await collect(zip, Buffer.from('PK\x03\x04 nothing else'))).error)).toBe('corrupt');
  });

  it('ends on an archive without members', async () => {
    const out = await collect(zip, buildZip([]));
    expect([out.members, out.partial, out.error]).toEqual([[], [], undefined]);
  });
});
