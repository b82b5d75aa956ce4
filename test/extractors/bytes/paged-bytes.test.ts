import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PagedBytes } from '../../../src/extractors/bytes/paged-bytes.js';

test('what was appended after the last spill is not lost when earlier ones are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'paged-test-'));
  try {
    const bytes = new PagedBytes();
    const text = (i: number) => `${i}:`.padEnd(100_000, 'x');
    const starts: number[] = [];
    for (let i = 0; i < 900; i++) {
      starts.push(bytes.length);
      bytes.append(text(i));
      if (bytes.mustSpill) bytes.spill(folder);
    }
    for (const i of [0, 899, 300, 480, 600, ...Array.from({ length: 900 }, (_, k) => (k * 7) % 900)])
      expect(bytes.text(starts[i] as number, (starts[i] as number) + 100_000) === text(i), `${i}`).toBe(true);
    bytes.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
