import { describe, expect, it } from 'vitest';
import { selfExtracting } from '../../../src/extractors/archives/self-extracting.js';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { collect, readerOf } from '../collect.js';
import { archive, SAMPLE } from './archive-samples.js';
import { buildZip } from './zip-builder.js';

/** A stub that looks like a program to detection, not to the processor. */
function stub(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.write('MZ\x90\0\x03', 0, 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  return bytes;
}

describe('self-extracting programs', () => {
  it('are detected as programs', async () => {
    expect(await readerOf(await detectType(stub(), { name: 'setup.exe' }))).toBe(selfExtracting);
  });

  it('give the members of their zip', async () => {
    const out = await collect(
      selfExtracting,
      buildZip([{ name: 'a.txt', data: 'alpha' }], { prefix: stub() }),
    );
    expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([['a.txt', 'alpha']]);
  });

  it('give the members of their 7z', async () => {
    const out = await collect(selfExtracting, Buffer.concat([stub(), archive('solid.7z')]));
    expect(out.members.map((m) => m.bytes.toString())).toContain(SAMPLE);
  });

  it('without an archive are not read', async () => {
    const out = await collect(selfExtracting, stub());
    expect([out.members, out.skipped, out.error]).toEqual([[], ['unsupported-type'], undefined]);
  });
});
