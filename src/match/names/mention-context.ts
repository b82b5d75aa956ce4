/** Words around a rank that speak of police, or of armies, ships and novels instead. In: a text and the mention's span. */
import { foldText } from '../../core/fold.js';
import type { RankLexicon } from './rank-lexicon.js';

export type Around = {
  /** Different words of police, two at most. */
  readonly police: number;
  /** A word of armies, ships, sport or novels stands there. */
  readonly isOther: boolean;
};

/** Counts outside [from, to), so that a rank is no witness for itself. */
export function policeAround(
  text: string,
  { from, to }: { from: number; to: number },
  ranks: RankLexicon,
): Around {
  const seen = new Set<string>();
  let isOther = false;
  for (const word of `${text.slice(0, from)} ${text.slice(to)}`.match(/[\p{L}\p{M}]{2,}/gu) ?? []) {
    const plain = foldText(word);
    if (ranks.policeWords.has(plain) || isPoliceRank(plain, ranks)) seen.add(plain);
    else if (ranks.otherWords.has(plain)) isOther = true;
    if (seen.size > 1) break;
  }
  return { police: seen.size, isOther };
}

function isPoliceRank(word: string, ranks: RankLexicon): boolean {
  const kind = ranks.ranks.get(word);
  return kind !== undefined && (kind.strength === 'full' || kind.strength === 'abbreviated');
}
