/** The readable part of a member of a cut or damaged container is scanned, for every kind of access of its reader. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Coverage } from '../../../src/core/events.js';
import { buildZip } from '../../extractors/archives/zip-builder.js';
import { findingsOf, scanBytes } from './scan-bytes.js';

const MAIL = 'claire.vidal@example.org';
/** Does not compress, so that a cut of the gzip cuts the zip. */
const noise = Buffer.from(
  Array.from({ length: 40_000 }, (_, i) => Math.imul(i ^ (i >>> 3), 0x9e3779b1) >>> ((i * 7) % 24)),
);

function coverage(events: Awaited<ReturnType<typeof scanBytes>>, path?: string) {
  return events.find((e): e is Coverage => e.type === 'coverage' && e.path === path);
}

test('a zip in a cut gzip is opened', async () => {
  const zip = buildZip([
    { name: 'note.txt', data: Buffer.from(`Write to ${MAIL}\n`) },
    { name: 'noise.bin', data: noise },
  ]);
  const packed = gzipSync(zip);
  const events = await scanBytes(packed.subarray(0, packed.length - 15_000), { name: 'a.zip.gz' });
  expect(findingsOf(events).map((f) => f.value)).toContain(MAIL);
  expect(coverage(events, 'a.zip')).toMatchObject({ status: 'partial' });
  expect(coverage(events, 'a.zip')?.reason).toContain('truncated');
});

test('a document whose checksum fails is read, and said to be corrupt', async () => {
  const rtf = Buffer.from(`{\\rtf1 Write to ${MAIL} soon.\\par}`);
  const zip = buildZip([{ name: 'letter.rtf', data: rtf, method: 0 }]);
  const at = zip.indexOf(rtf.subarray(0, 6));
  zip[at + rtf.length - 6] = 0x21;
  const events = await scanBytes(zip, { name: 'a.zip' });
  expect(at).toBeGreaterThan(0);
  expect(findingsOf(events).map((f) => f.value)).toContain(MAIL);
  expect(coverage(events, 'letter.rtf')).toMatchObject({ status: 'partial', reason: 'corrupt' });
});
