/** Bombs: what a stream gave before a limit is kept, and never held in memory as a whole. */
import { expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { bzip2 } from '../../../src/extractors/compressed/bzip2.js';
import { gzip } from '../../../src/extractors/compressed/gzip.js';
import { xz } from '../../../src/extractors/compressed/xz.js';
import { collect } from '../collect.js';
import { pack } from '../sevenzip-builder.js';

const LINE = 'Contact jane.doe@example.org, please\n';
const MiB = 2 ** 20;
/** A bomb's worth of one letter: 1,000 times smaller when packed. */
const bomb = Buffer.concat([Buffer.from(LINE), Buffer.alloc(72 * MiB, 'C')]);

it.each([
  ['gzip', gzip],
  ['bzip2', bzip2],
  ['xz', xz],
] as const)(
  '%s keeps what it gave before the limit on its ratio',
  { timeout: 120_000 },
  async (type, extractor) => {
    const packed = await pack(type, [{ name: 'bomb', data: bomb }]);
    let largest = 0;
    const { members, partial, error } = await collect(extractor, packed, {
      onChunk: (chunk) => {
        largest = Math.max(largest, chunk.length);
      },
    });
    const [member] = members;
    expect(member?.bytes.subarray(0, LINE.length).toString()).toBe(LINE);
    expect(member?.bytes.length).toBeGreaterThan(32 * MiB);
    expect(member?.bytes.length).toBeLessThan(bomb.length);
    expect(codeOf(member?.error)).toBe('limit-ratio');
    expect({ partial, error }).toEqual({ partial: ['limit-ratio'], error: undefined });
    expect(largest).toBeLessThanOrEqual(4 * MiB);
  },
);
