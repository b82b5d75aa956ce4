// Staff tables in the shapes that leaked ones have, and tables that look like them and are none. Out: files
// with the entity of every cell that must be found, by row (1-based, as in the file) and column (0-based).
import { Draw, pad } from '../../fixtures/make/random.mjs';
import { date, email, person, phone } from './people.mjs';

const RANKS = {
  fr: 'GPX BRC MAJ Brigadier Capitaine Lieutenant Commissaire Gardien\u00a0de\u00a0la\u00a0paix ADJ MDC'
    .split(' ')
    .map((r) => r.replaceAll('\u00a0', ' ')),
  uk: ['PC', 'Sergeant', 'DC', 'Inspector', 'PCSO', 'DS', 'Chief Inspector', 'Constable'],
  us: [
    'POLICE OFFICER',
    'SERGEANT',
    'DETECTIVE 3RD GRADE',
    'LT SPECIAL ASSIGN',
    '9161 - POLICE OFFICER',
    'PO AS DETECTIVE',
    'CAPTAIN',
  ],
  de: ['Polizeimeister', 'Polizeiobermeister', 'Polizeikommissar', 'Polizeihauptkommissar'],
  es: ['Policía', 'Oficial', 'Subinspector', 'Inspector'],
  it: ['Agente', 'Assistente', 'Sovrintendente', 'Ispettore'],
  nl: ['Agent', 'Hoofdagent', 'Brigadier', 'Inspecteur'],
};
const UNITS = ['CSP Villeneuve', 'BAC Nord', 'District 4', 'Roads Policing', 'Patrol Division', 'Training'];
const ADDRESS = {
  fr: (d) => `${d.int(1, 99)} rue des Tilleuls, 31000 Testville`,
  uk: (d) => `${d.int(1, 99)} Mill Lane, Testham`,
  us: (d) => `${d.int(1, 999)} Oak Street, Testburg, OH 44000`,
};

const surname = (p) => p.last.toUpperCase();
const column = (entity, make, header) => ({ entity, make, header });
const last = (header) => column('PERSON', surname, header);
const first = (header) => column('PERSON', (p) => p.first, header);
const rank = (header) => column('RANK', (p, d) => d.pick(RANKS[p.country]), header);
const mail = (header) => column('EMAIL_ADDRESS', (p, d) => email(d, p), header);
const tel = (header) => column('PHONE_NUMBER', (p, d) => phone(d, p.country), header);
const number = (entity, header, digits, prefix = '') =>
  column(entity, (_, d) => prefix + d.int(1, 9) + d.digits(digits - 1), header);
const born = (header, style) => column('DATE_OF_BIRTH', (p) => date(p.birth, style), header);
const unit = (header) => column('UNIT', (_, d) => d.pick(UNITS), header);
const free = (header, make) => column(undefined, make, header);

/** Shapes: name, country, columns. `top` are rows above the header; `header: false` leaves it out. */
const STAFF = [
  {
    name: 'permutations',
    country: 'fr',
    sep: ';',
    columns: [
      last('NOM'),
      first('Prénom'),
      rank('Grade'),
      unit('Affectation'),
      mail('Adresse mail'),
      tel('Tél. portable'),
    ],
  },
  {
    name: 'rh',
    country: 'fr',
    sep: ';',
    top: [['Effectif au 01/03/2019'], []],
    columns: [
      number('STAFF_NUMBER', 'Matricule', 7),
      column('PERSON', (p) => `${surname(p)} ${p.first}`, 'Nom et prénom'),
      rank('GRADE'),
      born('Né(e) le'),
      tel('Téléphone'),
    ],
  },
  {
    name: 'accents-lost',
    country: 'fr',
    sep: ';',
    columns: [
      free('Civilite', (_, d) => d.pick(['M.', 'Mme'])),
      last('NOM_FAMILLE'),
      first('PRENOM'),
      number('STAFF_NUMBER', 'RIO', 7),
      born('DDN'),
      column('ADDRESS', (_, d) => ADDRESS.fr(d), 'ADRESSE_PERSO'),
    ],
  },
  {
    name: 'two-lines',
    country: 'fr',
    sep: ';',
    top: [['Agent', '', '', 'Contact', '']],
    columns: [last('Nom'), first('Prénom'), rank('Grade'), mail('Courriel'), tel('Portable')],
  },
  {
    name: 'supplier',
    country: 'uk',
    sep: ',',
    columns: [
      number('PAY_NUMBER', 'Pay Number', 6, 'P'),
      rank('Rank'),
      last('Surname'),
      first('Forename(s)'),
      column('VETTING', (_, d) => d.pick(['NPPV3', 'MV', 'SC', 'CTC', 'RV']), 'Vetting Level'),
      number('STAFF_NUMBER', 'Warrant No', 6),
    ],
  },
  {
    name: 'foi',
    country: 'uk',
    sep: ',',
    columns: [
      column('PERSON', surname, 'Surname'),
      column('PERSON', (p) => `${p.initial}.`, 'Initials'),
      number('STAFF_NUMBER', 'Service Number', 5),
      rank('Rank/Grade'),
      free('Gender', (_, d) => d.pick(['M', 'F'])),
      unit('Department'),
    ],
  },
  {
    name: 'organogram',
    country: 'uk',
    sep: ',',
    columns: [
      column('PERSON', (p) => `${p.first} ${p.last}`, 'Name'),
      free('Team', (_, d) => d.pick(['North', 'South'])),
      tel('Contact Phone'),
      mail('Contact E-mail'),
    ],
  },
  {
    name: 'chicago',
    country: 'us',
    sep: ',',
    columns: [
      last('LAST_NME'),
      first('FIRST_NME'),
      column('PERSON', (p) => p.initial, 'MIDDLE_INITIAL'),
      rank('RANK'),
      number('BADGE_NUMBER', 'STAR_NO', 5),
      free('RACE', (_, d) => d.pick(['BLACK', 'WHITE', 'HISPANIC'])),
      free('APPOINTED_DATE', (_, d) => `${d.int(1990, 2018)}-0${d.int(1, 9)}-1${d.int(0, 9)}`),
    ],
  },
  {
    name: 'tax',
    country: 'us',
    sep: ',',
    columns: [
      number('STAFF_NUMBER', 'Tax ID', 6),
      column('PERSON', (p) => `${surname(p)}, ${p.first} ${p.initial}`, 'Name'),
      rank('Title'),
      free('Command', (_, d) => `${pad(d.int(1, 120), 3)} PCT`),
      number('BADGE_NUMBER', 'Shield No', 5),
    ],
  },
  {
    name: 'workday',
    country: 'us',
    sep: ',',
    columns: [
      column('PERSON', (p) => `${p.first} ${p.last}`, 'Worker'),
      rank('Job Title'),
      column('SALARY', (_, d) => `$${d.int(40, 120)},${d.digits(3)}.00`, 'Annual Salary'),
      free('Hire Date', (_, d) => `0${d.int(1, 9)}/1${d.int(0, 9)}/${d.int(1995, 2019)}`),
    ],
  },
  {
    name: 'netsential',
    country: 'us',
    sep: ',',
    columns: [
      first('FirstName'),
      last('LastName'),
      rank('PositionTitleRank'),
      mail('EmailAddress'),
      tel('MobilePhone'),
      born('DateOfBirth', 'us'),
      column(
        'PERSON',
        (_, d) => {
          const s = person(d, 'us');
          return `${s.first} ${s.last}`;
        },
        'SupervisorName',
      ),
    ],
  },
  {
    name: 'no-header',
    country: 'us',
    sep: ',',
    header: false,
    columns: [last(''), first(''), rank(''), mail('')],
  },
  {
    name: 'deutsch',
    country: 'de',
    sep: ';',
    columns: [
      last('Nachname'),
      first('Vorname'),
      rank('Dienstgrad'),
      number('STAFF_NUMBER', 'Personalnummer', 7),
      mail('E-Mail'),
    ],
  },
  {
    name: 'espanol',
    country: 'es',
    sep: ';',
    columns: [
      last('Apellidos'),
      first('Nombre'),
      rank('Empleo'),
      mail('Correo electrónico'),
      born('Fecha de nacimiento'),
    ],
  },
  {
    name: 'italiano',
    country: 'it',
    sep: ';',
    columns: [
      last('Cognome'),
      first('Nome'),
      rank('Qualifica'),
      born('Data di nascita'),
      number('STAFF_NUMBER', 'Matricola', 6),
    ],
  },
  {
    name: 'nederlands',
    country: 'nl',
    sep: ';',
    columns: [
      last('Achternaam'),
      first('Voornaam'),
      rank('Rang'),
      number('STAFF_NUMBER', 'Personeelsnummer', 6),
      mail('E-mailadres'),
    ],
  },
];
const PLACEHOLDERS = ['', 'N/A', '-', 'REDACTED', 'unknown'];

const LOOKALIKES = [
  {
    name: 'products',
    header: ['rank', 'product name', 'grade', 'price'],
    row: (d, i) => [
      i,
      d.pick(['Hex bolt', 'Victoria sponge', 'Jasmine tea']),
      d.pick(['A2', 'A4']),
      `${d.int(1, 99)}.99`,
    ],
  },
  {
    name: 'league',
    header: ['Rank', 'Team', 'Played', 'Points', 'Star player rating'],
    row: (d, i) => [
      i,
      d.pick(['Harbour AC', 'Red Lions', 'Northside']),
      d.int(1, 38),
      d.int(0, 99),
      d.int(1, 5),
    ],
  },
  {
    name: 'settings',
    header: ['FormName', 'HideFirstName', 'EmailDomainsNotAllowed', 'PhoneField', 'PasswordResetSubject'],
    row: (d, i) => [`Form ${i}`, d.int(0, 1), '0', 'Phone', 'Reset'],
  },
  {
    name: 'places',
    header: ['Name', 'Country', 'Population', 'Postal code'],
    row: (d, i) => [
      d.pick(['Saint-Martin', 'Victoria', 'Georgetown', 'Santa Maria']),
      d.pick(['FR', 'CA']),
      d.int(100, 99999),
      10000 + i,
    ],
  },
  {
    name: 'orders',
    header: ['Order No', 'Serial number', 'Service code', 'Ship date', 'Batch'],
    row: (d, i) => [
      202300000 + i,
      d.digits(12),
      d.pick(['PC', 'DS', 'SC']),
      `2023-0${d.int(1, 9)}-1${d.int(0, 9)}`,
      d.digits(7),
    ],
  },
  {
    name: 'maintainers',
    header: ['Package', 'Version', 'Maintainer', 'Email'],
    row: (d, i) => {
      const p = person(d, 'uk');
      return [`lib-${d.hex(4)}`, `1.${i}`, `${p.first} ${p.last}`, email(d, p)];
    },
    // Persons are named in it, though it is no list of them.
    people: true,
  },
  {
    name: 'figures',
    header: ['Name', 'Born', 'Died', 'Occupation', 'Nationality'],
    row: (d) => {
      const p = person(d, 'uk');
      return [
        `${p.first} ${p.last}`,
        d.int(1600, 1850),
        d.int(1700, 1920),
        d.pick(['painter', 'king']),
        'French',
      ];
    },
    // Persons are named in it, though it is no list of them.
    people: true,
  },
  {
    name: 'packages',
    header: ['name', 'version', 'author', 'license'],
    row: (d, i) => [
      `lib-${d.hex(4)}`,
      `${d.int(0, 9)}.${d.int(0, 99)}.${i}`,
      d.pick(['core team', 'contributors']),
      'MIT',
    ],
  },
];

function cell(value, sep) {
  const text = String(value);
  return text.includes(sep) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}

export function staffTables(seed) {
  return STAFF.map((shape, i) => staffTable(shape, new Draw(seed + i)));
}

function staffTable(shape, draw) {
  const rows = [...(shape.top ?? [])];
  if (shape.header !== false) rows.push(shape.columns.map(({ header }) => header));
  const cells = [];
  for (let i = 0; i < 60; i++) {
    const p = person(draw, shape.country);
    const values = shape.columns.map(({ entity, make }, c) => {
      const isGap = entity !== undefined && entity !== 'PERSON' && draw.chance(0.06);
      const value = isGap ? draw.pick(PLACEHOLDERS) : make(p, draw);
      if (entity !== undefined && !isGap) cells.push({ entity, row: rows.length + 1, column: c });
      return value;
    });
    rows.push(values);
  }
  const text = rows.map((row) => row.map((value) => cell(value, shape.sep)).join(shape.sep)).join('\n');
  return { file: `tables/${shape.name}.csv`, text: `${text}\n`, cells, roster: true };
}

export function lookalikeTables(seed) {
  return LOOKALIKES.map(({ name, header, row, people }, i) => {
    const draw = new Draw(seed + 100 + i);
    const rows = [header, ...Array.from({ length: 60 }, (_, n) => row(draw, n + 1))];
    return {
      file: `tables/not-${name}.csv`,
      text: `${rows.map((r) => r.map((v) => cell(v, ',')).join(',')).join('\n')}\n`,
      cells: people ? undefined : [],
      roster: false,
    };
  });
}
