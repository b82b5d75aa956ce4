/** Every built-in rule passes its own examples, and follows the conventions that keep it cheap. */
import { describe, expect, it } from 'vitest';
import { checkRules } from '../../src/rules/check.js';
import { builtinPacksFolder, loadPacks } from '../../src/rules/load.js';
import { prover } from './prover.js';

/** Columns of person names are judged by the classifier; its own tests prove them. */
const { rules: all } = await loadPacks([builtinPacksFolder()]);
const rules = all.filter((rule) => rule.pack !== 'person');

describe('built-in packs', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s is proved by its examples', (_id, rule) => {
    expect(checkRules([rule], prover)).toEqual([]);
  });

  it('never run over everything', () => {
    const unfiltered = rules.filter((rule) => rule.pattern !== undefined && rule.prefilter.kind === 'none');
    expect(unfiltered.map((rule) => rule.id)).toEqual([]);
  });

  it('hide no word from the prefilter: words are single runs of letters', () => {
    const odd = rules.flatMap((rule) => (rule.prefilter.kind === 'words' ? rule.prefilter.words : []));
    expect(odd.filter((word) => !/^\p{L}+$/u.test(word))).toEqual([]);
  });
});
