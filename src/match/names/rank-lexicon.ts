/**
 * Loads the ranks that mentions of officers are read by. In: rules/gazetteers/ranks.txt and police-words.txt. Out:
 * phrases by their folded words, with the country and how much each proves, and the words to look for. Refuses a
 * list without a heading.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaksiftError } from '../../core/errors.js';
import { foldText } from '../../core/fold.js';

export type RankCountry = 'fr' | 'uk' | 'us' | 'eu';
/** `full` and `abbreviated`: only police use it. `shared`: armies too. `short`: an ordinary abbreviation. */
export type RankStrength = 'full' | 'abbreviated' | 'shared' | 'short';
export type RankKind = { readonly country: RankCountry; readonly strength: RankStrength };

export type RankLexicon = {
  /** Folded words, single spaces → what the rank is. */
  readonly ranks: ReadonlyMap<string, RankKind>;
  /** Words and phrases that belong to a rank before and behind it. */
  readonly before: ReadonlySet<string>;
  readonly behind: ReadonlySet<string>;
  /** Words of the longest phrase. */
  readonly maxWords: number;
  /** Words at which a rank may stand: one of each phrase, with and without accents. */
  readonly triggers: readonly string[];
  readonly policeWords: ReadonlySet<string>;
  /** Words of armies, ships and novels. */
  readonly otherWords: ReadonlySet<string>;
};

/** Strongest first: of countries that share a rank, the one where it proves most is taken. */
const STRENGTHS: readonly string[] = ['full', 'abbreviated', 'shared', 'short'] satisfies RankStrength[];
/** Words of phrases that stand everywhere: a phrase is looked for at another of its words. */
const COMMON = new Set(
  'de la des d s of in charge first class police chef cheffe service publique voie state us detective chief general generale special senior master assistant school resource campus task force conservation game staff desk watch agent eleve vice woman student'.split(
    ' ',
  ),
);
/** Never a word to look for, even where a phrase has no other. */
const TOO_COMMON = new Set(['de', 'la', 'of', 'police', 's', 'd']);

/** Reads both lists from `folder`; throws LeaksiftError `config` where a phrase has no heading. */
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
    triggers: [...new Set([...ranks.keys()].map(triggerOf))].flatMap(accented),
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
      throw new LeaksiftError('config', 'gazetteers: ranks.txt begins without a heading');
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

/** The word of a phrase that stands least often elsewhere. */
function triggerOf(phrase: string): string {
  const words = phrase.split(' ');
  const rare = words.find((word) => word.length > 1 && !COMMON.has(word));
  return rare ?? (words.find((word) => !TOO_COMMON.has(word)) as string);
}

/** Accented forms that the lists write without accents. */
const ACCENTED: Readonly<Record<string, readonly string[]>> = {
  brigadiere: ['brigadière'],
  marechal: ['maréchal'],
  marechale: ['maréchale'],
  eleve: ['élève', 'éleve', 'elève'],
  policiere: ['policière'],
  controleur: ['contrôleur'],
  reserviste: ['réserviste'],
  ingenieur: ['ingénieur'],
  gradee: ['gradée'],
  capitan: ['capitán'],
};

function accented(word: string): string[] {
  return [word, ...(ACCENTED[word] ?? [])];
}
