/** What columns hold, by header and values. Over 250 lines because it is one table of cases. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Rule } from '../../../src/core/rule.js';
import {
  classifyColumns,
  compileColumnRules,
  evaluateCell,
  findHeader,
  isKnownHeader,
  jsFits,
  normalizeHeader,
} from '../../../src/match/columns/columns.js';
import { toRule } from '../../../src/rules/entry.js';
import { packSchema } from '../../../src/rules/schema.js';

const person = packSchema
  .parse(parse(readFileSync(new URL('../../../rules/person.yaml', import.meta.url), 'utf8')))
  .rules.map((entry) => toRule(entry, 'person'));

function rule(id: string, entity: Rule['entity'], columns: string[], cell?: string): Rule {
  const entry = { id, name: id, entity, description: id, severity: 'low', columns, cell, requires: 'column' };
  const parsed = packSchema.parse({ rules: [{ ...entry, examples: ['x'], negative_examples: ['y'] }] });
  return toRule(parsed.rules[0] as never, 'test');
}

const rules = compileColumnRules(
  [
    ...person,
    rule(
      'contact.email',
      'EMAIL_ADDRESS',
      ['email', 'email address', 'adresse mail'],
      '[^@\\s]{1,64}@[^@\\s]{1,64}',
    ),
    rule('contact.phone', 'PHONE_NUMBER', ['phone', 'mobile', 'cell', 'mobile phone', 'tel', 'portable']),
    rule(
      'staff.badge',
      'BADGE_NUMBER',
      ['badge', 'badge number', 'star', 'star number', 'shield'],
      '\\d{1,6}',
    ),
    rule('staff.matricule', 'STAFF_NUMBER', ['matricule', 'rio', 'employee number', 'employee id', 'tax id']),
    rule('rank.column', 'RANK', ['rank', 'grade', 'title', 'job title', 'title rank', 'position title']),
    rule('unit.column', 'UNIT', [
      'unit',
      'affectation',
      'assignment',
      'agency',
      'agency name',
      'department name',
    ]),
    rule('person.dob', 'DATE_OF_BIRTH', ['dob', 'date of birth', 'date de naissance', 'ddn']),
    rule('person.address', 'ADDRESS', ['address', 'home address', 'adresse']),
    rule('secret.password', 'PASSWORD', ['password', 'mot de passe', 'mdp']),
  ],
  { fits: jsFits, firstNames: new Set(['john', 'jane', 'marie', 'paul', 'mary', 'peter', 'elodie', 'marc']) },
);

const typesOf = (header: string[] | undefined, sample: string[][]) =>
  classifyColumns({ header, sample }, rules).map((type) => type?.rule.id);

test.each([
  ['LAST_NME', 'last name'],
  ['STAR_NO', 'star number'],
  ['TEL_PERSO', 'phone perso'],
  ['DDN', 'date naissance'],
  ['Date de Naissance', 'date naissance'],
  ['positionTitleRank', 'position title rank'],
  ['SSNumber', 'ss number'],
  ['E-mail', 'email'],
  ['EMailAddress', 'email address'],
  ['N° de téléphone', 'number phone'],
  ['Phone2', 'phone 2'],
  ['  Prénom(s) ', 'prenom'],
  ['---', ''],
])('normalizes the header %s', (text, normal) => {
  expect(normalizeHeader(text)).toBe(normal);
});

const people = [
  ['SMITH', 'John', 'SERGEANT', '1234', '07700 900123', 'j.smith@example.org'],
  ['DOE', 'Jane', 'POLICE OFFICER', '2345', '07700 900124', 'j.doe@example.org'],
  ['ROE', 'Peter', 'POLICE OFFICER', '3456', '07700 900125', ''],
  ['REDACTED', 'Mary', 'LIEUTENANT', '0000', 'N/A', '-'],
];

test.each([
  ['snake case', ['LAST_NME', 'FIRST_NME', 'RANK_DESC', 'STAR_NO', 'CELL_PHONE', 'EMAIL']],
  ['camel case', ['LastName', 'firstName', 'PositionTitleRank', 'BadgeNo', 'MobilePhone', 'EmailAddress']],
  ['glued', ['LASTNAME', 'FIRSTNAME', 'JOBTITLE', 'BADGENUMBER', 'MOBILEPHONE', 'EMAILADDRESS']],
])('types columns from %s headers', (_, header) => {
  expect(typesOf(header, people)).toEqual([
    'person.name.last',
    'person.name.first',
    'rank.column',
    'staff.badge',
    'contact.phone',
    'contact.email',
  ]);
});

test('types French headers with accents lost or kept', () => {
  const sample = [
    ['DUPONT', 'Marie', 'BRC', '1234567', 'CSP de Testville', '06 39 98 12 34'],
    ['DURAND', 'Paul', 'GPX', '1234568', 'CSP de Testville', '06 39 98 12 35'],
  ];
  const want = [
    'person.name.last',
    'person.name.first',
    'rank.column',
    'staff.matricule',
    'unit.column',
    'contact.phone',
  ];
  expect(typesOf(['Nom', 'Prénom', 'Grade', 'Matricule', 'Affectation', 'Tél. portable'], sample)).toEqual(
    want,
  );
  expect(typesOf(['NOM', 'PRENOM', 'GRADE', 'RIO', 'AFFECTATION', 'TEL_PORTABLE'], sample)).toEqual(want);
});

test('gives columns of another person of the row their role', () => {
  const types = classifyColumns(
    { header: ['FirstName', 'SupervisorFirstName', 'Nominee2LastName'], sample: [['John', 'Mary', 'Doe']] },
    rules,
  );
  expect(types.map((type) => type?.role)).toEqual([undefined, 'supervisor', 'nominee 2']);
});

test('does not take settings for values', () => {
  const header = [
    'EmailDomainsNotAllowed',
    'PhoneField',
    'HideFirstName',
    'PasswordFailuresID',
    'AddressType',
    'FileName',
  ];
  const sample = Array.from({ length: 6 }, (_, i) => ['0', 'Phone', '1', `${i}`, '2', `report${i}.pdf`]);
  expect(typesOf(header, sample)).toEqual(header.map(() => undefined));
});

test('a rank column over numbers is no rank', () => {
  expect(
    typesOf(
      ['Country', 'Rank'],
      [
        ['France', '1'],
        ['Spain', '2'],
        ['Italy', '3'],
      ],
    )[1],
  ).toBeUndefined();
});

test('a name column over products stays a weak guess, over people it does not', () => {
  const products = [
    ['Blue Widget', '12.99'],
    ['Small Gasket', '3.10'],
    ['Rubber Hose', '8.00'],
    ['Steel Bolt', '0.10'],
  ];
  const weak = classifyColumns({ header: ['Name', 'Price'], sample: products }, rules)[0];
  expect(weak?.confidence ?? 0).toBeLessThan(0.5);
  const named = [
    ['John Smith', '1'],
    ['Jane Roe', '2'],
    ['Mary Poe', '3'],
  ];
  expect(classifyColumns({ header: ['Name', 'Seat'], sample: named }, rules)[0]?.confidence).toBeGreaterThan(
    0.8,
  );
});

test('types a table without header by its values', () => {
  const sample = people
    .map((row) => [...row])
    .slice(0, 3)
    .concat([['POE', 'Marie', 'SERGEANT', '4567', '', 'm@example.org']]);
  expect(typesOf(undefined, sample)).toEqual([
    'person.name.last',
    'person.name.first',
    'rank.column',
    'staff.matricule',
    undefined,
    'contact.email',
  ]);
});

test.each([
  [
    'below title rows',
    [
      ['Force staff list'],
      ['Extracted 01/02/2023'],
      [],
      ['Name', 'Rank', 'Badge'],
      ['J Smith', 'PC', '12'],
      ['K Poe', 'PS', '13'],
    ],
    3,
    1,
  ],
  [
    'at the top',
    [
      ['Name', 'Rank', 'Badge'],
      ['J Smith', 'PC', '12'],
      ['K Poe', 'PS', '13'],
    ],
    0,
    1,
  ],
  [
    'on two lines',
    [
      ['Identité', '', 'Contact', ''],
      ['Nom', 'Prénom', 'Portable', 'Adresse mail'],
      ['DUPONT', 'Marie', '06 39 98 12 34', 'm@example.org'],
      ['DURAND', 'Paul', '06 39 98 12 35', 'p@example.org'],
    ],
    0,
    2,
  ],
  [
    'nowhere',
    [
      ['DUPONT', 'Marie', 'GPX', '06 39 98 12 34'],
      ['DURAND', 'Paul', 'BRC', '06 39 98 12 35'],
      ['PETIT', 'Marc', 'GPX', '06 39 98 12 36'],
    ],
    -1,
    1,
  ],
  [
    'nowhere in numbers',
    [
      ['1', '2'],
      ['3', '4'],
    ],
    -1,
    1,
  ],
  [
    'unknown words over numbers',
    [
      ['alpha', 'beta', 'gamma'],
      ['1', '2', '3'],
      ['4', '5', '6'],
    ],
    0,
    1,
  ],
] as const)('finds a header %s', (_, rows, row, depth) => {
  const found = findHeader(rows, (name) => isKnownHeader(name, rules));
  expect([found.row, found.depth]).toEqual([row, depth]);
});

test('joins a header of two lines', () => {
  const rows = [
    ['Identité', '', 'Contact', ''],
    ['Nom', 'Prénom', 'Portable', 'Adresse mail'],
    ['DUPONT', 'Marie', '06 39 98 12 34', 'm@example.org'],
    ['DURAND', 'Paul', '06 39 98 12 35', 'p@example.org'],
  ];
  const { names } = findHeader(rows, (name) => isKnownHeader(name, rules));
  expect(names).toEqual(['Identité Nom', 'Identité Prénom', 'Contact Portable', 'Contact Adresse mail']);
  expect(typesOf(names, rows.slice(2))).toEqual([
    'person.name.last',
    'person.name.first',
    'contact.phone',
    'contact.email',
  ]);
});

const column = (id: string, extra = {}) => {
  const found = rules.rules.find((r) => r.id === id) as Rule;
  return { rule: found, confidence: 0.9, by: 'header' as const, ...extra };
};

test.each([
  'REDACTED',
  'N/A',
  '-',
  '0000',
  'xxx',
  '***',
  'GP §§ 4-343, 451',
  'Vacant',
  'unknown',
  '',
  '  ',
  '(b)(6)',
])('the placeholder %s is no value', (text) => {
  expect(evaluateCell(column('person.name.full'), text)).toBeUndefined();
  expect(evaluateCell(column('staff.matricule'), text)).toBeUndefined();
});

test.each([
  ['SMITH, John A', 'smith john a', 0, 13],
  ['Jane Example (123456)', 'jane example', 0, 12],
  ['4711 - Jane Example', 'jane example', 7, 19],
  [" D'Arcy-O'Neill, Zoé ", 'd arcy o neill zoe', 1, 20],
  ['Nguyễn Văn An', 'nguyen van an', 0, 13],
])('finds the name in the cell %s', (text, normal, start, end) => {
  expect(evaluateCell(column('person.name.full'), text)).toMatchObject({ normal, start, end });
});

test('a value that stands on many rows is shared and weak', () => {
  const sample = Array.from({ length: 20 }, (_, i) => [i % 2 ? '242 W Test Street' : `${i} Home Road`]);
  const type = classifyColumns({ header: ['Address'], sample }, rules)[0];
  if (!type) throw new Error('not typed');
  expect(evaluateCell(type, '242 W Test Street')).toMatchObject({ shared: true, confidence: 0.3 });
  expect(evaluateCell(type, '4 Home Road')?.confidence).toBeGreaterThan(0.6);
});

test('a header repeated among the rows and the decimal of a spreadsheet are seen through', () => {
  expect(evaluateCell(column('rank.column', { header: 'Rank' }), 'Rank')).toBeUndefined();
  expect(evaluateCell(column('staff.matricule'), '7368886.0')).toMatchObject({
    normal: '7368886',
    start: 0,
    end: 7,
  });
});

test('a cell costs about a microsecond', () => {
  const type = column('person.name.full');
  const from = process.cpuUsage().user;
  for (let i = 0; i < 100_000; i++) evaluateCell(type, 'SMITH, John A');
  // Generous, for a machine that others use too.
  expect((process.cpuUsage().user - from) / 100_000).toBeLessThan(6);
});
