import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeLabel, escapeUnsafe, safeJson } from '../../src/core/printable.js';

/** Anything, and often what terminals act on. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\u001b[2J',
        '\u009b31m',
        '\u202e',
        '\u2028',
        '\u2066',
        '\u200f',
        '\u061c',
        '\u007f',
        '%',
        '%1B',
        '\ud800',
      ),
    ),
  )
  .map((parts) => parts.join(''));

const ACTS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

describe('text of the input', () => {
  test('never acts on a terminal', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(escapeLabel(given)).not.toMatch(ACTS);
        expect(escapeUnsafe(given)).not.toMatch(ACTS);
        expect(safeJson({ given })).not.toMatch(ACTS);
      }),
    );
  });

  test('can be read back', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(JSON.parse(safeJson({ given }))).toEqual({ given });
        const decoded = escapeLabel(given).replace(/(?:%[0-9A-F]{2})+/gi, decodeURIComponent);
        expect(decoded).toBe(given.toWellFormed());
      }),
    );
  });

  test.each([
    ['Sheet 50%', 'Sheet 50%'],
    ['100%AB', '100%25AB'],
    ['\u001b[2J', '%1B[2J'],
    ['a\u202eb', 'a%E2%80%AEb'],
    ['Émargement 😀', 'Émargement 😀'],
  ])('%j is shown as %s', (given, shown) => expect(escapeLabel(given)).toBe(shown));
});
