import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isHole, isSparse, storedBytes } from '../../../src/pipeline/readers/holes.js';

const folder = mkdtempSync(join(tmpdir(), 'leaksift-holes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('only bytes that are all zero are a hole, wherever the other one stands', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600_000 }), fc.nat(), fc.boolean(), (length, at, hasOther) => {
      const bytes = new Uint8Array(length);
      if (hasOther && length > 0) bytes[at % length] = 1;
      expect(isHole(bytes)).toBe(!hasOther || length === 0);
    }),
    { numRuns: 40 },
  );
});

test('a file is sparse where its size is holes', async () => {
  const full = join(folder, 'full');
  writeFileSync(full, Buffer.alloc(1_000_000, 'x'));
  expect([await isSparse(full), await storedBytes(full)]).toEqual([false, 1_000_000]);
  const sparse = join(folder, 'sparse');
  const fd = openSync(sparse, 'w');
  writeSync(fd, 'head');
  ftruncateSync(fd, 2 ** 40);
  closeSync(fd);
  expect(await isSparse(sparse)).toBe(true);
  expect(await storedBytes(sparse)).toBeLessThan(100_000);
});
