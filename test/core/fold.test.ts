import { expect, test } from 'vitest';
import { foldText } from '../../src/core/fold.js';

test.each([
  ['Élodie', 'elodie'],
  ['ŒUVRÉ', 'oeuvre'],
  ['Straße', 'strasse'],
  ['Łukasz Żółw', 'lukasz zolw'],
  ['E\u0301lodie', 'elodie'],
  ['Nguyễn', 'nguyen'],
  ['Ægir Øre', 'aegir ore'],
  ['İstanbul', 'istanbul'],
  ['plain ASCII-1', 'plain ascii-1'],
])('folds %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});
