/**
 * Loads the ranks for mentions of officers from rules/gazetteers/ranks.txt and police-words.txt. Output: phrases by
 * their folded words, with the country and how much each proves, and the words to search for. Rejects a phrase
 * without a heading.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaksiftError } from '../../core/errors.js';
import { foldText } from '../../core/fold.js';

export type RankCountry = 'fr' | 'uk' | 'us' | 'eu';
/** `full` and `abbreviated`: only police use it. `shared`: armies too. `short`: a common abbreviation. */
export type RankStrength = 'full' | 'abbreviated' | 'shared' | 'short';
export type RankKind = { readonly country: RankCountry; readonly strength: RankStrength };

export type RankLexicon = {
  /** Folded words, single spaces → the kind of rank. */
  readonly ranks: ReadonlyMap<string, RankKind>;
  /** Words and phrases that belong to a rank, before and after it. */
  readonly before: ReadonlySet<string>;
  readonly behind: ReadonlySet<string>;
  /** Words of the longest phrase. */
  readonly maxWords: number;
  /** Words that can be part of a rank: one of each phrase, with and without accents. */
  readonly triggers: readonly string[];
  readonly policeWords: ReadonlySet<string>;
  /** Words of armies, ships and novels. */
  readonly otherWords: ReadonlySet<string>;
};

/** Strongest first: of countries that share a rank, the one where it proves most wins. */
const STRENGTHS: readonly string[] = ['full', 'abbreviated', 'shared', 'short'] satisfies RankStrength[];
/** Words at the end of an English rank that are not its noun: `agent in charge`, `chief of police`. */
const NO_NOUN = new Set(['police', 'charge', 'in', 'of', 'class', 'first', 's']);

/** Reads both lists from `folder`; throws LeaksiftError `config` if a phrase has no heading. */
export async function loadRankLexicon(folder: string): Promise<RankLexicon> {
  const [ranks, words] = await Promise.all(
    ['ranks.txt', 'police-words.txt'].map(async (file) => readFile(path.join(folder, file), 'utf8')),
  );
  return parseRankLexicon(ranks as string, words as string);
}

export function parseRankLexicon(ranksText: string, wordsText: string): RankLexicon {
  const ranks = new Map<string, RankKind>();
  const before = new Set<string>();
  const behind = new Set<string>();
  for (const { country, strength, phrase } of phrasesOf(ranksText)) {
    if (strength === 'before') before.add(phrase);
    else if (strength === 'behind') behind.add(phrase);
    else if (isStronger(strength, ranks.get(phrase)))
      ranks.set(phrase, { country, strength: strength as RankStrength });
  }
  const lines = linesOf(wordsText);
  const wordsIn = (chosen: string[]) =>
    new Set(chosen.flatMap((line) => foldText(line.replace('<', '')).trim().split(/\s+/)));
  return {
    ranks,
    before,
    behind,
    maxWords: Math.max(...[...ranks.keys()].map((phrase) => phrase.split(' ').length)),
    triggers: [...new Set([...ranks].flatMap(([phrase, kind]) => triggersOf(phrase, kind)))].flatMap(
      accented,
    ),
    policeWords: wordsIn(lines.filter((line) => !line.startsWith('<'))),
    otherWords: wordsIn(lines.filter((line) => line.startsWith('<'))),
  };
}

function isStronger(strength: string, known: RankKind | undefined): boolean {
  return !known || STRENGTHS.indexOf(strength) < STRENGTHS.indexOf(known.strength);
}

type Listed = { readonly country: RankCountry; readonly strength: string; readonly phrase: string };

function phrasesOf(text: string): Listed[] {
  let heading: { country: RankCountry; strength: string } | undefined;
  return linesOf(text).flatMap((line) => {
    const opened = /^\[(fr|uk|us|eu) (\w+)\]$/.exec(line);
    if (opened) {
      const [, country, strength = ''] = opened;
      const isKnown = STRENGTHS.includes(strength) || strength === 'before' || strength === 'behind';
      if (!isKnown) throw new LeaksiftError('config', `gazetteers: ranks.txt has no list "${strength}"`);
      heading = { country: country as RankCountry, strength };
      return [];
    }
    const { country, strength } = heading ?? {};
    if (!country || strength === undefined)
      throw new LeaksiftError('config', 'gazetteers: ranks.txt does not begin with a heading');
    return line.split(',').flatMap((item) => expand(item).map((phrase) => ({ country, strength, phrase })));
  });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** `(a|b) c` → `a c`, `b c`. */
function expand(item: string): string[] {
  const group = /\(([^()]*)\)/.exec(item);
  if (!group) return [foldText(item).trim().replace(/\s+/g, ' ')];
  const [whole, inside = ''] = group;
  return inside.split('|').flatMap((choice) => expand(item.replace(whole, () => choice)));
}

/** The noun of a phrase, which triggers the search: English ranks end with it, French ones begin with it. */
function nounOf(phrase: string, country: RankCountry): string {
  const words = phrase.split(' ');
  if (country === 'eu')
    return words.reduce((longest, word) => (word.length > longest.length ? word : longest));
  if (country === 'fr') return (words[0] === 'sous' ? words[1] : words[0]) as string;
  return words.filter((word) => !NO_NOUN.has(word)).at(-1) as string;
}

/** The noun, and its plural if the rank is written out. */
function triggersOf(phrase: string, { country, strength }: RankKind): string[] {
  const word = nounOf(phrase, country);
  const isCounted = country !== 'eu' && (strength === 'full' || strength === 'shared') && word.length > 4;
  return isCounted ? [word, word.replace(/y$/, 'ie').replace(/s?$/, 's')] : [word];
}

/** Accented forms that the lists write without accents. */
const ACCENTED: Readonly<Record<string, readonly string[]>> = {
  brigadiere: ['brigadière'],
  marechal: ['maréchal'],
  marechale: ['maréchale'],
  eleve: ['élève', 'éleve', 'elève'],
  policiere: ['policière'],
  controleur: ['contrôleur'],
  brigadieres: ['brigadières'],
  marechaux: ['maréchaux'],
  policieres: ['policières'],
  reserviste: ['réserviste'],
  ingenieur: ['ingénieur'],
  gradee: ['gradée'],
  capitan: ['capitán'],
};

function accented(word: string): string[] {
  return [word, ...(ACCENTED[word] ?? [])];
}
