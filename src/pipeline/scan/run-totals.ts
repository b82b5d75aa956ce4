/**
 * Totals over all shards of a run: distinct persons, persons of the watchlist, and coverage and rosters of items cut
 * into ranges. Takes each shard once, in any order.
 */
import type { Coverage, Roster, Summary } from '../../core/events.js';
import { PersonCounter } from '../../findings/person-counter.js';
import { textLines } from './lines.js';
import { RangeJoiner } from './range-joiner.js';
import { RosterJoiner } from './roster-joiner.js';
import { countCoverage, type Tally } from './tally.js';

/** A line of a shard file that is no event: packed person keys, and the watchlist rows found. */
export type KeysLine = {
  readonly type: 'keys';
  /** Base64 of 32-bit little-endian words (findings/person-keys.ts). */
  readonly records: string;
  readonly watch: readonly number[];
};

export class RunTotals {
  readonly #persons = new PersonCounter();
  readonly #watch = new Set<number>();
  readonly #ranges = new RangeJoiner();
  readonly #rosters = new RosterJoiner();

  /** `watchlist`: number of persons on the list, if there is one. */
  constructor(
    private readonly tally: Tally,
    private readonly watchlist: number | undefined,
  ) {}

  keys(lines: Buffer): void {
    for (const line of textLines(lines)) {
      const { records, watch } = JSON.parse(line) as KeysLine;
      const bytes = Buffer.from(records, 'base64');
      // A copy, because words must be aligned.
      this.#persons.add(new Uint32Array(Uint8Array.from(bytes).buffer));
      for (const index of watch) this.#watch.add(index);
    }
  }

  /** The events that the ranges of this shard complete. */
  ranges(tally: Tally): (Coverage | Roster)[] {
    const rosters = this.#rosters.add(tally.ranges, tally.rosterParts);
    this.tally.rosters += rosters.length;
    return [...rosters, ...this.#covered(this.#ranges.add(tally.ranges))];
  }

  /** Coverage of items with missing ranges. */
  rest(): Coverage[] {
    return this.#covered(this.#ranges.rest());
  }

  #covered(coverage: Coverage[]): Coverage[] {
    for (const line of coverage) countCoverage(this.tally, line);
    return coverage;
  }

  /** Removes files on disk, as count() does. */
  close(): void {
    this.#persons.close();
  }

  /** Call once, after all shards. */
  count(): Pick<Summary, 'persons' | 'watchlist'> {
    const persons = this.#persons.count();
    this.close();
    return {
      persons: { distinct: persons.distinct, byEntity: { ...persons.byEntity } },
      ...(this.watchlist !== undefined && {
        watchlist: { entries: this.watchlist, found: this.#watch.size },
      }),
    };
  }
}
