import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LeaksiftError } from '../../src/core/errors.js';
import { compareNames } from '../../src/sources/local-path.js';
import { decodeKey, parseS3Address } from '../../src/sources/s3-address.js';
import { DEFAULT_TUNING, S3Connection } from '../../src/sources/s3-connection.js';
import { guessAhead } from '../../src/sources/s3-guess.js';
import { RequestLimiter } from '../../src/sources/s3-limiter.js';
import { listParallel } from '../../src/sources/s3-list.js';
import { type Listing, listPage } from '../../src/sources/s3-page.js';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A connection whose bucket is an array: answers pages after a random while, as a network does. */
function listingOf(
  keys: readonly string[],
  pageKeys: number,
  fails: (after: string) => boolean = () => false,
) {
  const state = { requests: 0, atOnce: 0, most: 0 };
  const request = async (asked: { send: (...args: never[]) => Promise<unknown> }) => {
    state.requests += 1;
    state.atOnce += 1;
    state.most = Math.max(state.most, state.atOnce);
    for (let turns = Math.random() * 4; turns > 0; turns--) await new Promise(setImmediate);
    state.atOnce -= 1;
    return asked.send(
      { send: async (command: { input: Input }) => page(command.input) } as never,
      SDK as never,
    );
  };
  type Input = { StartAfter?: string; ContinuationToken?: string };
  const page = ({ StartAfter = '', ContinuationToken }: Input) => {
    const after = ContinuationToken ?? StartAfter;
    if (fails(after)) throw new LeaksiftError('source', 'page failed');
    const from = keys.findIndex((key) => compareNames(key, after) > 0);
    const own = from < 0 ? [] : keys.slice(from, from + pageKeys);
    const isTruncated = from >= 0 && from + own.length < keys.length;
    return {
      Contents: own.map((Key) => ({ Key, Size: 1, ETag: '"e"' })),
      IsTruncated: isTruncated,
      NextContinuationToken: isTruncated ? own.at(-1) : undefined,
    };
  };
  const connection = new S3Connection({ noSignRequest: true }, { ...DEFAULT_TUNING, pageKeys });
  Object.assign(connection, { request });
  const { signal } = new AbortController();
  const listing: Listing = { connection, bucket: 'b', prefix: '', signal, readPage: listPage };
  return { listing, state };
}

const SDK = {
  ListObjectsV2Command: class {
    constructor(readonly input: object) {}
  },
};

async function keysOf(listing: Listing, ways: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of listParallel(listing, ways)) keys.push(...page.map(({ key }) => key));
  return keys;
}

const SHAPES: Record<string, (i: number) => string> = {
  counter: (i) => `file-${String(i).padStart(8, '0')}.txt`,
  dates: (i) => `logs/${2000 + (i % 25)}/${String(1 + (i % 12)).padStart(2, '0')}/${i}.gz`,
  hashes: (i) => `${((i * 2654435761) >>> 0).toString(16).padStart(8, '0')}/object`,
  tree: (i) => `${i % 3}/${'deep/'.repeat(i % 5)}${i}`,
  plain: (i) => `${i}`,
};

it.each(Object.keys(SHAPES))('lists each key once and in order with less waiting: %s', async (shape) => {
  const keys = Array.from({ length: 2000 }, (_none, i) => SHAPES[shape]?.(i) ?? '').sort(byBytes);
  const { listing, state } = listingOf(keys, 10);
  expect(await keysOf(listing, 8)).toEqual(keys);
  expect(state.most).toBeGreaterThan(1);
  expect(state.most).toBeLessThanOrEqual(8);
  expect(state.requests).toBeLessThan(3 * (keys.length / 10));
});

it('lists anything at any width', async () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), {
    maxLength: 120,
  });
  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      async (some, ways, size) => {
        const sorted = some.toSorted(byBytes);
        expect(await keysOf(listingOf(sorted, size).listing, ways)).toEqual(sorted);
      },
    ),
    { numRuns: 60 },
  );
});

it('delivers all before a page that fails, then throws', async () => {
  const keys = Array.from({ length: 1000 }, (_none, i) => `k${String(i).padStart(5, '0')}`);
  const { listing } = listingOf(keys, 10, (after) => after >= 'k00500');
  const seen: string[] = [];
  const run = (async () => {
    for await (const page of listParallel(listing, 6)) seen.push(...page.map(({ key }) => key));
  })();
  await expect(run).rejects.toThrow('page failed');
  expect(seen).toEqual(keys.slice(0, seen.length));
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.length).toBeLessThanOrEqual(510);
});

it('asks for a small prefix once', async () => {
  const { listing, state } = listingOf(['a', 'b'], 10);
  expect(await keysOf(listing, 16)).toEqual(['a', 'b']);
  expect(state.requests).toBe(1);
});

it('guesses counters, dates and hashes ahead, and never behind', () => {
  const counter = Array.from({ length: 100 }, (_none, i) => `f-${String(i).padStart(6, '0')}`);
  expect(guessAhead(counter, 10)?.startsWith('f-001')).toBe(true);
  const hash = Array.from({ length: 100 }, (_none, i) => i.toString(16).padStart(6, '0'));
  expect((guessAhead(hash, 10) ?? '') > (hash.at(-1) ?? '')).toBe(true);
  expect(guessAhead(['a'], 10)).toBeUndefined();
});

it.each([
  ['a+b', 'a b'],
  ['a%2Bb', 'a+b'],
  ['%E6%97%A5', '日'],
  ['日', '日'],
  ['%FF%zz', '\udcff%zz'],
  ['..%2Fup', '../up'],
])('decodes key %s', (encoded, key) => {
  expect(decodeKey(encoded)).toBe(key);
});

it('takes addresses apart', () => {
  expect(parseS3Address('s3://bucket')).toEqual({ bucket: 'bucket', prefix: '' });
  expect(parseS3Address('s3://bucket//x/')).toEqual({ bucket: 'bucket', prefix: '/x/' });
  for (const bad of ['s3://', 's3:///x', 's3://b?x/y', 's3://a b'])
    expect(() => parseS3Address(bad)).toThrow();
});

/** Runs requests that are all refused, at once. */
async function refuse(limiter: RequestLimiter, count: number): Promise<void> {
  const refused = () => new Promise<never>((_, reject) => setImmediate(reject));
  await Promise.allSettled(Array.from({ length: count }, () => limiter.run(refused, () => true)));
}

it('halves on SlowDown once a round trip, and recovers by one a round trip', async () => {
  const limiter = new RequestLimiter(16);
  await refuse(limiter, 16);
  expect(limiter.limit).toBe(8);
  let atOnce = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
  };
  const all = (count: number) =>
    Promise.all(Array.from({ length: count }, () => limiter.run(work, () => true)));
  await all(40);
  expect(most).toBeGreaterThan(8);
  expect(limiter.limit).toBeLessThan(16);
  await all(200);
  expect(limiter.limit).toBe(16);
  expect(most).toBe(16);
});

it('never asks one at a time while most is answered, does when most is refused', async () => {
  const limiter = new RequestLimiter(16);
  for (let i = 0; i < 10; i++) await refuse(limiter, 1);
  expect(limiter.limit).toBe(4);
  for (let i = 0; i < 40; i++) await refuse(limiter, 1);
  expect(limiter.limit).toBe(1);
  for (let i = 0; i < 200; i++)
    await limiter.run(
      async () => {},
      () => true,
    );
  expect(limiter.limit).toBe(16);
});
