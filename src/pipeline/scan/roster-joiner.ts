/**
 * Joins the counts of tables that ranges have cut to the roster lines of an uncut item. Input: the counts of each
 * range, and the ranges themselves, in any order; output: the rosters of an item in item order, once all its ranges
 * are there.
 */
import type { Roster } from '../../core/events.js';
import { addRosterCounts, type RosterCounts, rosterOf } from '../../findings/roster.js';
import type { RangeCoverage, RosterPart } from './tally.js';

type Joined = { parts: RosterPart[]; seen: number; count: number | undefined };

export class RosterJoiner {
  readonly #items = new Map<string, Joined>();

  /** `parts` belong to these ranges. */
  add(ranges: readonly RangeCoverage[], parts: readonly RosterPart[]): Roster[] {
    const rosters: Roster[] = [];
    for (const part of parts) this.#item(part.place.locator.uri).parts.push(part);
    for (const { coverage, index, last } of ranges) {
      const joined = this.#item(coverage.uri);
      joined.seen += 1;
      if (last) joined.count = index + 1;
      if (joined.seen !== joined.count) continue;
      this.#items.delete(coverage.uri);
      rosters.push(...rostersOf(joined.parts));
    }
    return rosters;
  }

  #item(uri: string): Joined {
    const known = this.#items.get(uri) ?? { parts: [], seen: 0, count: undefined };
    this.#items.set(uri, known);
    return known;
  }
}

function rostersOf(parts: RosterPart[]): Roster[] {
  const tables: { first: RosterPart; counts: RosterCounts }[] = [];
  // Tables inside the continued one have ended before it.
  const order = (a: RosterPart, b: RosterPart) => a.index - b.index || +b.continues - +a.continues;
  for (const part of parts.sort(order)) {
    const open = part.continues ? tables.at(-1) : undefined;
    if (open) addRosterCounts(open.counts, part.counts);
    else tables.push({ first: part, counts: { ...part.counts } });
  }
  return tables.flatMap(({ first, counts }) => rosterOf(first.columns, counts, first.place) ?? []);
}
