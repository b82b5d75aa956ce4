import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { gzip } from '../../../src/extractors/compressed/gzip.js';
import { extractorContract } from '../../contract/extractor.js';
import { collect } from '../collect.js';

const text = Array.from({ length: 20_000 }, (_, i) => `row ${(i * 2654435761) % 1000003}\n`).join('');
const packed = gzipSync(text);

function named(name: string): Buffer {
  const plain = gzipSync('x');
  return Buffer.concat([
    plain.subarray(0, 3),
    Buffer.from([8]),
    plain.subarray(4, 10),
    Buffer.from(`${name}\0`),
    plain.subarray(10),
  ]);
}

extractorContract('gzip', { extractor: gzip, sample: packed });

describe('gzip', () => {
  it.each([
    ['agents.csv.gz', packed, 'agents.csv'],
    ['backup.tgz', packed, 'backup.tar'],
    ['noise', packed, 'noise'],
    ['x.gz', named('liste.csv'), 'liste.csv'],
    ['x.gz', named('../../etc/passwd'), 'passwd'],
  ])('names what %s holds', async (name, bytes, expected) => {
    const out = await collect(gzip, bytes, { name });
    expect(out.members.map((m) => m.name)).toEqual([expected]);
  });

  it('joins concatenated members and passes over padding', async () => {
    const out = await collect(gzip, Buffer.concat([packed, gzipSync('tail'), Buffer.alloc(1000)]));
    expect(out.members[0]?.bytes.toString()).toBe(`${text}tail`);
    expect(out.partial).toEqual([]);
  });

  it('reads before trailing bytes and reports them', async () => {
    const out = await collect(gzip, Buffer.concat([packed, Buffer.from('not gzip')]));
    expect(out.members[0]?.bytes.toString()).toBe(text);
    expect(out.partial).toEqual(['trailing-bytes']);
  });

  it('gives what a cut file still holds', async () => {
    const errors: unknown[] = [];
    const out = await collect(gzip, packed.subarray(0, packed.length >> 1));
    errors.push(out.members[0]?.error);
    expect(out.partial).toEqual(['truncated']);
    expect(errors.map(codeOf)).toEqual(['truncated']);
  });

  it.each([
    ['a wrong checksum', packed.length - 8],
    ['a wrong length', packed.length - 2],
  ])('reports %s', async (_name, at) => {
    const bytes = Buffer.from(packed);
    bytes[at] = (bytes[at] as number) ^ 1;
    expect((await collect(gzip, bytes)).partial).toEqual(['corrupt']);
  });

  it('stops a bomb by its ratio', async () => {
    const out = await collect(gzip, gzipSync(Buffer.alloc(200_000_000)));
    expect(out.partial).toEqual(['limit-ratio']);
  });
});
