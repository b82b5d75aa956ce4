// Texts about officers and staff in the shapes that lists and mails have: templates (officers/*.txt) × ranks of all
// ladders × forms of names, drawn by a fixed seed. Of each language every second template is held out, with names
// that no gazetteer holds: nothing is tuned on it.
import { readFileSync } from 'node:fs';
import { Draw, pad } from '../../fixtures/make/random.mjs';

const FOLDER = new URL('./officers/', import.meta.url);
const words = (text) => text.trim().split(/\s*[,\n]\s*/);

const RANKS = {
  fr: {
    rank: words(
      'gardien de la paix, gardienne de la paix, brigadier, brigadier-chef, brigadière-chef, major, major de police, lieutenant de police, capitaine de police, commandant de police, commandant divisionnaire, commissaire de police, gendarme, maréchal des logis-chef, adjudant, adjudant-chef, adjudante, lieutenant-colonel, policier adjoint, gardien-brigadier, brigadier-chef principal, sous-brigadier, capitaine, commandant, lieutenant',
    ),
    abbr: words('GPX, BRC, MDC, ADC, ADJ, CNE, LTN, MDL/C, GND, CDT, MAJ'),
  },
  uk: {
    rank: words(
      'Police Constable, Detective Constable, Sergeant, Police Sergeant, Detective Sergeant, Inspector, Detective Inspector, Chief Inspector, Detective Chief Inspector, Superintendent, Chief Superintendent, Special Constable, Police Community Support Officer, Constable',
    ),
    abbr: words('PC, DC, PS, DS, DI, Sgt, Insp, PCSO, DCI'),
  },
  us: {
    rank: words(
      'Police Officer, Sergeant, Detective, Lieutenant, Captain, Corporal, Deputy, Deputy Sheriff, Trooper, Special Agent, Detective Sergeant, Patrol Officer',
    ),
    abbr: words('Ofc., Sgt., Det., Lt., Cpl., Capt.'),
  },
};

/** Given names that the gazetteers hold, and some that they do not. */
const FIRST = {
  tuned: {
    fr: words(
      'Solène, Véronique, Damien, Hervé, Lucie, Abdel, Jean-Marc, Aurélie, Kévin, Fatiha, Thibault, Nadia, Anne-Sophie, Mehdi, Gwenaëlle, Loïc, Yann, Ludivine, Cédric, Mounir',
    ),
    uk: words(
      'Leighton, Marcus, Imogen, Alasdair, Lorna, Yusuf, Rowan, Harriet, Gareth, Priya, Kenneth, Olwen, Craig, Shabnam, Duncan, Tracey, Oluwaseun, Megan, Stuart, Bethan',
    ),
    us: words(
      'Cassius, Brandon, Maribel, Tyrell, Courtney, Hank, Lakeisha, Rodrigo, Kendra, Travis, Nikolai, Shawn, Angelica, Dwight, Keisha, Wyatt, Lorenzo, Denise, Hoang, Carlos',
    ),
  },
  // Rare ones, used in every third tuned text.
  rare: {
    fr: words(
      'Ewilan, Tiphenn, Soazik, Briag, Aodren, Ombeline-Marie, Ghislemond, Floriot, Aymardine, Enogat',
    ),
    uk: words('Aneirwen, Corisande, Bryher, Tamblyn, Morvoren, Kestrelle, Jocunda, Elowyse, Perran, Gwydir'),
    us: words(
      'Markeith, Dashonda, Tavarious, Jaleesia, Braxley, Quintrell, Shaylynn, Ladarius, Kymbrel, Oakes',
    ),
  },
  // Made up or rare: officers.test.ts asserts that no gazetteer holds one of them.
  held: {
    fr: words(
      'Maëlynn, Ysoric, Tanaël, Orwenn, Klervia, Djélian, Eulamie, Fiorane, Gaubertin, Ilwenn, Nolwan, Sérénia, Thésée-Marie, Vaïlann, Zéphiran',
    ),
    uk: words(
      'Tavish-Lee, Ebonique, Kelwyn, Orlaith-May, Jorvik, Shanikwe, Brechan, Tegwyn, Padarn, Wrenna, Oisean, Merrin-Jo, Talwyn, Corwen, Ysbet',
    ),
    us: words(
      'Daquarius, Jaxtyn, Breshaun, Kaylynne, Travonte, Maxtin, Shandrika, Jorell, Lavonte, Bryndal, Tequila-Ann, Korbyn, Zandria, Deshay, Rayvon',
    ),
  },
};
const LAST = {
  fr: [
    'Kerd Ast Lecout Cast Mont Bench Garr Fouc Vasse Delb Quém Roch Thou Lagarr Pouss',
    'on i u au é ou a',
    'cuff er rier gnet eil ikh igue ault lin ard ener ois net mont ière',
  ],
  uk: [
    'Weth Tarl Fair Munr Bax Hath Say Gold Penh Black Thistle Cart Ors Wolv Ling',
    'er e or ing a en',
    'by ton clough oe dale sage worthy wood more ley stone combe ham wick field',
  ],
  us: [
    'Harg Lind Okaf Brann Cast Delg Vanz Marc Stov Hobb Kowal Treme Farn Bush Ortiv',
    'r a o e i u',
    've quist or igan illo ado andt usi all ins ski blay ham nell ez',
  ],
};
const UNITS = {
  fr: words(
    'commissariat de Trévannes, DIPN 33, DDSP 59, CRS 8, brigade de recherches de Lunel, DTPN 974, DGSI, BAC 75N',
  ),
  uk: words(
    'Roads Policing Unit, Major Investigation Team, Professional Standards Department, Criminal Investigation Department, Public Protection Unit, Tactical Support Group',
  ),
  us: words(
    "Riverton Police Department, Grant County Sheriff's Office, Oakdale Police Department, State Highway Patrol, Maple Valley Police Department",
  ),
};
const VETTING = {
  fr: words('Secret Défense, Très Secret, Confidentiel Défense'),
  uk: words('MV, RV, NPPV3'),
  us: words('Top Secret'),
};
const ADDRESS = {
  fr: (d) =>
    `${d.int(1, 99)} ${d.pick(['rue des Lilas', 'avenue de la Gare', 'impasse du Moulin', 'allée des Tilleuls'])}, ${d.pick(['33000 Bordeaux', '59100 Roubaix', '69003 Lyon'])}`,
  uk: (d) =>
    `${d.int(1, 99)} ${d.pick(['Sycamore Road', 'Corran Brae', 'Mill Rise', 'Abbey Mews'])}, ${d.pick(['Thornby', 'Oban'])}, ${d.pick(['NE4 7QP', 'PA34 5AL'])}`,
  us: (d) =>
    `${d.int(100, 9999)} ${d.pick(['Maple St', 'Birchwood Drive', 'N Elm Avenue'])}, ${d.pick(['Springfield, IL 62704', 'Dayton, OH 45402'])}`,
};
const PHONE = {
  fr: (d) => `06 39 98 ${pad(d.int(0, 99))} ${pad(d.int(0, 99))}`,
  uk: (d) => `07700 900${pad(d.int(0, 999), 3)}`,
  us: (d) => `(${d.pick(['202', '312', '415'])}) 555-01${pad(d.int(0, 99))}`,
};
const DOB = {
  fr: (b) => `${pad(b.d)}/${pad(b.m)}/${b.y}`,
  uk: (b) => `${pad(b.d)}/${pad(b.m)}/${b.y}`,
  us: (b) => `${pad(b.m)}/${pad(b.d)}/${b.y}`,
};
const SALARY = {
  fr: (d) => `${d.int(2, 3)} ${d.int(100, 999)},50 €`,
  uk: (d) => `£${d.int(31, 58)},${d.int(100, 999)}`,
  us: (d) => `$${d.int(61, 98)},${d.int(100, 999)}`,
};
const DIGITS = { fr: 7, uk: 4, us: 6 };

const upper = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();

function person(draw, country, names) {
  const first = draw.pick(FIRST[names][country]);
  const last = LAST[country].map((list) => draw.pick(list.split(' '))).join('');
  const num = draw.pick('123456789') + draw.digits(DIGITS[country] - 1);
  const ascii = (text) =>
    upper(text)
      .toLowerCase()
      .replace(/[^a-z]/g, '');
  const rank = draw.pick(RANKS[country].rank);
  const field = {
    first: ['PERSON', first],
    last: ['PERSON', last],
    LAST: ['PERSON', upper(last)],
    FIRST: ['PERSON', upper(first)],
    full: ['PERSON', `${first} ${last}`],
    FULL: ['PERSON', `${first} ${upper(last)}`],
    LASTFirst: ['PERSON', `${upper(last)} ${first}`],
    init: ['PERSON', `${first[0]}. ${last}`],
    rank: ['RANK', rank],
    RANK: ['RANK', upper(rank)],
    abbr: ['RANK', draw.pick(RANKS[country].abbr)],
    num: ['STAFF_NUMBER', num],
    badge: ['STAFF_NUMBER', String(draw.int(101, 9899))],
    div: ['', draw.pick(['GR', 'EK', 'N', 'XB'])],
    phone: ['PHONE_NUMBER', PHONE[country](draw)],
    email: ['EMAIL_ADDRESS', `${ascii(first)}.${ascii(last)}@example.org`],
    dob: ['DATE_OF_BIRTH', DOB[country](draw.birth())],
    addr: ['ADDRESS', ADDRESS[country](draw)],
    unit: ['UNIT', draw.pick(UNITS[country])],
    vet: ['VETTING', draw.pick(VETTING[country])],
    salary: ['SALARY', SALARY[country](draw)],
    pay: ['PAY_NUMBER', String(draw.int(10000, 99999))],
    nino: ['UK_NINO', `AA ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(2)} B`],
    ssn: ['US_SSN', `536-${draw.int(10, 98)}-${draw.int(1000, 8999)}`],
    iban: ['IBAN_CODE', 'FR76 3000 6000 0112 3456 7890 189'],
  };
  return field;
}

const FIELD = /\{(\d)\.(\w+)\}|\[([A-Z_]+)\|([^\]]+)\]/g;

/** One template, filled: the text, its spans, and how many persons it tells something of. */
function filled(template, { draw, country, names }) {
  const people = new Map();
  const spans = [];
  let text = '';
  let at = 0;
  const told = new Set();
  for (const m of template.matchAll(FIELD)) {
    text += template.slice(at, m.index);
    at = m.index + m[0].length;
    const [, n, name, literal, literalText] = m;
    if (n && !people.has(n)) people.set(n, person(draw, country, names));
    const [entity, value] = n ? people.get(n)[name] : [literal, literalText];
    if (!value) throw new Error(`no field ${name}`);
    const start = Buffer.byteLength(text);
    text += value;
    const last = spans.at(-1);
    const isJoined = entity === 'PERSON' && last?.n === n && last.entity === entity && start - last.end <= 2;
    if (name === 'div' || isJoined) last.end = Buffer.byteLength(text);
    else spans.push({ entity, start, end: Buffer.byteLength(text), n });
    const besideRank =
      /\][ \n]$/.test(template.slice(0, m.index)) || /^(?:,? \(?|\n)\[RANK/.test(template.slice(at));
    if (n && (entity !== 'PERSON' || besideRank)) told.add(n);
  }
  text += template.slice(at);
  return { text: `${text}\n`, spans, persons: told.size };
}

const KINDS = [
  'PERSON RANK STAFF_NUMBER BADGE_NUMBER PHONE_NUMBER EMAIL_ADDRESS DATE_OF_BIRTH ADDRESS UNIT VETTING SALARY PAY_NUMBER UK_NINO US_SSN IBAN_CODE',
][0].split(' ');

/** Filled texts of all languages: `variants` of each template. */
export function officerTexts(seed, variants = 3) {
  return ['fr', 'uk', 'us'].flatMap((country, c) => {
    const templates = readFileSync(new URL(`${country}.txt`, FOLDER), 'utf8')
      .replace(/^#.*\n/gm, '')
      .trim()
      .split(/\n\n+/);
    return templates.flatMap((template, i) =>
      Array.from({ length: variants }, (_, v) => {
        const half = i % 2 === 0 ? 'tuned' : 'held';
        const draw = new Draw(seed + c * 10_000 + i * 10 + v);
        const names = half === 'tuned' && v % 3 === 2 ? 'rare' : half;
        const made = filled(template, { draw, country, names });
        return {
          file: `officers/${country}-${half}-${pad(i)}-${v}.txt`,
          set: `officers ${country} ${half}`,
          only: KINDS,
          ...made,
        };
      }),
    );
  });
}

export const heldNames = () => Object.values(FIRST.held).flat();
