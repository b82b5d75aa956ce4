/**
 * Which person of a passage each of its matches belongs to. In: the settled matches in order. Out: one part a person,
 * in the order of their names: what stands behind a name is that person's, what stands before the first name is the
 * first one's, and what a mention ties to a name is that name's wherever it stands. A name that comes again, or its
 * surname alone, goes on with the same person.
 */
import type { Match } from '../core/match.js';
import { personName } from './person-name.js';

export type Part = {
  /** Index of each match, and of the name that it stands by. */
  readonly members: readonly { readonly index: number; readonly name: number }[];
};

/** Bytes between a rank and its name where no mention ties them: a space, a point and a space. */
const LED_BYTES = 3;

/** Parts of the persons that names tell; none where nobody is named. `counts`: whether a match counts at all. */
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

/** For each name the person it is of, counted from 0. */
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

/** The same words, or one of them alone. */
function isSame(words: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  if (words.size !== known.size && words.size !== 1) return false;
  return [...words].every((word) => known.has(word));
}

/** A rank right before a name, which no mention ties to another one. */
function leads(matches: readonly Match[], index: number, names: ReadonlyMap<number, number>): boolean {
  const match = matches[index] as Match;
  if (match.rule.entity !== 'RANK' || match.mention !== undefined || !names.has(index + 1)) return false;
  return (matches[index + 1] as Match).start - match.end <= LED_BYTES;
}
