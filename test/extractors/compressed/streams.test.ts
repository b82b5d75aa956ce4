import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Extractor } from '../../../src/core/content.js';
import { codeOf } from '../../../src/core/errors.js';
import { ByteReader } from '../../../src/extractors/bytes/byte-reader.js';
import { bzip2 } from '../../../src/extractors/compressed/bzip2.js';
import { compress } from '../../../src/extractors/compressed/compress.js';
import { decodeGzip } from '../../../src/extractors/compressed/gzip.js';
import { lz4 } from '../../../src/extractors/compressed/lz4.js';
import { decodeLzmaAlone, lzip, lzma } from '../../../src/extractors/compressed/lzma-alone.js';
import type { Decode } from '../../../src/extractors/compressed/single-stream.js';
import { decodeXz, xz } from '../../../src/extractors/compressed/xz.js';
import { zstd } from '../../../src/extractors/compressed/zstd.js';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { extractorContract } from '../../contract/extractor.js';
import { archive, lzip as buildLzip, compressed, SAMPLE } from '../archives/archive-samples.js';
import { collect, readerOf } from '../collect.js';

const lzipSample = buildLzip(archive('sample.lzma'), SAMPLE);

const FORMATS: readonly [string, Extractor, Buffer][] = [
  ['sample.bz2', bzip2, archive('sample.bz2')],
  ['sample.xz', xz, archive('sample.xz')],
  ['blocks.xz', xz, archive('blocks.xz')],
  ['delta.xz', xz, archive('delta.xz')],
  ['sample.lzma', lzma, archive('sample.lzma')],
  ['sample.lz', lzip, lzipSample],
  ['sample.zst', zstd, archive('sample.zst')],
  ['best.zst', zstd, archive('best.zst')],
  ['sample.lz4', lz4, archive('sample.lz4')],
  ['checked.lz4', lz4, archive('checked.lz4')],
  ['legacy.lz4', lz4, archive('legacy.lz4')],
];

for (const [name, extractor, sample] of FORMATS) extractorContract(name, { extractor, sample });

describe.each(FORMATS)('%s', (name, extractor, sample) => {
  const isConcatenable = extractor !== lzma;

  it('is detected and decoded to its very bytes', async () => {
    expect(await readerOf(await detectType(sample, { name: 'x' }))).toBe(extractor);
    const out = await collect(extractor, sample, { name });
    expect(out.members.map((m) => m.name)).toEqual([name.replace(/\.\w+$/, '')]);
    expect(out.members[0]?.bytes.toString()).toBe(SAMPLE);
    expect(out.partial).toEqual([]);
  });

  it.runIf(isConcatenable)('joins streams that follow one another', async () => {
    const out = await collect(extractor, Buffer.concat([sample, sample]));
    expect(out.members[0]?.bytes.toString()).toBe(SAMPLE + SAMPLE);
    expect(out.partial).toEqual([]);
  });

  it.runIf(isConcatenable && name !== 'legacy.lz4')(
    'reads before trailing bytes and reports them',
    async () => {
      const out = await collect(extractor, Buffer.concat([sample, Buffer.from('trailing bytes here')]));
      expect(out.members[0]?.bytes.toString()).toBe(SAMPLE);
      expect(out.partial).toEqual(['trailing-bytes']);
    },
  );

  it('says that it is cut', async () => {
    const out = await collect(extractor, sample.subarray(0, sample.length >> 1));
    expect(out.members[0]?.error && codeOf(out.members[0].error)).toBe('truncated');
    expect(out.partial).toEqual(['truncated']);
  });

  it.runIf(!['best.zst', 'sample.zst', 'sample.lzma', 'legacy.lz4'].includes(name))(
    'notices damage anywhere in its data',
    async () => {
      for (const at of [0.3, 0.5, 0.7, 0.9]) {
        const bytes = Buffer.from(sample);
        const index = Math.floor(at * (sample.length - 60));
        bytes[index] = (bytes[index] as number) ^ 0x10;
        const out = await collect(extractor, bytes);
        expect(out.partial.length).toBeGreaterThan(0);
      }
    },
  );
});

extractorContract('compress', { extractor: compress, sample: compressed('alpha beta '.repeat(20)) });

describe('compress', () => {
  it('is detected, decoded and named', async () => {
    const bytes = compressed('alpha beta '.repeat(20));
    expect(await detectType(bytes, { name: 'x' })).toBe('application/x-compress');
    const out = await collect(compress, bytes, { name: 'notes.txt.Z' });
    expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([
      ['notes.txt', 'alpha beta '.repeat(20)],
    ]);
  });

  it('follows the codes as they grow and are cleared', async () => {
    const out = await collect(compress, archive('sample.Z'));
    expect(out.members[0]?.bytes.toString()).toBe(SAMPLE);
  });
});

describe('single streams', () => {
  it.each<[string, Decode, Buffer]>([
    ['xz', decodeXz, archive('blocks.xz').subarray(0, 1500)],
    ['lzma', decodeLzmaAlone, archive('sample.lzma').subarray(0, 1500)],
    ['gzip', decodeGzip, gzipSync(SAMPLE).subarray(0, 1500)],
  ])('give what stands before a cut: %s', async (_name, decode, bytes) => {
    const source = async function* () {
      yield bytes;
    };
    let text = '';
    const reading = async () => {
      for await (const chunk of decode(new ByteReader(source()), { partial: () => {} }))
        text += Buffer.from(chunk).toString();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'truncated' });
    expect(text.length).toBeGreaterThan(5000);
    expect(SAMPLE.startsWith(text)).toBe(true);
  });

  it('refuse a zstd window that would take gigabytes', async () => {
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    expect((await collect(zstd, frame)).partial).toEqual(['limit-memory']);
  });

  it('refuse a zstd frame of an unknown dictionary', async () => {
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 0x07, 0x01, 0x00, 0x00]);
    expect((await collect(zstd, frame)).partial).toEqual(['unsupported-method']);
  });

  it('stop a bomb of runs', async () => {
    // One zstd frame of 20,000 blocks of 128 KiB of zeros, four bytes each.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x00]);
    const bomb = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]),
      ...Array.from({ length: 20_000 }, () => block),
    ]);
    expect((await collect(zstd, bomb)).partial).toEqual(['limit-ratio']);
  });
});
