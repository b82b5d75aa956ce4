import { describe, expect, it } from 'vitest';
import type { Prefilter, Rule } from '../../src/core/rule.js';
import { checkRules, holds } from '../../src/rules/check.js';
import { prover } from './prover.js';

const RULE: Rule = {
  id: 'test.staff',
  pack: 'test',
  name: 'Test',
  entity: 'STAFF_NUMBER',
  description: 'A test.',
  severity: 'low',
  pattern: '(?i:matricule) (\\d{3})',
  group: 1,
  maxBytes: 13,
  maxCharacters: 13,
  hasDigit: false,
  prefilter: { kind: 'words', words: ['matricule'] },
  confidence: 0.5,
  requires: 'nothing',
  columns: [],
  cellConfidence: 0.9,
  rank: 1,
  examples: [{ text: 'Matricule 123', value: '123' }],
  negativeExamples: [{ text: 'matricule 12' }],
  references: [],
};

const problems = (change: Partial<Rule>) =>
  checkRules([{ ...RULE, ...change }], prover).map(({ field, reason }) => `${field}: ${reason}`);

describe('checkRules', () => {
  it('finds nothing wrong with a sound rule', () => expect(problems({})).toEqual([]));

  it.each<[string, Partial<Rule>, string]>([
    ['an example that is not found', { examples: [{ text: 'no' }] }, 'examples.0: not found'],
    [
      'another value',
      { examples: [{ text: 'matricule 123', value: '9' }] },
      'examples.0: found "123", not 9',
    ],
    [
      'a counter-example that is found',
      { negativeExamples: [{ text: 'matricule 123' }] },
      'negative_examples.0: found "123"',
    ],
    [
      'a prefilter that would miss',
      { prefilter: { kind: 'words', words: ['rio'] } },
      'examples.0: the prefilter would miss this match',
    ],
    [
      'too many digits wanted',
      { prefilter: { kind: 'digits', digits: 4 } },
      'examples.0: the prefilter would miss this match',
    ],
    ['an unknown validator', { validator: 'nope' }, 'validator: there is no validator nope'],
    ['what RE2 refuses', { pattern: '(?=a)' }, 'pattern: RE2 refuses it'],
    ['a bound that is too low', { maxBytes: 5 }, 'examples.0: matches 13 bytes, more than the computed 5'],
  ])('reports %s', (_name, change, problem) => expect(problems(change)).toEqual([problem]));
});

describe('holds', () => {
  const span = (text: string) => ({ start: 0, end: Buffer.byteLength(text) });
  it.each<[Prefilter, string, boolean]>([
    [{ kind: 'none' }, '', true],
    [{ kind: 'literal', literals: ['@', '<<'] }, 'a<<b', true],
    [{ kind: 'literal', literals: ['@'] }, 'ab', false],
    [{ kind: 'digits', digits: 4 }, '12 - 34', true],
    [{ kind: 'digits', digits: 4 }, '12      34', false],
    [{ kind: 'words', words: ['né'] }, 'NÉ le', true],
    [{ kind: 'words', words: ['rio'] }, 'brio', false],
    [{ kind: 'words', words: ['rio'] }, 'rio\u00a0: 1', true],
  ])('%j in %s: %s', (prefilter, text, expected) => {
    expect(holds(prefilter, Buffer.from(text), span(text))).toBe(expected);
  });

  it('counts a word only as a whole run in the text', () => {
    const text = Buffer.from('matricules');
    expect(holds({ kind: 'words', words: ['matricule'] }, text, { start: 0, end: 9 })).toBe(false);
  });
});
