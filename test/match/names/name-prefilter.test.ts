import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayLeadToName } from '../../../src/match/names/name-prefilter.js';
import { gazetteerWords, loadGazetteer, nameAt, titleWords } from '../../../src/match/names/names.js';

const gazetteer = await loadGazetteer('rules/gazetteers');
const names = new Set(gazetteerWords(gazetteer));
const titles = new Set(titleWords(gazetteer));
const known = [...names].filter((_, i) => i % 90 === 0).concat('anna', 'jean', 'warren', 'dean', 'prince');
const forms = [...titles].filter((_, i) => i % 3 === 0).concat('m', 'mr', 'mme', 'ssa', 'ra', 'prof', 'earl');

const cased = (word: string) =>
  fc.constantFrom(word, word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1));
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...known).chain(cased) },
  { weight: 3, arbitrary: fc.constantFrom(...forms).chain(cased) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Tamberlin', 'de', 'van', 'NOVENTAL', 'Élodin', 'J.', 'word', 'D'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(' ', ' ', ' ', ' ', ' ', '. ', '.', ', ', '-', "'", '’', '\u00a0', '  '),
  },
  { weight: 2, arbitrary: fc.constantFrom('\n', '_', '@', '/', '=', '<', '(', ')', ':', '"', '1', '$') },
);

test('the first look turns away no word at which a name is found', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const bytes = Buffer.from(text);
      for (const { 0: word, index } of text.matchAll(/\p{L}+/gu)) {
        const isName = names.has(word.toLowerCase()) && /^\p{Lu}/u.test(word);
        const isTitle = titles.has(word.toLowerCase());
        if (!isName && !isTitle) continue;
        if (nameAt(text, index, gazetteer) === undefined) continue;
        found += 1;
        const start = Buffer.byteLength(text.slice(0, index));
        expect(
          mayLeadToName(bytes, start, start + Buffer.byteLength(word), isTitle),
          JSON.stringify({ text, word }),
        ).toBe(true);
      }
    }),
    { numRuns: 20_000 },
  );
  expect(found).toBeGreaterThan(600);
});
