/** Headers and values together, with the built-in rules. */
import { expect, test } from 'vitest';
import { bandOf } from '../../../src/core/entity.js';
import { classifyColumns, columnFacts, evaluateCell } from '../../../src/match/columns/columns.js';
import { builtInColumns } from './built-in-columns.js';

const rules = await builtInColumns();
const NAMES = [
  'Ruth Pemberley',
  'Rohan Banerjee',
  'Dilys Abercorn',
  'Marcus Wetherby',
  'Lorna Baxendale',
  'Paul Orr',
];
const RANKS = ['Sergeant', 'Constable', 'Constable', 'Inspector', 'Constable', 'Sergeant'];

/** What is reported of columns beside names and ranks. */
function typesOf(columns: Record<string, readonly string[]>) {
  const header = Object.keys(columns);
  const lists = Object.values(columns);
  const sample = NAMES.map((_, row) => lists.map((cells) => cells[row % cells.length] as string));
  const types = classifyColumns({ header, sample }, rules);
  return Object.fromEntries(
    header.map((name, i) => {
      const type = types[i];
      return [name, type && bandOf(type.confidence) !== 'low' ? type.rule.entity : undefined];
    }),
  );
}

const staff = (header: string, cells: readonly string[]) =>
  typesOf({ Name: NAMES, Rank: RANKS, [header]: cells })[header];

test.each([
  ['Supv ID', ['100201', '100201', '100417'], 'STAFF_NUMBER'],
  ['UNITASGDESC', ['DISTRICT 12', 'NARCOTICS', 'DISTRICT 4'], 'UNIT'],
  ['dateNais', ['1969-03-15', '1970-04-16', '1971-05-17'], 'DATE_OF_BIRTH'],
  ['Sal/Rate', ['61250.00', '58750.00', '79310.00'], 'SALARY'],
  ['Total Base Pay Annualized - Amount', ['61250.00', '58750.00', '79310.00'], 'SALARY'],
  ['Actual Pay Floor (£)', ['65000', '70000', '90000'], 'SALARY'],
  ['Location', ['Lisnagarvey', 'Musgrave', 'Castlereagh'], 'UNIT'],
  ['MemberID', ['10021', '10022', '10023', '10024', '10025', '10026'], 'STAFF_NUMBER'],
  ['Service Date', ['2011-03-02', '2015-01-01', '2014-06-02'], undefined],
  ['department state', ['IL', 'IL', 'OH'], undefined],
  ['SEQ#', ['1021', '1022', '1044', '1049', '1050', '1081'], undefined],
  ['Post Unique Reference', ['104414', '104415', '104999', '204416', '304417', '404418'], undefined],
  ['id', ['#1', '#2', '#3', '#4', '#5', '#6'], undefined],
  ['Pay Step', ['1', '4', '2'], undefined],
  ['Pay Period', ['2011-03-02', '2015-01-01', '2014-06-02'], undefined],
])('%s beside names and ranks', (header, cells, entity) => {
  expect(staff(header, cells)).toBe(entity);
});

test('things with names are no persons', () => {
  const named = {
    'Code name': ['Alpha Park', 'Beta Grove'],
    'Competition name': ['Summer Cup', 'Winter Trophy'],
  };
  expect(typesOf({ ...named, Price: ['3', '2'] })).toEqual({
    'Code name': undefined,
    'Competition name': undefined,
    Price: undefined,
  });
});

test('a column of addresses holds addresses', () => {
  const requests = [
    'req-d6986b54-3735-4a42-9074-0ba7d9717de9 113d3a99 - -',
    'req-482e36cc-6ff0-4a18-a72e-0768a622100b - -',
  ];
  const homes = [
    '12 rue de la Paix',
    '3 Mill Lane',
    'Flat 2',
    '242 W 29th Street',
    'Rose Cottage',
    '9 Corran Brae',
  ];
  expect(typesOf({ ADDR: requests }).ADDR).toBeUndefined();
  expect(typesOf({ ADDR: ['localhost', 'default', 'eth up'] }).ADDR).toBeUndefined();
  expect(typesOf({ ADDR: homes }).ADDR).toBe('ADDRESS');
});

test('number and rank beside a name are read from its cell', () => {
  const cells = NAMES.map((name, i) => [`${name} (${104_414 + i})`]);
  const [type] = classifyColumns({ header: ['Worker'], sample: cells }, rules);
  const text = 'Jane Example (104999)';
  const found = type && evaluateCell(type, text, rules.fits);
  const at = (span?: { start?: number; end?: number }) => text.slice(span?.start, span?.end);
  expect([at(found), found?.number && at(found.number)]).toEqual(['Jane Example', '104999']);
});

test.each([
  ['product_code', true],
  ['barcode', true],
  ['zip_code', true],
  ['quantity', true],
  ['transaction_id', true],
  ['routing_number', true],
  ['order phone', false],
  ['ssn', false],
  ['remarks', false],
])('what %s says of numbers under it', (header, denied) => {
  const [facts] = columnFacts([header], [['078-05-1120']]);
  expect(facts?.denied.has('US_SSN')).toBe(denied);
});
