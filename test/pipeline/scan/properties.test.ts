/** What must not affect results: page size, chunk size, prefilter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Match } from '../../../src/core/match.js';
import type { Rule } from '../../../src/core/rule.js';
import { compilePacks } from '../../../src/match/compile.js';
import { Engine } from '../../../src/match/engine.js';
import { validators } from '../../../src/match/validators/index.js';
import { builtinRules, scanBytes } from './scan-bytes.js';

const rules = await builtinRules();

/** Pieces that make rules fire, nearly fire, and collide. */
function pieces(all: readonly Rule[]): fc.Arbitrary<string> {
  const examples = all.flatMap((rule) => [...rule.examples, ...rule.negativeExamples]).map((e) => e.text);
  const words = all.flatMap((rule) => (rule.prefilter.kind === 'words' ? rule.prefilter.words : []));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...examples) },
    { weight: 2, arbitrary: fc.constantFrom(...words) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(' ', '\n', ', ', ': ', '\t', ' - ', '.', 'é', '\u00a0', '’', '-', '_', ''),
    },
    { weight: 1, arbitrary: fc.stringMatching(/^[0-9 .\-/]{1,20}$/) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  );
}

const text = fc
  .array(fc.tuple(pieces(rules), fc.constantFrom('', ' ', '\n', ' ; ')), { minLength: 1, maxLength: 40 })
  .map((parts) =>
    parts
      .map(([piece, gap]) => piece + gap)
      .join('')
      .toWellFormed(),
  );

function matches(engine: Engine, input: string): string[] {
  const bytes = Buffer.from(input);
  bytes.copy(engine.packs.scanner.page(bytes.length));
  const found: Match[] = [];
  const page = { length: bytes.length, from: 0, to: bytes.length, base: 0 };
  engine.scan(page, engine.newCarry(), (match) => found.push(match));
  return found.map((m) => `${m.start}-${m.end} ${m.rule.id} ${m.confidence}`).sort();
}

describe('a context', () => {
  /** Long enough not to stand in a masked text by chance. */
  const MIN_LENGTH = 4;

  it('holds no value that is found beside it', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('a.txt', 'a.csv'), async (input, name) => {
        const clear = await scanBytes(input, { name });
        const values = clear.flatMap((event) => (event.type === 'finding' ? (event.value ?? []) : []));
        const told = values.filter((value) => [...value].length >= MIN_LENGTH && /\p{L}|\p{N}/u.test(value));
        const settings = { matchContext: 60, showValues: false, pageBytes: 100 };
        for (const event of await scanBytes(input, { name, settings })) {
          if (event.type !== 'finding') continue;
          const { before = '', after = '' } = event.context ?? {};
          for (const value of told) expect(`${before}\n${after}`).not.toContain(value);
        }
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});

describe('the result does not depend on', () => {
  it('the prefilter: triggers find what a search of everything finds', () => {
    const fast = new Engine(compilePacks(rules, { validators }));
    const slow = new Engine(compilePacks(rules, { validators, bruteForce: true }));
    fc.assert(
      fc.property(text, (input) => {
        expect(matches(fast, input)).toEqual(matches(slow, input));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('the page size', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(64, 100, 333, 4096), async (input, pageBytes) => {
        const whole = await scanBytes(input, { settings: { pageBytes: 1024 * 1024 } });
        expect(await scanBytes(input, { settings: { pageBytes } })).toEqual(whole);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('the page size, with the context masked', async () => {
    const masked = { matchContext: 40, showValues: false };
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(64, 100, 333), async (input, pageBytes) => {
        const whole = await scanBytes(input, { settings: { ...masked, pageBytes: 1024 * 1024 } });
        expect(await scanBytes(input, { settings: { ...masked, pageBytes } })).toEqual(whole);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('how the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 50 }), async (input, chunkBytes) => {
        expect(await scanBytes(input, { chunkBytes })).toEqual(await scanBytes(input));
      }),
      { numRuns: 40, seed: 3 },
    );
  });
});
