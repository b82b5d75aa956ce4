/**
 * Lists a prefix with many requests under way, every key once and in byte order. The listing is cut into
 * segments (after, until]; wherever one is long, a key further on is guessed and the rest becomes a new
 * segment. Pages behind the first segment wait, so their number bounds the memory: about 130 pages.
 */
import { LeaksiftError } from '../core/errors.js';
import { compareNames } from './local-path.js';
import { guessAhead } from './s3-guess.js';
import { type ListedKey, type Listing, listPage } from './s3-page.js';

/** Pages a segment may hold back. */
const HELD_PAGES = 4;
const FIRST_REACH = 8;
const LONGEST_REACH = 64;

type Segment = {
  after: string;
  until: string | undefined;
  token: string | undefined;
  readonly held: (readonly ListedKey[])[];
  state: 'idle' | 'busy' | 'done';
  /** Keys of the last page while no split was tried on it. */
  sample: readonly string[] | undefined;
  isNew: boolean;
};

/**
 * Throws LeaksiftError when a page cannot be had, after yielding the keys before it. `ways` 1 is a plain
 * serial listing. Small prefixes take one request.
 */
export async function* listParallel(
  listing: Listing,
  ways: number = listing.connection.tuning.listWays,
): AsyncGenerator<readonly ListedKey[]> {
  const run = new ParallelListing(listing, ways);
  try {
    yield* run.pages();
  } finally {
    run.stop();
  }
}

class ParallelListing {
  readonly #segments: Segment[] = [segment('', undefined)];
  readonly #abort = new AbortController();
  readonly #listing: Listing;
  #active = 0;
  #reach = FIRST_REACH;
  #failure: { readonly error: unknown; readonly at: Segment } | undefined;
  #changed: () => void = () => {};

  constructor(
    listing: Listing,
    private readonly ways: number,
  ) {
    this.#listing = { ...listing, signal: AbortSignal.any([listing.signal, this.#abort.signal]) };
  }

  stop(): void {
    this.#abort.abort();
  }

  async *pages(): AsyncGenerator<readonly ListedKey[]> {
    for (;;) {
      this.#start();
      const head = this.#segments[0];
      if (head === undefined) return;
      const page = head.held.shift();
      if (page !== undefined) yield page;
      else if (this.#failure?.at === head) throw this.#failure.error;
      else if (head.state === 'done') this.#segments.shift();
      else await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  #start(): void {
    while (this.#active < this.ways) {
      const next =
        this.#wanted().find((s) => s.state === 'idle' && s.held.length < HELD_PAGES) ?? this.#split();
      if (next === undefined) return;
      void this.#advance(next);
    }
  }

  /** What stands before a failure is still listed; it and all behind it never are. */
  #wanted(): Segment[] {
    return this.#failure ? this.#segments.slice(0, this.#segments.indexOf(this.#failure.at)) : this.#segments;
  }

  /** Cuts the last segment if it can be cut, which reaches furthest, else the first that can. */
  #split(): Segment | undefined {
    if (this.#failure || this.ways === 1 || this.#segments.length >= 2 * this.ways) return undefined;
    const open = this.#segments.filter((s) => s.sample !== undefined && s.state !== 'done');
    const parent = open.at(-1)?.until === undefined ? open.at(-1) : open[0];
    if (parent?.sample === undefined) return undefined;
    const guess = this.#guess(parent.sample, parent.until);
    parent.sample = undefined;
    if (guess === undefined) return this.#split();
    const child = segment(guess, parent.until);
    parent.until = guess;
    this.#segments.splice(this.#segments.indexOf(parent) + 1, 0, child);
    return child;
  }

  #guess(sample: readonly string[], until: string | undefined): string | undefined {
    for (let reach = Math.floor(this.#reach); reach >= 2; reach = Math.floor(reach / 2)) {
      const guess = guessAhead(sample, reach);
      if (guess !== undefined && (until === undefined || compareNames(guess, until) < 0)) return guess;
    }
    return undefined;
  }

  async #advance(at: Segment): Promise<void> {
    at.state = 'busy';
    this.#active += 1;
    try {
      const { keys, next } = await listPage(this.#listing, at);
      this.#take(at, keys, next);
    } catch (error) {
      at.state = 'idle';
      // Of several failures the first in order counts: all before it is still delivered.
      const isEarlier =
        !this.#failure || this.#segments.indexOf(at) < this.#segments.indexOf(this.#failure.at);
      if (isEarlier) this.#failure = { error, at };
    } finally {
      this.#active -= 1;
      this.#changed();
    }
  }

  #take(at: Segment, keys: readonly ListedKey[], next: string | undefined): void {
    const { until, after } = at;
    mustAscend(keys, this.#listing.bucket);
    // Servers that ignore StartAfter, and keys that belong to the next segment.
    const own = keys.filter(
      ({ key }) => compareNames(key, after) > 0 && (until === undefined || compareNames(key, until) <= 0),
    );
    const last = keys.at(-1)?.key ?? after;
    const isDone = next === undefined || (until !== undefined && compareNames(last, until) >= 0);
    if (at.isNew) this.#adapt(own.length === 0);
    if (own.length > 0) at.held.push(own);
    at.isNew = false;
    at.token = next;
    at.after = compareNames(last, after) > 0 ? last : after;
    at.sample = isDone || own.length < 2 ? undefined : own.map(({ key }) => key);
    at.state = isDone ? 'done' : 'idle';
  }

  /** An empty new segment was a guess too far. */
  #adapt(isEmpty: boolean): void {
    this.#reach = isEmpty ? Math.max(2, this.#reach / 2) : Math.min(LONGEST_REACH, this.#reach * 1.25);
  }
}

function segment(after: string, until: string | undefined): Segment {
  return { after, until, token: undefined, held: [], state: 'idle', sample: undefined, isNew: true };
}

/** Order is what cuts the listing, and what the plan promises. */
function mustAscend(keys: readonly ListedKey[], bucket: string): void {
  for (let i = 1; i < keys.length; i++) {
    if (compareNames(keys[i - 1]?.key ?? '', keys[i]?.key ?? '') < 0) continue;
    throw new LeaksiftError('source', `cannot list s3://${bucket}: keys do not come in order`);
  }
}
