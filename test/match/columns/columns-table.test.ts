/** What a table says beside its types: shared values, lists, other persons, and statistics. */
import { beforeAll, expect, test } from 'vitest';
import {
  type ColumnRules,
  classifyColumns,
  columnFacts,
  withoutStatistics,
} from '../../../src/match/columns/columns.js';
import { builtInColumns } from './built-in-columns.js';

let rules: ColumnRules;
beforeAll(async () => {
  rules = await builtInColumns();
});

const rows = (n: number, row: (i: number) => string[]) => Array.from({ length: n }, (_, i) => row(i));

test('a value on more than a fifth of the rows is the place’s, one on nearly all is constant', () => {
  const sample = rows(10, (i) => [i < 4 ? 'Station 1' : `Home ${i}`, 'HQ', String(i)]);
  const [shared, constant, own] = columnFacts(['Address', 'Site', 'Id'], sample);
  expect(shared).toMatchObject({ isConstant: false, isList: false });
  expect([...(shared?.repeated ?? [])]).toEqual(['station 1']);
  expect(constant?.isConstant).toBe(true);
  expect(own?.repeated.size).toBe(0);
});

test('few rows prove nothing about repetition', () => {
  const [fact] = columnFacts(
    ['Site'],
    rows(4, () => ['HQ']),
  );
  expect(fact).toMatchObject({ isConstant: false });
  expect(fact?.repeated.size).toBe(0);
});

test('placeholders are not values that repeat', () => {
  const sample = rows(10, (i) => [i % 2 ? 'N/A' : `Home ${i}`]);
  expect(columnFacts(['Address'], sample)[0]?.repeated.size).toBe(0);
});

test('three addresses in a cell make a list of recipients, named ones belong to persons', () => {
  const list = 'a.one@example.org; b.two@example.org; c.three@example.org';
  expect(columnFacts(['To'], [[list]])[0]?.isList).toBe(true);
  const named = 'A One <a@example.org>; B Two <b@example.org>; C Three <c@example.org>';
  expect(columnFacts(['To'], [[named]])[0]?.isList).toBe(false);
  expect(columnFacts(['To'], [['a.one@example.org']])[0]?.isList).toBe(false);
});

test('columns of supervisors and spouses are another person’s', () => {
  const [own, other] = columnFacts(['EmailAddress', 'SupervisorEmail'], []);
  expect(own?.role).toBeUndefined();
  expect(other?.role).toBe('supervisor');
});

test('rows wider than the header have facts too', () => {
  expect(columnFacts(['A'], [['1', '2', '3']])).toHaveLength(3);
});

test('ranks counted row by row are a statistic, ranks of persons are not', () => {
  const ranks = ['Constable', 'Sergeant', 'Inspector', 'Superintendent', 'Commander', 'Commissioner'];
  const header = ['Rank', 'Headcount', 'Leavers'];
  const counted = rows(6, (i) => [ranks[i] as string, String(1200 - i * 190), String(i * 7)]);
  const types = classifyColumns({ header, sample: counted }, rules);
  expect(types[0]?.rule.entity).toBe('RANK');
  expect(withoutStatistics(types, counted)).toEqual([undefined, undefined, undefined]);
  const named = rows(6, (i) => [ranks[i] as string, `Mary Castermole${'abcdef'[i]}`, String(i * 7)]);
  const people = classifyColumns({ header: ['Rank', 'Name', 'Years'], sample: named }, rules);
  expect(withoutStatistics(people, named)[0]?.rule.entity).toBe('RANK');
});
