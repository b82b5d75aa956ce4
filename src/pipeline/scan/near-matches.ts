/**
 * Delays the matches of a text until all matches in their context are known, so that a value on the next page is
 * masked in the context of a match at the end of this page. Input: a page's matches in order; output: the same, each
 * with its neighbours, to a resolver. Free if no context is shown.
 */
import type { Match } from '../../core/match.js';
import type { FindingPlace } from '../../findings/finding.js';
import type { Located, Resolver } from '../../findings/resolve.js';

type Held = Located<FindingPlace>;

export class NearMatches {
  /** Matches that can be in a context still to be shown, in order. */
  #all: Held[] = [];
  #held: Held[] = [];

  constructor(
    private readonly resolver: Resolver<FindingPlace>,
    private readonly contextBytes: number,
    /** The longest possible match. */
    private readonly longestBytes: number,
  ) {}

  /** Takes matches sorted by start; all later matches start at or after `settled`. */
  push(matches: readonly Held[], settled: number): void {
    if (this.contextBytes === 0) {
      this.resolver.push(matches, settled);
      return;
    }
    this.#all.push(...matches);
    const held = [...this.#held, ...matches];
    const first = held.findIndex(({ match }) => match.end + this.contextBytes > settled);
    const count = first < 0 ? held.length : first;
    this.#held = held.slice(count);
    this.#release(held.slice(0, count), Math.min(settled, this.#held[0]?.match.start ?? settled));
  }

  end(): void {
    this.#release(this.#held, Number.POSITIVE_INFINITY);
    this.#held = [];
  }

  #release(matches: readonly Held[], settled: number): void {
    this.resolver.push(
      matches.map(({ match, at }) => ({ match, at: { ...at, near: this.#around(match.start, match.end) } })),
      settled,
    );
    this.#all = this.#all.filter(({ match }) => match.end + this.contextBytes > settled);
  }

  #around(start: number, end: number): Match[] {
    const [from, to] = [start - this.contextBytes, end + this.contextBytes];
    const found: Match[] = [];
    for (let i = this.#firstFrom(from - this.longestBytes); i < this.#all.length; i++) {
      const { match } = this.#all[i] as Held;
      if (match.start >= to) break;
      if (match.end > from) found.push(match);
    }
    return found;
  }

  /** Index of the first match that starts at or after an offset. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.#all[mid] as Held).match.start < offset) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
