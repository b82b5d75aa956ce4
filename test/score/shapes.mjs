// Staff lists in the shapes that institutions publish them in: payrolls, police rosters, replies to requests for
// information, French HR extracts. One line a column: header | entity (or -) | values. Out: as tables.mjs.
import { Draw, pad } from '../../fixtures/make/random.mjs';
import { date, email, person, phone } from './people.mjs';

const list = (text) => text.split(',').map((value) => value.trim());
/** What a column may hold, by name; anything else in the third place is a list of values. */
const KINDS = {
  LAST: (p) => p.last.toUpperCase(),
  Last: (p) => p.last,
  last: (p) => p.last.toLowerCase(),
  FIRST: (p) => p.first.toUpperCase(),
  First: (p) => p.first,
  first: (p) => p.first.toLowerCase(),
  initial: (p) => p.initial,
  'LAST, FIRST M': (p) => `${p.last.toUpperCase()}, ${p.first.toUpperCase()} ${p.initial}`,
  'Last, First': (p) => `${p.last}, ${p.first}`,
  'First M. Last': (p) => `${p.first} ${p.initial}. ${p.last}`,
  'First Last': (p) => `${p.first} ${p.last}`,
  'First Last (n)': (p, d) => `${p.first} ${p.last} (${d.int(1, 9)}${d.digits(5)})`,
  'LAST First': (p) => `${p.last.toUpperCase()} ${p.first}`,
  'PC n Last': (p, d) => `PC ${d.int(1, 9)}${d.digits(3)} ${p.last}`,
  money: (_, d) => `$${d.int(28, 150)},${d.digits(3)}.${d.digits(2)}`,
  date: (_, d) => `${pad(d.int(1, 12))}/${pad(d.int(1, 28))}/${d.int(1988, 2021)}`,
  born: (p) => date(p.birth, 'eu'),
  mail: (p, d) => email(d, p),
  phone: (p, d) => phone(d, p.country),
  n3: (_, d) => d.int(1, 9) + d.digits(2),
  n4: (_, d) => d.int(1, 9) + d.digits(3),
  n5: (_, d) => d.int(1, 9) + d.digits(4),
  n6: (_, d) => d.int(1, 9) + d.digits(5),
  n7: (_, d) => d.int(1, 9) + d.digits(6),
  A000: (_, d) => d.pick([...'ABCDEFGH']) + d.digits(3),
  n4P: (_, d) => `${d.int(1, 9)}${d.digits(3)}P`,
};

const SHAPES = `
payroll us
Name | PERSON | LAST, FIRST M
Job Titles | RANK | POLICE OFFICER,FIREFIGHTER-EMT,LIBRARIAN I,ACCOUNTANT II,SERGEANT,CLERK III,STAFF ASST
Department | - | POLICE,FIRE,LIBRARY
Annual Salary | SALARY | money

citywide us
Fiscal Year | - | 2019
Payroll Number | - | 56
Last Name | PERSON | LAST
First Name | PERSON | FIRST
Mid Init | PERSON | initial
Title Description | RANK | POLICE OFFICER,SCHOOL SAFETY AGENT,P.O. DA DET GR3,TRAFFIC ENFORCEMENT AGENT
Base Salary | SALARY | money

roster us
LAST_NME | PERSON | LAST
FIRST_NME | PERSON | FIRST
YEAR_OF_BIRTH | - | 1970,1981
EMPLOYEE_POSITION_CD | RANK | POLICE OFFICER,SERGEANT,LIEUTENANT,PO AS DETECTIVE
STAR1 | BADGE_NUMBER | n5

sequence us
agency | - | TPD
name | PERSON | Last, First
job title | RANK | Police Officer,Police Sergeant,Forensic Scientist II,Police Officer Trainee
Sequence Number | STAFF_NUMBER | A000
hire date | - | date

org us
Employee ID | STAFF_NUMBER | n6
Employee Name | PERSON | Last, First
Job | RANK | Police Officer,Data Entry Operator III,Police Corporal
Org Unit | - | Precinct 1,Precinct 8

workday us
Worker | PERSON | First Last (n)
Job Profile | RANK | Police Officer First Class,Police Corporal,Police Sergeant
Hire Date | - | date

serial us
Serial No. | STAFF_NUMBER | n5
Name | PERSON | LAST, FIRST M
Class Title | RANK | POLICE OFFICER II,SERGEANT I,DETECTIVE III

person-name us
PERSON NAME | PERSON | Last, First
SERIAL # | STAFF_NUMBER | n4P
RANK | RANK | Officer,Sergeant,Lieutenant
HIRE DATE | - | date

certificate us
DPSST | STAFF_NUMBER | n5
Officer | PERSON | Last, First
Rank | RANK | Officer,Sergeant,Criminalist

deputies us
Badge # | BADGE_NUMBER | n3
Rank | RANK | DEPUTY,SGT,CPL,LT,CAPT
Deputy | PERSON | LAST, FIRST M
Shift | - | DAYS,NIGHTS

attendance us
Class | - | Firearms 101
Attendee | PERSON | First M. Last
PID | STAFF_NUMBER | n6
Score | - | 70,85,99
Rank | RANK | Ofc,Sgt,Lt,Tpr

lower us
last_name | PERSON | last
first_name | PERSON | first
rank_desc | RANK | police officer,sergeant,police recruit
badge_no | BADGE_NUMBER | n4

stations uk
Collar No | STAFF_NUMBER | n4
Rank | RANK | PC,PS,Insp,T/DI,A/CI,DC
Forename | PERSON | First
Surname | PERSON | Last
LPU | UNIT | North,Central,West

numbered uk
Officer | PERSON | PC n Last
Team | - | A,B,C
Posted | - | date
BCU | UNIT | North,Central

posts uk
Post Unique Reference | - | n6
Name | PERSON | First Last
Job Title | RANK | Deputy Director,Director of Finance,Head of Legal,Chief Operating Officer
Contact Phone | PHONE_NUMBER | phone
Contact E-mail | EMAIL_ADDRESS | mail

holders uk
Post Holder | PERSON | First Last
Job Title | RANK | Chief Executive,Director of Place,Monitoring Officer
Salary Band | - | A,B

usage fr
Civilité | - | M,MME
Nom d'usage | PERSON | LAST
Nom de famille | PERSON | LAST
Prénom | PERSON | First
Matricule | STAFF_NUMBER | n6
Corps | - | Corps de commandement,Corps des attachés
Grade | RANK | Gardien de la paix,Brigadier-chef,Secrétaire administratif
Affectation | UNIT | CSP Testville,DDSP 69
Indice | - | 340,455

short fr
PRENOM | PERSON | First
NOM | PERSON | LAST
MAT. | STAFF_NUMBER | n6
GRADE | RANK | GPX,BC,MAJ,CNE

gendarmes fr
Grade | RANK | GND,MDL,MDC,ADJ,CNE
Nom Prénom | PERSON | LAST First
NIGEND | STAFF_NUMBER | n6

elected fr
Nom de l'élu | PERSON | Last
Prénom de l'élu | PERSON | First
Date de naissance | DATE_OF_BIRTH | born
Libellé de la fonction | RANK | Maire,1er adjoint au Maire,Conseiller délégué

amtsbez de
Name | PERSON | Last
Vorname | PERSON | First
Amtsbez. | RANK | PM,POM,PHM,PK,POK
Pers.-Nr. | STAFF_NUMBER | n6

categoria es
Apellidos y nombre | PERSON | Last, First
Categoría | RANK | Policía,Oficial,Subinspector
Fecha de ingreso | - | date

grado it
Cognome e Nome | PERSON | LAST First
Grado | RANK | App. Sc.,Mar. Ca.,Brig.,Lgt.
Matr. | STAFF_NUMBER | n6

functie nl
Naam | PERSON | Last, First
Functie | RANK | Agent,Hoofdagent,Brigadier
Dienstnummer | STAFF_NUMBER | n6
`;

function parse(block) {
  const [head, ...lines] = block.trim().split('\n');
  const [name, country] = head.split(' ');
  const columns = lines.map((line) => {
    const [header, entity, values] = line.split(' | ');
    const make = KINDS[values] ?? ((_, draw) => draw.pick(list(values)));
    return { header, entity: entity === '-' ? undefined : entity, make };
  });
  return { name, country, columns };
}

const quoted = (value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value));

/** Sixty rows of each shape; one cell in twenty of those that are no names is a placeholder. */
export function shapedTables(seed) {
  return SHAPES.trim()
    .split('\n\n')
    .map((block, i) => shapedTable(parse(block), new Draw(seed + 500 + i)));
}

function shapedTable({ name, country, columns }, draw) {
  const rows = [columns.map(({ header }) => header)];
  const cells = [];
  for (let row = 2; row <= 61; row++) {
    const who = person(draw, country);
    const values = columns.map(({ entity, make }, column) => {
      const isGap = entity !== undefined && entity !== 'PERSON' && draw.chance(0.05);
      if (entity !== undefined && !isGap) cells.push({ entity, row, column });
      return isGap ? draw.pick(['', 'N/A', '-']) : String(make(who, draw));
    });
    rows.push(values);
  }
  const text = `${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`;
  return { file: `tables/shape-${name}.csv`, text, cells, roster: true };
}
