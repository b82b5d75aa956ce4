/** Nested tables of any depth: no content is lost, and depth does not add cost. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { docxExtractor } from '../../../src/extractors/documents/docx.js';
import { allText, collect } from '../collect.js';
import { buildDocx, p } from './office-builder.js';

/** One table in the other, with a word before and behind each inner one. */
function nested(depth: number, word: (level: number, side: string) => string): string {
  let inside = p('core');
  for (let level = depth; level > 0; level--) {
    const text = `${p(word(level, 'a'))}${inside}${p(word(level, 'z'))}`;
    inside = `<w:tbl><w:tr><w:tc>${text}</w:tc><w:tc>${p(word(level, 'next'))}</w:tc></w:tr></w:tbl>`;
  }
  return inside;
}

it('keeps every word of tables nested to any depth', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 150 }), async (depth) => {
      const document = `${nested(depth, (level, side) => `w${level}${side}`)}${p('behind')}`;
      const out = await collect(docxExtractor, buildDocx({ document }));
      expect({ partial: out.partial, error: out.error }).toEqual({ partial: [], error: undefined });
      const words = new Set(allText(out).split(/\s+/));
      for (let level = 1; level <= depth; level++) {
        for (const side of ['a', 'z', 'next']) expect(words).toContain(`w${level}${side}`);
      }
      expect(words).toContain('core');
      expect(words).toContain('behind');
    }),
    { numRuns: 20, seed: 5 },
  );
});

it('opens no more tables for a hundred thousand nested ones than for a hundred', async () => {
  const deep = '<w:tbl><w:tr><w:tc>'.repeat(100_000) + p('core') + '</w:tc></w:tr></w:tbl>'.repeat(100_000);
  const out = await collect(docxExtractor, buildDocx({ document: `${p('seen')}${deep}` }));
  expect(out.error).toBeUndefined();
  expect(allText(out)).toMatch(/seen\s[\s\S]*core/);
  expect(out.tables.length).toBeLessThan(100);
});
