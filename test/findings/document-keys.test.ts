/** One name in one letter is one person; the same name in two letters is two, and in a table homonyms stay. */
import { expect, test } from 'vitest';
import type { Match } from '../../src/core/match.js';
import { withDocumentKey } from '../../src/findings/document-keys.js';
import { Fingerprinter } from '../../src/findings/fingerprint.js';
import { PersonCounter } from '../../src/findings/person-counter.js';
import { HEAD_WORDS, KEY_WORDS, personKeys } from '../../src/findings/person-keys.js';
import { rowRecords } from '../../src/findings/row-record.js';
import { full, match } from './matches.js';

const fingerprints = new Fingerprinter(Buffer.alloc(32, 7));

function packed(row: readonly Match[]): Uint32Array {
  const [record] = rowRecords(row);
  if (!record) throw new Error('no record');
  return personKeys(record, row, fingerprints);
}

function distinct(keys: readonly Uint32Array[]): number {
  const counter = new PersonCounter();
  for (const key of keys) counter.add(key);
  const counted = counter.count();
  counter.close();
  return counted.distinct;
}

const inDocument = (row: readonly Match[], document: string, name = 'doe jane') =>
  withDocumentKey(packed(row), { document, name }, fingerprints);

const phone = (value: string) => [full('Jane Doe'), match('PHONE_NUMBER', value)];

test('records of one name in one document are one person', () => {
  const [a, b] = [phone('1'), phone('2')];
  expect(distinct([packed(a), packed(b)])).toBe(2);
  expect(distinct([inDocument(a, 'a.eml'), inDocument(b, 'a.eml')])).toBe(1);
});

test('the same name in another document, or another name in the same, joins nothing', () => {
  const [a, b] = [phone('1'), phone('2')];
  expect(distinct([inDocument(a, 'a.eml'), inDocument(b, 'b.eml')])).toBe(2);
  expect(distinct([inDocument(a, 'a.eml'), inDocument(b, 'a.eml', 'roe jane')])).toBe(2);
});

test('name and document do not run into each other', () => {
  const [a, b] = [phone('1'), phone('2')];
  expect(distinct([inDocument(a, 'x', 'doe jane'), inDocument(b, 'janex', 'doe ')])).toBe(2);
});

test('what was packed stays, one key longer, and no clear value is in it', () => {
  const before = packed(phone('0612345678'));
  const after = withDocumentKey(before, { document: 'a.eml', name: 'doe jane' }, fingerprints);
  expect(after.length).toBe(before.length + KEY_WORDS);
  expect(after[0]).toBe((before[0] ?? 0) + 1);
  const keysEnd = HEAD_WORDS + (before[0] ?? 0) * KEY_WORDS;
  expect([...after.slice(1, keysEnd)]).toEqual([...before.slice(1, keysEnd)]);
  expect(Buffer.from(after.buffer).toString('latin1')).not.toMatch(/doe|0612345678|a\.eml/);
});
