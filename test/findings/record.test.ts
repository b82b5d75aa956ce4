import { expect, test } from 'vitest';
import { passageRecords, recordIdOf } from '../../src/findings/record.js';
import { rowRecords } from '../../src/findings/row-record.js';
import { first, full, last, match } from './matches.js';

test('a row is one record of the person its columns name', () => {
  const row = [last('DUPONT'), first('Marie'), match('RANK', 'BRC'), match('ADDRESS', '1 rue du Test')];
  const [record, ...more] = rowRecords(row);
  expect(more).toEqual([]);
  expect(record).toMatchObject({
    members: [0, 1, 2, 3],
    person: 'DUPONT Marie',
    name: { key: 'dupont marie' },
    entities: { PERSON: 2, RANK: 1, ADDRESS: 1 },
    isPolice: true,
  });
  expect(record?.risk.reasons[0]).toBe('officer-home-address');
});

test('columns of a supervisor make a second record', () => {
  const role = 'supervisor';
  const row = [
    full('Ann Lee'),
    match('EMAIL_ADDRESS', 'a@example.org'),
    full('Bob Ray', { role }),
    match('PHONE_NUMBER', '1', { role }),
  ];
  expect(rowRecords(row).map((r) => [r.slot, r.person, r.members])).toEqual([
    ['', 'Ann Lee', [0, 1]],
    ['supervisor', 'Bob Ray', [2, 3]],
  ]);
});

test('what names nobody belongs to the one person whom columns name', () => {
  const row = [full('Ann Lee', { role: 'subject' }), match('LICENSE_PLATE', 'AB-123-CD')];
  expect(rowRecords(row).map((r) => [r.slot, r.members])).toEqual([['subject', [0, 1]]]);
});

test('a cell of text is about whom it names, a list in a cell about nobody', () => {
  const mail = (value: string, cell: number) => match('EMAIL_ADDRESS', value, { by: 'pattern', cell });
  const row = [
    full('Ann Lee', { cell: 0 }),
    mail('a@example.org', 1),
    match('PERSON', 'Bob Ray', { by: 'name', cell: 2 }),
    match('PHONE_NUMBER', '1', { by: 'pattern', cell: 2 }),
    mail('c@example.org', 3),
    mail('d@example.org', 3),
  ];
  expect(rowRecords(row).map((r) => [r.person, r.members])).toEqual([
    ['Ann Lee', [0, 1]],
    ['Bob Ray', [2, 3]],
  ]);
});

test.each([
  ['a lone surname', [last('DUPONT')], 0],
  ['a full name', [full('Marie Dupont')], 1],
  ['two identifiers without a name', [match('US_SSN', '1'), match('DATE_OF_BIRTH', '2')], 1],
  ['rank and unit without a name', [match('RANK', 'PC'), match('UNIT', 'CID')], 0],
  ['one e-mail address', [match('EMAIL_ADDRESS', 'a@example.org')], 0],
  ['a caveat beside a phone', [match('CAVEAT', 'OFFICIAL'), match('PHONE_NUMBER', '2')], 0],
])('%s makes so many records', (_, row, count) => {
  expect(rowRecords(row)).toHaveLength(count);
});

test('a worse exposure scores higher, a shared address does not count as a home', () => {
  const score = (...extra: ReturnType<typeof match>[]) =>
    rowRecords([full('Ann Lee'), match('RANK', 'PC'), ...extra])[0]?.risk.score ?? 0;
  const email = score(match('EMAIL_ADDRESS', 'a@example.org'));
  const station = score(match('ADDRESS', '1 Station Road', { shared: true }), match('UNIT', 'CID'));
  const home = score(match('ADDRESS', '2 Home Road'), match('UNIT', 'CID'));
  expect(email).toBeLessThan(home);
  expect(station).toBeLessThan(home - 20);
  expect(home).toBeLessThanOrEqual(100);
});

test('values reserved for examples add no risk', () => {
  const risk = (example: boolean) =>
    rowRecords([full('Ann Lee'), match('PHONE_NUMBER', '1', { example })])[0]?.risk.score;
  expect(risk(true)).toBeLessThan(risk(false) as number);
});

test('a passage belongs to whom it names, and to nobody without a name', () => {
  const passage = [
    match('RANK', 'PC'),
    full('Ann Lee'),
    match('PHONE_NUMBER', '1'),
    full('Bob Ray'),
    match('EMAIL_ADDRESS', 'b@example.org'),
    full('Ann Lee'),
  ];
  expect(passageRecords(passage).map((r) => [r.person, r.members])).toEqual([
    ['Ann Lee', [0, 1, 2, 5]],
    ['Bob Ray', [3, 4]],
  ]);
  expect(passageRecords([match('PHONE_NUMBER', '1'), match('IBAN_CODE', '2')])).toEqual([]);
  expect(passageRecords([full('Ann Lee')])).toEqual([]);
});

test("a phone in the lines above a name is the sender's, on its line it is theirs", () => {
  const letter = [match('PHONE_NUMBER', '1'), full('Ann Lee'), match('FR_NIR', '2')];
  expect(passageRecords(letter, [3, 5, 6]).map((r) => r.members)).toEqual([[1, 2]]);
  expect(passageRecords(letter, [5, 5, 6]).map((r) => r.members)).toEqual([[0, 1, 2]]);
});

test('ids say where, the same in every run', () => {
  expect(recordIdOf('s3://b/x.csv 12', '')).toBe(recordIdOf('s3://b/x.csv 12', ''));
  expect(recordIdOf('s3://b/x.csv 12', '')).not.toBe(recordIdOf('s3://b/x.csv 12', 'supervisor'));
  expect(recordIdOf('s3://b/x.csv 12', '')).toMatch(/^[0-9a-f]{20}$/);
});
