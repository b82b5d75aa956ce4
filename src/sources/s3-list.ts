/**
 * Lists a prefix with many concurrent requests, every key once and in byte order. The listing is cut into segments
 * (after, until]; in a long one a later key is guessed and the rest becomes a new segment. Pages after the first
 * segment wait, so their number bounds the memory: about 130 pages. Rejects a server whose pages do not ascend or
 * repeat. Three times as fast as the SDK's paginator: docs/decisions/031-split-listings.md.
 */
import { compareNames } from './local-path.js';
import { guessAhead } from './s3-guess.js';
import { type ListedKey, type Listing, notAPage, type Page } from './s3-page.js';

/** Pages a segment may hold back. */
const HELD_PAGES = 4;
/** How many pages ahead a key is guessed: at first, and at most. */
const FIRST_REACH = 8;
const LONGEST_REACH = 64;
/** Growth after a good guess: slow, since a guess past the end costs a request. */
const REACH_GROWTH = 1.25;
/** S3 can send a page without keys and a token for the next; a server that keeps doing so lists nothing. */
const MAX_EMPTY_PAGES = 100;

type Segment = {
  after: string;
  until: string | undefined;
  token: string | undefined;
  readonly held: (readonly ListedKey[])[];
  /** The last key of the previous page, which the next one must pass. */
  last: ListedKey | undefined;
  emptyPages: number;
  state: 'idle' | 'busy' | 'done';
  /** Keys of the last page until a split is tried on it. */
  sample: readonly string[] | undefined;
  isNew: boolean;
};

/**
 * Throws LeaksiftError if a page fails or is invalid, after yielding the keys before it. `ways` 1 lists one page
 * after another. Small prefixes take one request.
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

  /** Segments before a failure are still listed; it and those after it are not. */
  #wanted(): Segment[] {
    return this.#failure ? this.#segments.slice(0, this.#segments.indexOf(this.#failure.at)) : this.#segments;
  }

  /** Splits the last segment if possible, which reaches furthest, otherwise the first possible one. */
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
      const page = await this.#listing.readPage(this.#listing, at);
      this.#check(at, page);
      this.#take(at, page);
    } catch (error) {
      at.state = 'idle';
      // Of several failures the first in order counts: everything before it is still delivered.
      const isEarlier =
        !this.#failure || this.#segments.indexOf(at) < this.#segments.indexOf(this.#failure.at);
      if (isEarlier) this.#failure = { error, at };
    } finally {
      this.#active -= 1;
      this.#changed();
    }
  }

  /** Segments and the plan depend on the order. */
  #check(at: Segment, { keys, next }: Page): void {
    const { bucket } = this.#listing;
    const before = at.token === undefined ? keys : [...(at.last ? [at.last] : []), ...keys];
    const back = before.findIndex((key, i) => i > 0 && !isBehind(key, before[i - 1] as ListedKey));
    if (back >= 0) throw notAPage(bucket, 'its keys do not follow those of the page before');
    at.emptyPages = keys.length === 0 ? at.emptyPages + 1 : 0;
    if (next !== undefined && at.emptyPages > MAX_EMPTY_PAGES)
      throw notAPage(bucket, `${at.emptyPages} pages without a key came before it`);
  }

  #take(at: Segment, { keys, next }: Page): void {
    const { until, after, token } = at;
    // Servers that ignore StartAfter repeat keys; others belong to the next segment.
    const isNew = ({ key }: ListedKey) => token !== undefined || compareNames(key, after) > 0;
    const own = keys.filter(
      (listed) => isNew(listed) && (until === undefined || compareNames(listed.key, until) <= 0),
    );
    const last = keys.at(-1);
    if (at.isNew) this.#adapt(own.length === 0);
    if (own.length > 0) at.held.push(own);
    const isDone = next === undefined || isPast(last, until);
    at.isNew = false;
    at.token = next;
    at.last = last ?? at.last;
    at.after = last !== undefined && compareNames(last.key, after) > 0 ? last.key : after;
    at.sample = isDone || own.length < 2 ? undefined : own.map(({ key }) => key);
    at.state = isDone ? 'done' : 'idle';
  }

  /** An empty new segment means that the guess was too far. */
  #adapt(isEmpty: boolean): void {
    this.#reach = isEmpty
      ? Math.max(2, this.#reach / 2)
      : Math.min(LONGEST_REACH, this.#reach * REACH_GROWTH);
  }
}

function segment(after: string, until: string | undefined): Segment {
  const listed = { token: undefined, held: [], last: undefined, emptyPages: 0 };
  return { after, until, ...listed, state: 'idle', sample: undefined, isNew: true };
}

/** Versions of one key have no order. */
function isBehind(a: ListedKey, b: ListedKey): boolean {
  return compareNames(a.key, b.key) > 0 || (a.key === b.key && a.versionId !== b.versionId);
}

/** True when no key up to `until` can follow. */
function isPast(last: ListedKey | undefined, until: string | undefined): boolean {
  if (last === undefined || until === undefined) return false;
  const order = compareNames(last.key, until);
  return order > 0 || (order === 0 && last.versionId === undefined);
}
