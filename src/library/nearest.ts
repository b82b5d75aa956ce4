/** The known word nearest to a mistyped one, or undefined if none is near: Levenshtein distance. */
import { distance } from 'fastest-levenshtein';

/** Wrong letters that are taken for a slip: two, or a third of a longer word. */
const SLIPS = 2;

export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(SLIPS, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const away = distance(word, candidate);
    if (away < least) [best, least] = [candidate, away];
  }
  return best;
}
