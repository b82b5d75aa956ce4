import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Match } from '../../src/core/match.js';
import { Fingerprinter } from '../../src/findings/fingerprint.js';
import { PersonCounter, type PersonCounterOptions } from '../../src/findings/person-counter.js';
import { personKeys } from '../../src/findings/person-keys.js';
import { rowRecords } from '../../src/findings/row-record.js';
import { first, full, last, match } from './matches.js';

const fingerprints = new Fingerprinter(Buffer.alloc(32, 7));

function packed(rows: readonly Match[][]): Uint32Array[] {
  return rows.flatMap((row) => rowRecords(row).map((record) => personKeys(record, row, fingerprints)));
}

function count(keys: readonly Uint32Array[], options?: PersonCounterOptions) {
  const counter = new PersonCounter(options);
  for (const key of keys) counter.add(key);
  const counted = counter.count();
  counter.close();
  return counted;
}

const phone = (value: string, extra = {}) => match('PHONE_NUMBER', value, extra);
const email = (value: string) => match('EMAIL_ADDRESS', value);

test.each<[string, Match[][], number]>([
  [
    'the same name and phone in two files',
    [
      [full('Ann Lee'), phone('1')],
      [full('LEE, Ann'), phone('1')],
    ],
    1,
  ],
  [
    'a shortened name and the same phone',
    [
      [full('Lee A.'), phone('1')],
      [full('Ann LEE'), phone('1')],
    ],
    1,
  ],
  [
    'different people with one phone',
    [
      [full('Ann Lee'), phone('1')],
      [full('Bob Ray'), phone('1')],
    ],
    2,
  ],
  [
    'one name with different phones',
    [
      [full('Ann Lee'), phone('1')],
      [full('Ann Lee'), phone('2')],
    ],
    2,
  ],
  [
    'the same e-mail under two names',
    [
      [full('Ann Lee'), email('a@example.org')],
      [full('Ann Ray'), email('a@example.org')],
    ],
    1,
  ],
  [
    'a role mailbox',
    [
      [full('Ann Lee'), email('contact@example.org')],
      [full('Bob Ray'), email('contact@example.org')],
    ],
    2,
  ],
  [
    'a nameless row with the same e-mail',
    [
      [email('a@example.org'), phone('9')],
      [full('Ann Lee'), email('a@example.org')],
    ],
    1,
  ],
  [
    'same badge, other name',
    [
      [full('Ann Lee'), match('BADGE_NUMBER', '12')],
      [full('Bob Ray'), match('BADGE_NUMBER', '12')],
    ],
    2,
  ],
  [
    'same name and birth date',
    [
      [last('Lee'), first('Ann'), match('DATE_OF_BIRTH', 'd')],
      [full('Ann Lee'), match('DATE_OF_BIRTH', 'd')],
    ],
    1,
  ],
  [
    'a phone on many rows',
    [1, 2, 3, 4, 5].map((i) => [full(`Ann Lee${'abcde'[i]}x`), phone('1', { shared: true })]),
    5,
  ],
  ['a bare name that an identified person bears', [[full('Ann Lee'), phone('1')], [full('Ann Lee')]], 1],
  ['a bare name twice', [[full('Ann Lee')], [full('LEE Ann')]], 1],
  [
    'joined over three rows',
    [
      [full('Ann Lee'), phone('1')],
      [full('Ann Lee'), phone('1'), email('a@example.org')],
      [email('a@example.org'), match('UK_NINO', 'n')],
    ],
    1,
  ],
  ['no records', [], 0],
])('%s', (_, rows, distinct) => {
  expect(count(packed(rows)).distinct).toBe(distinct);
});

test('counts for each entity how many persons show it', () => {
  const rows = [
    [full('Ann Lee'), phone('1'), match('RANK', 'PC')],
    [full('Ann Lee'), phone('1'), match('ADDRESS', 'x')],
    [full('Bob Ray'), phone('2')],
  ];
  expect(count(packed(rows))).toEqual({
    distinct: 2,
    byEntity: { PERSON: 2, RANK: 1, PHONE_NUMBER: 2, ADDRESS: 1 },
  });
});

function crowd(size: number): Match[][] {
  return Array.from({ length: size }, (_, i) => {
    const person = (i * 7919) % 97;
    const row = [full(`Person${'abcdefghij'[person % 10]}${'klmnopqrst'[Math.floor(person / 10)]} Test`)];
    if (i % 2) row.push(phone(`p${person}`));
    if (i % 3) row.push(email(`e${person}@example.org`));
    if (i % 5 === 0) row.push(match('DATE_OF_BIRTH', `d${person}`));
    return row;
  });
}

test('neither order nor spilling nor how it is split changes the result', () => {
  const keys = packed(crowd(400));
  const want = count(keys);
  // Some of the 97 never share two things between rows and stay apart.
  expect(want.distinct).toBeGreaterThanOrEqual(97);
  expect(want.distinct).toBeLessThan(130);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(keys, { minLength: keys.length }),
      fc.integer({ min: 1, max: 300 }),
      (order, limit) => {
        expect(count(order, { maxKeysInMemory: limit })).toEqual(want);
      },
    ),
    { numRuns: 15 },
  );
});

test('spills into a private folder that holds no clear value and is removed', () => {
  const tempRoot = mkdtempSync(path.join(tmpdir(), 'leaksift-test-'));
  const counter = new PersonCounter({ maxKeysInMemory: 10, tempRoot });
  for (const key of packed(crowd(50))) counter.add(key);
  const [folder] = readdirSync(tempRoot);
  const files = readdirSync(path.join(tempRoot, folder as string));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expect(readFileSync(path.join(tempRoot, folder as string, file)).includes('example.org')).toBe(false);
  }
  counter.close();
  expect(readdirSync(tempRoot)).toEqual([]);
});

test('ignores packed records that are cut short', () => {
  const [key] = packed([[full('Ann Lee'), phone('1')]]) as [Uint32Array];
  for (let length = 0; length < key.length; length++)
    expect(count([key.subarray(0, length)]).distinct).toBe(0);
});
