/** Columns whose headers no rule knows, and what each header is worth beside the others. */
import { beforeAll, expect, test } from 'vitest';
import { type ColumnRules, classifyColumns } from '../../../src/match/columns/columns.js';
import { builtInColumns } from './built-in-columns.js';

let rules: ColumnRules;
beforeAll(async () => {
  rules = await builtInColumns();
});

const FIRST = ['John', 'Mary', 'Peter', 'Susan', 'David', 'Linda', 'James', 'Karen', 'Robert', 'Laura'];
const LAST =
  'Abrellin Bontaway Castermole Dunfarrow Ellishaw Fennybrook Grastone Hollinmead Ivorley Jastow'.split(' ');
const people = FIRST.map((first, i) => `${first} ${LAST[i]}`);
const RANKS = ['Police Officer', 'Sergeant', 'Detective', 'Police Officer', 'Lieutenant'];
const rank = (i: number) => RANKS[i % RANKS.length] as string;

/** Entities of the columns that would be reported. */
function types(header: string[], row: (i: number) => string[]): string[] {
  const sample = Array.from({ length: 10 }, (_, i) => row(i));
  return classifyColumns({ header, sample }, rules).map((type) =>
    type && type.confidence >= 0.6 ? type.rule.entity : '-',
  );
}

const code = (i: number) => String(10_000 + ((i * 7919) % 80_000));

test('names and ranks under headers that no rule knows are read by their values', () => {
  expect(types(['Who', 'What they are'], (i) => [people[i] as string, rank(i)])).toEqual(['PERSON', 'RANK']);
});

test('one column of distinct codes beside names and ranks is the staff number', () => {
  const row = (i: number) => [people[i] as string, rank(i), code(i)];
  expect(types(['Officer', 'Rank', 'ABCX'], row)).toEqual(['PERSON', 'RANK', 'STAFF_NUMBER']);
  expect(types(['Officer', 'Rank', 'Zip'], row)[2]).not.toBe('STAFF_NUMBER');
  expect(types(['Officer', 'Rank', 'Total cost'], row)[2]).not.toBe('STAFF_NUMBER');
});

test('a counter of rows is no staff number', () => {
  const row = (i: number) => [people[i] as string, rank(i), String(20_000 + i)];
  expect(types(['Officer', 'Rank', 'RecordKey'], row)[2]).toBe('-');
});

test('a vague number needs names and ranks beside it, `Name` is enough of a name', () => {
  expect(types(['Serial No', 'Name', 'Rank'], (i) => [code(i), people[i] as string, rank(i)])).toEqual([
    'STAFF_NUMBER',
    'PERSON',
    'RANK',
  ]);
  expect(types(['Serial No', 'Model'], (i) => [code(i), `Pump ${i}`])).toEqual(['-', '-']);
});

test('posts are reported beside names though no word of them is a rank', () => {
  const posts = ['Librarian I', 'Clerk III', 'Accountant II'];
  const row = (i: number) => [people[i] as string, posts[i % 3] as string];
  expect(types(['Employee Name', 'Job Title'], row)).toEqual(['PERSON', 'RANK']);
});

test('places in a race and forms of address are no ranks', () => {
  expect(types(['Rank', 'Athlete name'], (i) => [String(i + 1), people[i] as string])[0]).toBe('-');
  expect(types(['Title', 'Employee name'], (i) => [i % 2 ? 'Mr' : 'Dr', people[i] as string])[0]).toBe('-');
});

test('a table of things has no persons in its silent columns', () => {
  const goods = ['Hex bolt', 'Garden hose', 'Paint brush', 'Oak shelf', 'Door bell'];
  const row = (i: number) => [goods[i % 5] as string, code(i), `${i}.99`];
  expect(types(['Article', 'SKU', 'Price'], row)).toEqual(['-', '-', '-']);
});
