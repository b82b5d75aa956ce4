/**
 * Resolves overlaps: of matches that share bytes, the most confident one stays. Input: matches ordered by start, in
 * batches that may end inside a chain of overlaps; output: matches that share no byte.
 */
import type { Match } from '../core/match.js';

/** A match with the data that its stage attaches to it. */
export type Located<T> = { readonly match: Match; readonly at: T };

export class Resolver<T> {
  #open: Located<T>[] = [];
  #openEnd = -1;

  constructor(private readonly emit: (located: Located<T>) => void) {}

  /** Takes matches sorted by start; all later matches start at or after `settled`. */
  push(matches: readonly Located<T>[], settled: number): void {
    for (const located of matches) {
      if (located.match.start >= this.#openEnd) this.#settle();
      this.#open.push(located);
      this.#openEnd = Math.max(this.#openEnd, located.match.end);
    }
    if (this.#openEnd <= settled) this.#settle();
  }

  end(): void {
    this.#settle();
  }

  #settle(): void {
    const open = this.#open;
    this.#openEnd = -1;
    if (open.length === 0) return;
    this.#open = [];
    if (open.length === 1) {
      this.emit(open[0] as Located<T>);
      return;
    }
    const kept: Located<T>[] = [];
    for (const candidate of [...open].sort((a, b) => compare(a.match, b.match))) {
      if (!kept.some((other) => overlaps(candidate.match, other.match))) kept.push(candidate);
    }
    for (const located of kept.sort((a, b) => a.match.start - b.match.start)) this.emit(located);
  }
}

function overlaps(a: Match, b: Match): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Best first: a typed column, then confidence, then length, then the rule's rank and id. */
function compare(a: Match, b: Match): number {
  return (
    b.confidence - a.confidence ||
    Number(b.by === 'column') - Number(a.by === 'column') ||
    Number(b.checked) - Number(a.checked) ||
    b.end - b.start - (a.end - a.start) ||
    a.rule.rank - b.rule.rank ||
    (a.rule.id < b.rule.id ? -1 : 1)
  );
}
