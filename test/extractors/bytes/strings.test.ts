import { randomFillSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { strings } from '../../../src/extractors/bytes/strings.js';
import { allText, collect } from '../collect.js';

const run = (bytes: Buffer, on = true) => collect(strings, bytes, { options: { strings: on } });

test('narrow and wide strings of six characters are found, at any offset and over chunk borders', async () => {
  const wide = Buffer.from('wide01632960125', 'utf16le');
  const big = Buffer.from(wide).swap16();
  const zero = Buffer.alloc(3, 1);
  const out = await run(
    Buffer.concat([
      zero,
      Buffer.from('short\0longer\0Zoë Noël\0'),
      zero,
      wide,
      zero,
      Buffer.alloc(7919 * 2 - 70, 2),
      Buffer.from('over the border'),
      zero,
      big,
      zero,
    ]),
  );
  const text = allText(out);
  for (const found of ['longer', 'Zoë Noël', 'wide01632960125', 'over the border'])
    expect(text).toContain(found);
  expect(text.split('wide01632960125')).toHaveLength(3);
  expect(text).not.toContain('short');
  expect(out.partial).toEqual(['strings-only']);
});

test('off by default', async () => {
  expect((await run(Buffer.from('needle in binary'), false)).skipped).toEqual(['unsupported-type']);
});

test('random bytes and endless strings stay bounded', async () => {
  const noise = await run(randomFillSync(Buffer.alloc(1_000_000)));
  expect(allText(noise).length).toBeLessThan(100_000);
  const long = await run(Buffer.alloc(3_000_000, 0x41));
  expect(allText(long).replace(/\n/g, '').length).toBe(3_000_000);
});
