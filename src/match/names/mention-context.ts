/**
 * Counts words around a rank that indicate police, or else armies, ships and novels. Input: a text and the mention's
 * span.
 */
import { foldText } from '../../core/fold.js';
import type { RankLexicon } from './rank-lexicon.js';

export type Around = {
  /** Number of different police words, two at most. */
  readonly police: number;
  /** True with a word of armies, ships, sport or novels. */
  readonly isOther: boolean;
};

/** Counts outside [from, to), so that a rank does not confirm itself. */
export function policeAround(
  text: string,
  { from, to }: { from: number; to: number },
  ranks: RankLexicon,
): Around {
  const seen = new Set<string>();
  const weak = new Set<string>();
  let isOther = false;
  const around = `${text.slice(0, from)} ${text.slice(to)}`;
  for (const { 0: word, index } of around.matchAll(WORD)) {
    const plain = foldText(word);
    if (ranks.policeWords.has(plain) || isPoliceRank(plain, ranks)) seen.add(plain);
    else if (ranks.otherWords.has(plain)) isOther = true;
    else if (isBeside(around, index, word) && isWeakWitness(word, plain, ranks)) weak.add(plain);
    if (seen.size > 1) break;
  }
  // Ranks that armies share confirm each other, but not aboard a ship.
  return { police: isOther ? seen.size : seen.size + weak.size, isOther };
}

const WORD = /[\p{L}\p{M}]{2,}/gu;

/** A rank shared with armies: capitalised, or a French one written out. */
function isWeakWitness(word: string, plain: string, ranks: RankLexicon): boolean {
  const kind = ranks.ranks.get(plain);
  if (!kind) return false;
  return word[0] !== word[0]?.toLowerCase() || (kind.country === 'fr' && kind.strength === 'shared');
}

/** True if a name or number follows. */
function isBeside(text: string, index: number, word: string): boolean {
  return /^\.? ?(?:\p{Lu}|\d{2})/u.test(text.slice(index + word.length, index + word.length + 4));
}

function isPoliceRank(word: string, ranks: RankLexicon): boolean {
  const kind = ranks.ranks.get(word);
  return kind !== undefined && (kind.strength === 'full' || kind.strength === 'abbreviated');
}
