/** A row belongs to the person in its name columns, regardless of other names in it. */
import { expect, test } from 'vitest';
import { RosterBuilder } from '../../src/findings/roster.js';
import { rowRecords } from '../../src/findings/row-record.js';
import { full, match } from './matches.js';

const NAMED = { isNamed: true };
const mention = (value: string, cell: number, role?: string) =>
  match('PERSON', value, { by: 'name', cell, ...(role && { role }) });
const shown = (records: ReturnType<typeof rowRecords>) => records.map((r) => [r.role, r.person, r.members]);

test('a name in a remark is another person with a record of its own', () => {
  const row = [
    full('Ann Lee', { cell: 0 }),
    match('RANK', 'PC', { cell: 1 }),
    mention('Imogen Tarleton-Brown', 2),
  ];
  expect(shown(rowRecords(row, NAMED))).toEqual([
    [undefined, 'Ann Lee', [0, 1]],
    ['mentioned', 'Imogen Tarleton-Brown', [2]],
  ]);
});

test('the number beside a supervisor in a cell of text is the supervisor’s', () => {
  const role = 'supervisory';
  const row = [
    full('Ann Lee', { cell: 0 }),
    match('STAFF_NUMBER', '104414', { cell: 0 }),
    mention('Bob Ray', 1, role),
    match('STAFF_NUMBER', '100417', { cell: 1, by: 'pattern', role }),
  ];
  expect(shown(rowRecords(row, NAMED))).toEqual([
    [undefined, 'Ann Lee', [0, 1]],
    [role, 'Bob Ray', [2, 3]],
  ]);
});

test('a row whose name was left out tells of nobody, but for a number of one person', () => {
  const post = [match('RANK', 'Deputy Director', { cell: 1 }), match('PHONE_NUMBER', '1', { cell: 2 })];
  expect(rowRecords(post, NAMED)).toEqual([]);
  expect(rowRecords([...post, match('STAFF_NUMBER', '104414', { cell: 3 })], NAMED)).toHaveLength(1);
  const left = [...post, full('Bob Ray', { cell: 4, role: 'supervisor' })];
  expect(shown(rowRecords(left, NAMED))).toEqual([['supervisor', 'Bob Ray', [2]]]);
});

test('neither supervisors nor posts without a holder count among the persons of a roster', () => {
  const columns = [
    { column: 'A', name: 'Name', entity: 'PERSON' },
    { column: 'B', name: 'Job Title', entity: 'RANK' },
    { column: 'C', name: 'Manager', entity: 'PERSON', role: 'manager' },
  ] as const;
  const builder = new RosterBuilder(columns);
  const manager = (cell: number) => full('Bob Ray', { cell, role: 'manager' });
  for (let i = 0; i < 6; i++)
    builder.row(rowRecords([full(`Ann Lee${'abcdef'[i]}`, { cell: 0 }), manager(1)], NAMED));
  for (let i = 0; i < 20; i++)
    builder.row(rowRecords([match('RANK', 'Head', { cell: 0 }), manager(1)], NAMED), true);
  expect(builder.counts).toMatchObject({ rows: 26, persons: 6, posts: 20 });
  expect(builder.finish({ locator: { uri: 'file:///posts.csv', hops: [] } })).toMatchObject({
    rows: 26,
    persons: 6,
  });
});
