/** Joins the counts of a table's ranges to the roster line it would have had uncut. */
import type { Roster } from '../core/events.js';
import {
  addRosterCounts,
  type RosterColumn,
  type RosterCounts,
  type RosterPlace,
  rosterOf,
} from '../findings/roster.js';

/** One range's share of a table: plain data. */
export type RosterPart = {
  readonly place: RosterPlace;
  readonly columns: readonly RosterColumn[];
  readonly counts: RosterCounts;
  readonly index: number;
  readonly last: boolean;
};

type Joined = { counts: RosterCounts; seen: number; count: number | undefined };

export class RosterJoiner {
  readonly #tables = new Map<string, Joined>();

  add(parts: readonly RosterPart[]): Roster[] {
    const rosters: Roster[] = [];
    for (const { place, columns, counts, index, last } of parts) {
      const key = place.locator.uri;
      const joined = this.#tables.get(key) ?? {
        counts: { rows: 0, persons: 0, police: 0 },
        seen: 0,
        count: undefined,
      };
      this.#tables.set(key, joined);
      addRosterCounts(joined.counts, counts);
      joined.seen += 1;
      if (last) joined.count = index + 1;
      if (joined.seen !== joined.count) continue;
      this.#tables.delete(key);
      const roster = rosterOf(columns, joined.counts, place);
      if (roster) rosters.push(roster);
    }
    return rosters;
  }
}
