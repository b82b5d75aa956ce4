// Identifiers with checksums, right ones and ones with a digit changed, and the sentences and labels they stand
// in. Issuers and places are those that nobody has (department 99, bank 99990), so that no number is anyone's.
import { Draw, pad } from '../../fixtures/make/random.mjs';
import { date, email, person, phone } from './people.mjs';

const mod97 = (digits) => [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0);

function nir(draw) {
  const body = `${draw.int(1, 2)}${pad(draw.int(40, 99))}${pad(draw.int(1, 12))}99${pad(draw.int(900, 989), 3)}${pad(draw.int(1, 999), 3)}`;
  return body + pad(97 - mod97(body));
}
function iban(draw, country) {
  const bban =
    country === 'FR'
      ? `99990${draw.digits(5)}${draw.digits(11)}${draw.digits(2)}`
      : `37040044${draw.digits(10)}`;
  const letters = [...country].map((c) => c.charCodeAt(0) - 55).join('');
  return `${country}${pad(98 - mod97(`${bban}${letters}00`))}${bban}`;
}
function nino(draw) {
  const letters = 'ABCEGHJKLMNPRSTWXYZ';
  return `${draw.pick([...'CEHJLMRSWXY'])}${draw.pick([...letters].filter((l) => !'O'.includes(l)))}${draw.digits(6)}${draw.pick([...'ABCD'])}`.replace(
    /^(?:BG|GB|KN|NK|NT|TN|ZZ)/,
    'CE',
  );
}
function card(draw) {
  const body = `400000${draw.digits(9)}`;
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

function grouped(text, sizes) {
  const groups = [];
  let at = 0;
  for (const size of sizes) {
    groups.push(text.slice(at, at + size));
    at += size;
  }
  return groups.join(' ').trim();
}
/** Changes one digit, never into itself. */
function broken(draw, text, at) {
  const digit = (Number(text[at]) + draw.int(1, 8)) % 10;
  return text.slice(0, at) + digit + text.slice(at + 1);
}

/** [entity, maker, position of a digit to break, lines around it]. */
const CHECKED = [
  [
    'FR_NIR',
    (d) => (d.chance(0.5) ? grouped(nir(d), [1, 2, 2, 2, 3, 3, 2]) : nir(d)),
    -1,
    ['N° de sécurité sociale : #', 'NIR # (assuré)', 'Numéro de sécurité sociale de l’agent : #.'],
  ],
  [
    'IBAN_CODE',
    (d) => grouped(iban(d, d.pick(['FR', 'DE'])), [4, 4, 4, 4, 4, 4, 4]),
    -1,
    ['IBAN : #', 'Virement sur le compte # ce jour', 'Please pay to # by Friday'],
  ],
  [
    'UK_NINO',
    (d) => (d.chance(0.5) ? grouped(nino(d), [2, 2, 2, 2, 1]) : nino(d)),
    undefined,
    ['NI number: #', 'National Insurance No # on file', 'NINO # was quoted'],
  ],
  [
    'CREDIT_CARD',
    (d) => grouped(card(d), [4, 4, 4, 4]),
    -1,
    ['Card number #', 'Carte bancaire n° #', 'paid with card # yesterday'],
  ],
];
/** Numbers without a checksum: label and digits, and sentences where the same digits mean nothing. */
const LABELLED = [
  [
    'STAFF_NUMBER',
    (d) => d.int(1, 9) + d.digits(6),
    ['Matricule : #', 'RIO n° # affecté à la brigade', "L'agent matricule # est absent"],
  ],
  [
    'STAFF_NUMBER',
    (d) => d.int(1, 9) + d.digits(5),
    ['Warrant number: #', 'Collar number # attended', 'Force number # on leave', 'Employee ID # resigned'],
  ],
  [
    'BADGE_NUMBER',
    (d) => d.int(1, 9) + d.digits(3),
    ['Badge No. # signed the report', 'Shield # responded', 'Officer badge number: #'],
  ],
  [
    'PAY_NUMBER',
    (d) => d.int(1, 9) + d.digits(6),
    ['Pay number: #', 'Payroll no. # was updated', 'Numéro de paie : #'],
  ],
];
const NOTHING = [
  'Order # shipped on Monday',
  'version 1.2.#',
  'Facture n° # du mois',
  'commit #abc landed',
  'ticket # closed',
  'The warrant was issued at #',
  'He wore the badge of honour in 1998',
  'RIO 2016 était une fête',
  'Build # passed in 12 s',
  'serial # of the printer',
  'Room #, second floor',
  'timestamp=# level=info',
];

/** Text files with the byte span of everything that must be found. */
export function numberTexts(seed) {
  const draw = new Draw(seed);
  const files = [
    ...CHECKED.map((set, i) => checkedFile(new Draw(seed + i), set)),
    labelledFile(draw),
    contactFile(draw),
  ];
  return files;
}

class Lines {
  text = '';
  spans = [];
  add(template, value, entity) {
    const [before, after = ''] = template.split('#');
    const start = Buffer.byteLength(this.text + before);
    this.text += `${before}${value}${after}\n`;
    if (entity) this.spans.push({ entity, start, end: start + Buffer.byteLength(value) });
  }
}

function checkedFile(draw, [entity, make, position, templates]) {
  const lines = new Lines();
  for (let i = 0; i < 80; i++) {
    const value = make(draw);
    lines.add(draw.pick(templates), value, entity);
    if (position === undefined) continue;
    const digits = [...value].flatMap((c, at) => (/\d/.test(c) ? at : []));
    lines.add(draw.pick(templates), broken(draw, value, digits.at(position)));
  }
  return { file: `text/${entity.toLowerCase()}.txt`, text: lines.text, spans: lines.spans, only: [entity] };
}

function labelledFile(draw) {
  const lines = new Lines();
  for (let i = 0; i < 60; i++) {
    for (const [entity, make, templates] of LABELLED)
      lines.add(draw.pick(templates), String(make(draw)), entity);
    lines.add(draw.pick(NOTHING), String(draw.int(1, 9) + draw.digits(6)));
  }
  return {
    file: 'text/staff-numbers.txt',
    text: lines.text,
    spans: lines.spans,
    only: ['STAFF_NUMBER', 'BADGE_NUMBER', 'PAY_NUMBER'],
  };
}

function contactFile(draw) {
  const lines = new Lines();
  for (let i = 0; i < 120; i++) {
    const p = person(draw, draw.pick(['fr', 'uk', 'us']));
    lines.add(
      draw.pick(['write to # today', 'Courriel : #', 'cc # on this']),
      email(draw, p),
      'EMAIL_ADDRESS',
    );
    lines.add(draw.pick(['call # now', 'Tél. : #', 'Mobile #']), phone(draw, p.country), 'PHONE_NUMBER');
    lines.add(draw.pick(['DOB: #', 'né le #', 'Date of birth #']), date(p.birth), 'DATE_OF_BIRTH');
    lines.add(draw.pick(['ping # ms', 'user@#', 'ratio # : 3', 'ISBN # 2', '@handle#']), draw.digits(5));
  }
  return {
    file: 'text/contact.txt',
    text: lines.text,
    spans: lines.spans,
    only: ['EMAIL_ADDRESS', 'PHONE_NUMBER', 'DATE_OF_BIRTH'],
  };
}
