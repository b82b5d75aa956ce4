/** Listings that S3 would not send: the listing throws, in bounded time, and never passes for complete. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LeaksiftError } from '../../src/core/errors.js';
import type { Item } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { contextOf } from './context.js';
import { type Answer, type Asked, type FaultServer, startFaultServer } from './fault-server.js';

const TUNING = {
  ...{ attempts: 2, silentAttempts: 2, slowDownAttempts: 2, pauseMs: 1, longestPauseMs: 2 },
  ...{ idleMs: 100, connectMs: 500, resumes: 2, patienceMs: 2000 },
};
const PAGE_KEYS = 4;
const KEYS = Array.from({ length: 10 }, (_none, i) => `pre/k${i}`);

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  for (const key of KEYS) server.objects.set(key, { body: Buffer.from(`body of ${key}`) });
  server.objects.set('other', { body: Buffer.from('not below the prefix') });
});
afterEach(() => {
  server.fault = () => undefined;
  server.asked.length = 0;
});
afterAll(() => server.close());

type Listed = { readonly keys: readonly string[]; readonly error: unknown; readonly ms: number };

async function list(
  options: { pageKeys?: number; listWays?: number; idleMs?: number } = {},
): Promise<Listed> {
  const { pageKeys = PAGE_KEYS, listWays = 1, idleMs = TUNING.idleMs } = options;
  const source = createS3Source({ ...TUNING, idleMs, pageKeys, listWays });
  const context = contextOf({
    s3: { endpoint: server.endpoint, noSignRequest: true, region: 'eu-west-3' },
  });
  const keys: string[] = [];
  const started = performance.now();
  let error: unknown;
  try {
    for await (const { target } of source.list('s3://bucket/pre/', context) as AsyncIterable<Item>)
      keys.push(target.slice('bucket/'.length));
  } catch (thrown) {
    error = thrown;
  }
  await source.close?.();
  return { keys, error, ms: performance.now() - started };
}

/** Rewrites the text of listing pages; `nth` counts from 0. */
function rewriteText(rewrite: (text: string, asked: Asked) => string, nth?: number): void {
  server.fault = (asked) =>
    asked.kind === 'list' && (nth === undefined || pageOf(asked) === nth)
      ? { rewrite: (answer) => ({ ...answer, body: Buffer.from(rewrite(answer.body.toString(), asked)) }) }
      : undefined;
}

/** Which page of a listing one after another was asked for. */
function pageOf({ query }: Asked): number {
  const token = query.get('continuation-token');
  return token === null ? 0 : 1 + KEYS.indexOf(decodeURIComponent(token)) / PAGE_KEYS - 0.75;
}

function rewriteAnswer(rewrite: (answer: Answer) => Answer): void {
  server.fault = ({ kind }) => (kind === 'list' ? { rewrite } : undefined);
}

it('lists what is there where nothing is wrong', async () => {
  expect(await list()).toMatchObject({ keys: KEYS, error: undefined });
});

const contents = (text: string) => text.match(/<Contents>.*?<\/Contents>/g) ?? [];
const PAGES: readonly [name: string, rewrite: (text: string, asked: Asked) => string, why: RegExp][] = [
  ['a page of a captive portal', () => '<html><body>log in</body></html>', /is not a ListBucketResult/],
  ['nothing', () => '', /is not a ListBucketResult \(0 bytes/],
  ['JSON', () => '{"Contents":[]}', /is not a ListBucketResult/],
  [
    'the answer of another request',
    () => '<ListAllMyBucketsResult></ListAllMyBucketsResult>',
    /is not a ListBucket/,
  ],
  [
    'an error with the status of success',
    () => '<Error><Code>InternalError</Code></Error>',
    /is not a ListBucket/,
  ],
  ['a document that is cut', (text) => text.slice(0, -30), /is cut/],
  ['a document that is cut in a tag', (text) => text.slice(0, -1), /is cut/],
  ['two documents', (text) => `${text}<html></html>`, /is cut/],
  [
    'declared entities',
    (text) => text.replace('<ListBucketResult>', '<!DOCTYPE x [<!ENTITY a "b">]><ListBucketResult>'),
    /not a ListBucketResult|declares entities/,
  ],
  [
    'entities declared further in',
    (text) => text.replace('<Name>', '<!DOCTYPE x [<!ENTITY a "b">]><Name>'),
    /declares entities/,
  ],
  [
    'no word on what follows',
    (text) => text.replace(/<IsTruncated>.*?<\/IsTruncated>/, ''),
    /whether it is the last/,
  ],
  ['another word than true or false', (text) => text.replace(/<IsTruncated>\w+/, '<IsTruncated>maybe'), /./],
  [
    'an end in the middle',
    (text) => text.replace('<IsTruncated>true', '<IsTruncated>false'),
    /token for another/,
  ],
  [
    'no token',
    (text) => text.replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, ''),
    /no token for the next/,
  ],
  ['an empty token', (text) => text.replace(/(<NextContinuationToken>).*?</, '$1<'), /no token for the next/],
  [
    'a count above the keys',
    (text) => text.replace(/<KeyCount>\d+/, '<KeyCount>5'),
    /counts 5 keys and holds 4/,
  ],
  ['a count below the keys', (text) => text.replace(/<KeyCount>\d+/, '<KeyCount>0'), /counts 0 keys/],
  ['an object less', (text) => text.replace(contents(text)[1] as string, ''), /counts 4 keys and holds 3/],
  [
    'prefixes that hide keys',
    (text) =>
      text.replace(
        '</IsTruncated>',
        '</IsTruncated><CommonPrefixes><Prefix>pre/x/</Prefix></CommonPrefixes>',
      ),
    /prefixes instead/,
  ],
  ['a key twice', (text) => text.replace('k2</Key>', 'k1</Key>'), /do not follow/],
  [
    'keys out of order',
    (text) =>
      text.replace('k0</Key>', 'k3</Key>').replace('k3</Key>', 'k0</Key>').replace('k1</Key>', 'k9</Key>'),
    /do not follow/,
  ],
  [
    'a key outside of the prefix',
    (text) => text.replace(/<Key>pre%2Fk0/, '<Key>oth%2Fk0'),
    /not below the prefix/,
  ],
  ['an object without a key', (text) => text.replace(/<Key>[^<]*<\/Key>/, ''), /no key/],
  ['an empty key', (text) => text.replace(/<Key>[^<]*</, '<Key><'), /no key/],
  ['two keys of one object', (text) => text.replace('<Key>', '<Key>a</Key><Key>'), /./],
  ['an object without an ETag', (text) => text.replace(/<ETag>[^<]*<\/ETag>/, ''), /no ETag/],
  ['an empty ETag', (text) => text.replace(/<ETag>[^<]*</, '<ETag>""<'), /no ETag/],
  ['an object without a size', (text) => text.replace(/<Size>[^<]*<\/Size>/, ''), /no size/],
  ['a size that is text', (text) => text.replace(/<Size>\d+/, '<Size>abc'), /./],
  ['a size that is a fraction', (text) => text.replace(/<Size>\d+/, '<Size>1.5'), /./],
  ['a size that no number holds', (text) => text.replace(/<Size>\d+/, '<Size>99999999999999999999'), /./],
  ['a size that is not finite', (text) => text.replace(/<Size>\d+/, '<Size>Infinity'), /./],
  [
    'elements a hundred thousand deep',
    (text) => text.replace('</IsTruncated>', `</IsTruncated>${'<a>'.repeat(1e5)}${'</a>'.repeat(1e5)}`),
    /./,
  ],
  ['UTF-16', (text) => `\ufeff${[...text].join('\0')}`, /is not a ListBucketResult/],
];

it.each(PAGES)('refuses %s', async (_name, rewrite, why) => {
  rewriteText(rewrite);
  const { keys, error, ms } = await list();
  expect(error).toBeInstanceOf(LeaksiftError);
  expect(error).toMatchObject({ code: expect.stringMatching(/^(source|read-error)$/) });
  expect((error as Error).message).toMatch(why);
  expect((error as Error).message).toContain('s3://bucket');
  expect(keys).toEqual([]);
  expect(ms).toBeLessThan(3000);
});

it.each([
  ['goes back', (text: string) => text.replace(/k4<\/Key>/, 'k2</Key>'), 4],
  ['repeats the last key', (text: string) => text.replace(/k4<\/Key>/, 'k3</Key>'), 4],
  [
    'names itself as the next one',
    (text: string, { query }: Asked) =>
      text.replace(/(<NextContinuationToken>).*?</, `$1${query.get('continuation-token')}<`),
    4,
  ],
] as const)(
  'refuses a second page that %s, after the keys of the first',
  async (_name, rewrite, delivered) => {
    rewriteText(rewrite, 1);
    const { keys, error } = await list();
    expect((error as LeaksiftError).code).toBe('source');
    expect((error as Error).message).toContain(`stopped after ${delivered} objects`);
    expect(keys).toEqual(KEYS.slice(0, delivered));
  },
);

it.each([1, 8])('refuses the same page under ever new tokens (%i requests at once)', async (listWays) => {
  let count = 0;
  rewriteAnswer((answer) => ({
    ...answer,
    body: Buffer.from(
      answer.body
        .toString()
        .replace(/<IsTruncated>\w+/, '<IsTruncated>true')
        .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, '')
        .replace('<Contents>', `<NextContinuationToken>${count++}</NextContinuationToken><Contents>`),
    ),
  }));
  // Without a token that the server knows it lists from the beginning, again and again.
  const { error, ms } = await list({ pageKeys: 100, listWays });
  expect((error as LeaksiftError).code).toBe('source');
  expect(ms).toBeLessThan(5000);
});

const empty = (text: string) =>
  text.replaceAll(/<Contents>.*?<\/Contents>/g, '').replace(/<KeyCount>\d+/, '<KeyCount>0');

it('goes on behind some pages without keys, and refuses a listing of nothing else', async () => {
  let count = 0;
  const emptyPage = (last: number) =>
    rewriteText((text) => {
      count += 1;
      if (count > last) return text;
      const next = `<IsTruncated>true</IsTruncated><NextContinuationToken>%2F${count}</NextContinuationToken>`;
      return empty(text).replace(
        /<IsTruncated>.*?<\/IsTruncated>(<NextContinuationToken>.*?<\/NextContinuationToken>)?/,
        next,
      );
    });
  emptyPage(5);
  expect(await list({ pageKeys: 100 })).toMatchObject({ keys: KEYS, error: undefined });
  count = 0;
  emptyPage(Number.POSITIVE_INFINITY);
  const { error } = await list({ pageKeys: 100 });
  expect((error as Error).message).toMatch(/pages without a key/);
});

it.each<[name: string, rewrite: (answer: Answer) => Answer, code: string]>([
  ['drips', (answer) => ({ ...answer, drip: { bytes: 1, everyMs: 20 } }), 'timeout'],
  ['hangs in the middle', (answer) => ({ ...answer, cut: { after: 200, ending: 'hang' } }), 'timeout'],
  ['breaks off', (answer) => ({ ...answer, cut: { after: 200, ending: 'reset' } }), 'read-error'],
  ['ends short of its length', (answer) => ({ ...answer, cut: { after: 200, ending: 'end' } }), 'read-error'],
  [
    'drips an error',
    (answer) => ({ ...answer, status: 500, body: Buffer.alloc(1000), drip: { bytes: 1, everyMs: 20 } }),
    'timeout',
  ],
  [
    'is an error of 20 MB',
    (answer) => ({ ...answer, status: 403, body: Buffer.alloc(20e6, 'x') }),
    'access-denied',
  ],
  [
    'redirects to itself',
    (answer) => ({ ...answer, status: 307, headers: { location: server.endpoint } }),
    'read-error',
  ],
  [
    'redirects for ever',
    (answer) => ({ ...answer, status: 301, headers: { 'x-amz-bucket-region': `r-${server.asked.length}` } }),
    'read-error',
  ],
  ['says no status that there is', (answer) => ({ ...answer, status: 299 }), 'resolved'],
])('ends in bounded time when the listing %s', async (_name, rewrite, code) => {
  rewriteAnswer(rewrite);
  const { error, ms } = await list();
  expect(error === undefined ? 'resolved' : (error as LeaksiftError).code).toBe(code);
  expect(ms).toBeLessThan(6000);
});

it('takes no more of a page than a thousand keys can be', async () => {
  rewriteAnswer((answer) => ({ ...answer, body: Buffer.alloc(20e6, answer.body) }));
  const { error } = await list({ idleMs: 5000 });
  expect(error).toMatchObject({ code: 'source', message: expect.stringContaining('larger than 16777216') });
});

it('ends in bounded time when no header comes', async () => {
  server.fault = () => ({ delayMs: 20_000 });
  const { error, ms } = await list();
  expect((error as LeaksiftError).code).toBe('timeout');
  expect(ms).toBeLessThan(3000);
});

/** Whatever happens to the bytes of a page: keys of the bucket, or a known fault; never an internal error. */
it('holds for random damage to pages', async () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 0, max: 40 }),
    insert: fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('<', '</Contents>', '<Key>', '&a;', '<Size>', '\0'),
    ),
  });
  await fc.assert(
    fc.asyncProperty(damage, fc.integer({ min: 0, max: 2 }), async ({ at, length, insert }, nth) => {
      rewriteText((text) => {
        const from = Math.floor(at * text.length);
        return text.slice(0, from) + insert + text.slice(from + length);
      }, nth);
      const { keys, error, ms } = await list();
      if (error !== undefined) expect(error).toBeInstanceOf(LeaksiftError);
      if (error !== undefined) expect((error as LeaksiftError).code).not.toBe('internal');
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.every((key) => key.startsWith('pre/'))).toBe(true);
      expect(ms).toBeLessThan(6000);
    }),
    { numRuns: 60 },
  );
});
