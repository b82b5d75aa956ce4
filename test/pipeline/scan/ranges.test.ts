/** A huge content that is cut into ranges gives what one pass over it gives, wherever it is cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Scanned, scanCut } from './scan-ranges.js';

const WHOLE = Number.POSITIVE_INFINITY;
const NAMES = ['Anne', 'Tarn', "O'Brien", 'Zoë', 'Żaneta', 'von der Mark', '', 'D\u00e9sir\u00e9e'];

/** Bytes of a kind of dump, with hostile shapes strewn in. */
type Kind = { readonly name: string; readonly text: fc.Arbitrary<string> };

const person = fc.record({
  id: fc.nat(99_999),
  first: fc.constantFrom(...NAMES),
  last: fc.constantFrom(...NAMES),
  mail: fc.nat(5000).map((n) => `agent-${n}@interieur.gouv.fr`),
  note: fc.constantFrom(
    '',
    'a, b',
    "it''s",
    'x\\ty',
    'line\nbreak',
    ');',
    '--',
    '/*',
    'From here 10:30',
    '{"a":1}',
  ),
});
type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;
const people = (least: number) => fc.array(person, { minLength: least, maxLength: least + 400 });
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const tuple = (p: Person) => `(${p.id},${quoted(p.first)},${quoted(p.last)},'${p.mail}',${quoted(p.note)})`;
const escapeCopy = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
const copyLine = (p: Person) =>
  [`${p.id}`, p.first, p.last, p.mail, p.note || '\\N']
    .map((c) => (c === '\\N' ? c : escapeCopy(c)))
    .join('\t');
const COLUMNS = 'id, prenom, nom, mail, note';
const CREATE = (table: string) =>
  `CREATE TABLE ${table} (id int PRIMARY KEY, prenom varchar(40), nom varchar(40), mail varchar(80), note text);\n`;

/** One statement group of a dump, as one tool or another writes it. */
const group = fc
  .tuple(people(150), fc.constantFrom('agents', 'people', 'mails'), fc.nat(5))
  .map(([rows, table, form]) => {
    const tuples = rows.map(tuple);
    switch (form) {
      case 0:
        return `${tuples.map((t) => `INSERT INTO ${table} (${COLUMNS}) VALUES ${t};`).join('\n')}\n`;
      case 1:
        return `INSERT INTO ${table} VALUES ${tuples.join(',')};\n`;
      case 2:
        return `INSERT INTO ${table} (${COLUMNS}) VALUES\n${tuples.join(',\n')};\n\n`;
      case 3:
        return `COPY ${table} (${COLUMNS}) FROM stdin;\n${rows.map(copyLine).join('\n')}\n\\.\n\n`;
      case 4:
        return `-- contact: agent-1@police.uk\n/* and\n more */\n${tuples.map((t) => `INSERT INTO ${table} VALUES ${t};`).join('\n-- x\n')}\n`;
      default:
        return `UPDATE ${table} SET mail = 'agent-9@police.uk' WHERE id = 1;\nINSERT INTO ${table} VALUES\n${tuples.join('\n,')};INSERT INTO other VALUES (1,'agent-7@police.uk');\n`;
    }
  });

const sqlText = fc
  .tuple(fc.subarray(['agents', 'people']), fc.array(group, { minLength: 1, maxLength: 4 }))
  .map(
    ([created, groups]) =>
      `-- PostgreSQL database dump\n${created.map(CREATE).join('')}${groups.join('')}-- end\n`,
  );

const jsonLine = person.map((p) =>
  JSON.stringify(p.id % 97 === 0 ? { ...p, [`extra${p.id % 3}`]: p.mail } : p),
);
const nested = person.map((p) =>
  JSON.stringify({ ...p, list: Array.from({ length: 12 }, (_, i) => ({ n: i, mail: p.mail })) }),
);
const jsonText = fc
  .array(
    fc.oneof(
      { weight: 400, arbitrary: jsonLine },
      { weight: 1, arbitrary: fc.constantFrom('', 'null', '{"id": 1, "broken', '{"id": 2}, {"id": 3}') },
      { weight: 1, arbitrary: nested },
    ),
    { minLength: 300, maxLength: 700 },
  )
  .map((lines) => `{"id":0,"mail":"agent-0@police.uk"}\n${lines.join('\n')}\n`);

const message = fc
  .tuple(
    person,
    fc.constantFrom('From %s Mon Jan  1 10:00:00 2024', 'From %s', 'From - Tue, 2 Jan 2024 11:00:00'),
    fc.nat(3),
  )
  .map(([p, from, form]) => {
    const body = [
      '',
      `${p.note}\n`,
      `\n\nFrom ${p.mail} Mon Jan  1 10:00:00 2024 is quoted badly\n\n>From ${p.mail}\n`,
      'From \n',
    ][form];
    const head = `From: ${p.mail}\nTo: agent-2@police.uk\nSubject: ${p.note.replaceAll('\n', ' ')}\n`;
    return `${from.replace('%s', p.mail)}\n${form === 0 && p.id % 7 === 0 ? '' : head}\n${body}${'filler line\n'.repeat(p.id % 40)}\n`;
  });
const mboxText = fc
  .array(message, { minLength: 20, maxLength: 60 })
  .map(
    (messages) =>
      `From a@example.org Mon Jan  1 10:00:00 2024\nFrom: a@example.org\nSubject: first\n\nhello\n\n${messages.join('')}`,
  );

const csvText = people(300).map(
  (rows) =>
    `id;prenom;nom;mail;note\n${rows.map((p) => `${p.id};${p.first};${p.last};${p.mail};"${p.note.replaceAll('"', '""')}"`).join('\n')}\n`,
);

const KINDS: readonly Kind[] = [
  { name: 'dump.sql', text: sqlText },
  { name: 'dump.jsonl', text: jsonText },
  { name: 'mail.mbox', text: mboxText },
  { name: 'staff.csv', text: csvText },
];

test.each(KINDS)(
  '$name',
  async ({ text }) => {
    const { name } = KINDS.find((kind) => kind.text === text) as Kind;
    let most = 0;
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 500, max: 30_000 }), async (input, rangeBytes) => {
        const bytes = Buffer.from(input);
        const whole: Scanned = await scanCut(bytes, name, WHOLE);
        const cut = await scanCut(bytes, name, rangeBytes);
        most = Math.max(most, cut.ranges);
        // One line of two thousand says more than all of them.
        const at = whole.events.findIndex((event, i) => event !== cut.events[i]);
        expect(cut.events[at]).toEqual(whole.events[at]);
        expect(cut.events.length).toBe(whole.events.length);
        expect(cut.persons).toEqual(whole.persons);
      }),
      {
        numRuns: Number(process.env.LEAKSIFT_RUNS ?? 8),
        seed: Number(process.env.LEAKSIFT_SEED ?? 5),
        endOnFailure: true,
      },
    );
    expect(most, 'it was cut').toBeGreaterThan(2);
  },
  200_000,
);
