/**
 * Collects what a report shows from the events of a scan. Input: events in order; output: totals, the longest lists,
 * the worst records, what was not read. Memory is bounded.
 */
import type { Coverage, Event, PersonRecord, Roster, Summary } from '../core/events.js';
import { isUnread } from '../pipeline/scan/tally.js';

/** Entries shown of each list; the scan's output has the rest. */
const SHOWN = 10;
const SHOWN_RECORDS = 5;
/** The most contents whose records are counted; further contents are ignored. */
const MAX_CONTENTS = 100_000;
const EXAMPLES = 3;

export type Report = {
  readonly summary?: Summary;
  readonly rosters: readonly Roster[];
  readonly moreRosters: number;
  readonly worst: readonly PersonRecord[];
  /** Contents with the most records outside rosters, most first. */
  readonly contents: readonly { readonly place: string; readonly records: number }[];
  readonly unread: readonly Unread[];
};
export type Unread = {
  readonly status: string;
  readonly reason: string;
  readonly count: number;
  /** Makes the scan incomplete: it should have been read. */
  readonly isFault: boolean;
  readonly examples: readonly string[];
};

/** Collects what a report shows from the events of a scan. */
export class ReportBuilder {
  #summary: Summary | undefined;
  #rosters: Roster[] = [];
  #rosterCount = 0;
  #worst: PersonRecord[] = [];
  readonly #contents = new Map<string, number>();
  readonly #listed = new Set<string>();
  readonly #unread = new Map<string, { -readonly [K in keyof Unread]: Unread[K] } & { examples: string[] }>();

  add(event: Event): void {
    if (event.type === 'summary') this.#summary = event;
    else if (event.type === 'roster') this.#roster(event);
    else if (event.type === 'record') this.#record(event);
    else if (event.type === 'coverage') this.#coverage(event);
  }

  #roster(roster: Roster): void {
    this.#rosterCount += 1;
    this.#listed.add(placeOf(roster));
    this.#rosters.push(roster);
    this.#rosters.sort((a, b) => b.persons - a.persons || compare(placeOf(a), placeOf(b)));
    this.#rosters.length = Math.min(this.#rosters.length, SHOWN);
  }

  #record(record: PersonRecord): void {
    const place = placeOf(record);
    const known = this.#contents.get(place);
    if (known !== undefined || this.#contents.size < MAX_CONTENTS)
      this.#contents.set(place, (known ?? 0) + 1);
    const least = this.#worst.at(-1);
    if (this.#worst.length === SHOWN_RECORDS && least && record.risk.score <= least.risk.score) return;
    this.#worst.push(record);
    // Stable: of equal records the first ones stay.
    this.#worst.sort((a, b) => b.risk.score - a.risk.score);
    this.#worst.length = Math.min(this.#worst.length, SHOWN_RECORDS);
  }

  #coverage(coverage: Coverage): void {
    if (coverage.status === 'complete') return;
    const reason = coverage.reason ?? 'unknown';
    const key = `${coverage.status} ${reason}`;
    const isFault = isUnread(coverage);
    const entry = this.#unread.get(key) ?? {
      status: coverage.status,
      reason,
      count: 0,
      isFault,
      examples: [],
    };
    this.#unread.set(key, entry);
    entry.count += 1;
    if (entry.examples.length < EXAMPLES) entry.examples.push(placeOf(coverage));
  }

  finish(): Report {
    const contents = [...this.#contents]
      .filter(([place]) => !this.#listed.has(place))
      .map(([place, records]) => ({ place, records }))
      .sort((a, b) => b.records - a.records || compare(a.place, b.place));
    return {
      summary: this.#summary,
      rosters: this.#rosters,
      moreRosters: this.#rosterCount - this.#rosters.length,
      worst: this.#worst,
      contents: contents.slice(0, SHOWN),
      unread: [...this.#unread.values()].sort(
        (a, b) => Number(b.isFault) - Number(a.isFault) || b.count - a.count || compare(a.reason, b.reason),
      ),
    };
  }
}

/** The address of a content for display: `dump.zip!hr/staff.xlsx`. */
export function placeOf({ uri, path }: { uri: string; path?: string }): string {
  return path === undefined ? uri : `${uri}!${path}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
