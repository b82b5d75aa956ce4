/**
 * Joins the coverage of an item's ranges to the one line of an uncut item. Takes the ranges of shards in any order;
 * returns a line once all ranges of an item are there.
 */
import type { Coverage } from '../../core/events.js';
import type { RangeCoverage } from './tally.js';

type Joined = { seen: Map<number, Coverage>; count: number | undefined };

export class RangeJoiner {
  readonly #items = new Map<string, Joined>();

  /** The coverage lines that these ranges complete. */
  add(ranges: readonly RangeCoverage[]): Coverage[] {
    const complete: Coverage[] = [];
    for (const { coverage, index, last } of ranges) {
      const joined = this.#items.get(coverage.uri) ?? { seen: new Map(), count: undefined };
      this.#items.set(coverage.uri, joined);
      joined.seen.set(index, coverage);
      if (last) joined.count = index + 1;
      if (joined.seen.size !== joined.count) continue;
      this.#items.delete(coverage.uri);
      complete.push(join([...joined.seen.entries()].sort(([a], [b]) => a - b).map(([, c]) => c)));
    }
    return complete;
  }

  /** Items with missing ranges, when no more will come. */
  rest(): Coverage[] {
    return [...this.#items.values()].map(({ seen }) => {
      const joined = join([...seen.values()]);
      return { ...joined, status: 'partial', reason: reasons([joined.reason, 'interrupted']) };
    });
  }
}

function join(parts: readonly Coverage[]): Coverage {
  const [first] = parts as [Coverage];
  const isSame = parts.every(({ status, reason }) => status === first.status && reason === first.reason);
  if (isSame) return first;
  const reason = reasons(parts.map((part) => part.reason));
  return { ...first, status: 'partial', ...(reason !== undefined && { reason }) };
}

function reasons(all: readonly (string | undefined)[]): string | undefined {
  const found = new Set(all.flatMap((reason) => reason?.split(',') ?? []));
  return found.size > 0 ? [...found].join(',') : undefined;
}
