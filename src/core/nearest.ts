/** The known word nearest to a mistyped one by Levenshtein distance, or undefined if none is close. */
import { distance } from 'fastest-levenshtein';

/** The most wrong letters of a typo: two, or a third of a longer word. */
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
