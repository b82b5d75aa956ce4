/**
 * Assigns the matches of a passage to persons. Input: settled matches in order; output: one part per person, in the
 * order of their names. Values after a name belong to it, values before the first name belong to the first, and a
 * value that a mention ties to a name belongs to that name wherever it stands. A repeated name, or its surname alone,
 * continues the same person.
 */
import type { Match } from '../core/match.js';
import { personName } from './person-name.js';

export type Part = {
  /** Index of each match, and of the name it is assigned to. */
  readonly members: readonly { readonly index: number; readonly name: number }[];
};

/** Bytes allowed between a rank and its name where no mention ties them: a space, a full stop and a space. */
const LED_BYTES = 3;

/** Returns the parts of all named persons; empty without names. `counts` says whether a match takes part. */
export function partsOf(matches: readonly Match[], counts: (match: Match) => boolean): Part[] {
  const names = matches.flatMap((match, i) => (match.rule.entity === 'PERSON' && counts(match) ? [i] : []));
  const [first] = names;
  if (first === undefined) return [];
  const owners = ownersOf(matches, names);
  const byStart = new Map(names.map((name) => [(matches[name] as Match).start, name]));
  const parts: { index: number; name: number }[][] = Array.from(new Set(owners.values()), () => []);
  let current = first;
  matches.forEach((match, index) => {
    if (owners.has(index)) current = index;
    const tied = match.mention === undefined ? undefined : byStart.get(match.mention);
    const name = tied ?? (leads(matches, index, owners) ? index + 1 : current);
    parts[owners.get(name) as number]?.push({ index, name });
  });
  return parts.map((members) => ({ members }));
}

/** Maps each name to the number of its person, counted from 0. */
function ownersOf(matches: readonly Match[], names: readonly number[]): Map<number, number> {
  const owners = new Map<number, number>();
  const known: ReadonlySet<string>[] = [];
  for (const name of names) {
    const words = new Set(personName([(matches[name] as Match).value])?.key.split(' ') ?? []);
    const same = known.findIndex((other) => isSame(words, other));
    owners.set(name, same < 0 ? known.length : same);
    if (same < 0) known.push(words);
  }
  return owners;
}

/** True for the same words, or for a single one of them. */
function isSame(words: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  if (words.size !== known.size && words.size !== 1) return false;
  return [...words].every((word) => known.has(word));
}

/** True for a rank right before a name, unless a mention ties it to another name. */
function leads(matches: readonly Match[], index: number, names: ReadonlyMap<number, number>): boolean {
  const match = matches[index] as Match;
  if (match.rule.entity !== 'RANK' || match.mention !== undefined || !names.has(index + 1)) return false;
  return (matches[index + 1] as Match).start - match.end <= LED_BYTES;
}
