import { expect, test } from 'vitest';
import { addRosterCounts, RosterBuilder, type RosterColumn, rosterOf } from '../../src/findings/roster.js';
import { rowRecords } from '../../src/findings/row-record.js';
import { full, match } from './matches.js';

const place = { locator: { uri: 'file:///staff.csv', hops: [] } };
const columns: RosterColumn[] = [
  { column: 'A', name: 'Name', entity: 'PERSON' },
  { column: 'B', name: 'Grade', entity: 'RANK' },
  { column: 'C', name: 'Note' },
];

function build(people: number, others: number, rank: string): RosterBuilder {
  const builder = new RosterBuilder(columns);
  for (let i = 0; i < people; i++)
    builder.row(rowRecords([full(`Ann Lee${'abcdefghijkl'[i]}`), match('RANK', rank)]));
  for (let i = 0; i < others; i++) builder.row([]);
  return builder;
}

test.each([
  ['six constables', 6, 0, 'police constable', 'police'],
  ['six engineers', 6, 0, 'senior engineer', 'other'],
  ['as many persons as other rows', 6, 6, 'clerk', 'other'],
  ['fewer persons than other rows', 6, 7, 'clerk', undefined],
  ['four persons', 4, 0, 'police constable', undefined],
] as const)('%s', (_, people, others, rank, kind) => {
  const roster = build(people, others, rank).finish(place);
  expect(roster?.kind).toBe(kind);
  if (roster) expect(roster).toMatchObject({ rows: people + others, persons: people, columns });
});

test('names alone, or products, make no roster', () => {
  const counts = { rows: 50, persons: 50, police: 0, posts: 0 };
  expect(rosterOf([{ column: 'A', name: 'Author', entity: 'PERSON' }], counts, place)).toBeUndefined();
  expect(rosterOf([{ column: 'A', name: 'Item' }], counts, place)).toBeUndefined();
});

test('headers of a police service and hidden sheets are told', () => {
  const badge: RosterColumn[] = [...columns, { column: 'D', name: 'STAR_NO', entity: 'BADGE_NUMBER' }];
  const roster = rosterOf(
    badge,
    { rows: 9, persons: 9, police: 0, posts: 0 },
    { ...place, sheet: 'S', hidden: 'sheet' },
  );
  expect(roster).toMatchObject({ kind: 'police', sheet: 'S', hidden: 'sheet' });
});

test('parts of one table add up', () => {
  const a = build(3, 0, 'clerk').counts;
  addRosterCounts(a, build(3, 1, 'clerk').counts);
  expect(a).toEqual({ rows: 7, persons: 6, police: 0, posts: 0 });
});
