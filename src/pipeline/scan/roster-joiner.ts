/**
 * Joins the counts of tables that ranges have cut to the roster lines they would have had uncut. In: what each
 * range counted, and which ranges there were, in any order. Out: the rosters of an item, in its order, once all
 * of its ranges came.
 */
import type { Roster } from '../../core/events.js';
import { addRosterCounts, type RosterCounts, rosterOf } from '../../findings/roster.js';
import type { RangeCoverage, RosterPart } from './tally.js';

type Joined = { parts: RosterPart[]; seen: number; count: number | undefined };

export class RosterJoiner {
  readonly #items = new Map<string, Joined>();

  /** Parts belong to these ranges. */
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
  // Tables inside the one that goes on have ended before it.
  const order = (a: RosterPart, b: RosterPart) => a.index - b.index || +b.continues - +a.continues;
  for (const part of parts.sort(order)) {
    const open = part.continues ? tables.at(-1) : undefined;
    if (open) addRosterCounts(open.counts, part.counts);
    else tables.push({ first: part, counts: { ...part.counts } });
  }
  return tables.flatMap(({ first, counts }) => rosterOf(first.columns, counts, first.place) ?? []);
}
