/**
 * Values planted in contents, contexts, names of files, members and sheets and in headers stand in no output of any
 * command, and names that hold control characters act on no terminal. The values are drawn by a seed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildZip } from '../extractors/archives/zip-builder.js';
import { data, workbook } from '../extractors/sheets/workbook-builder.js';
import { leaksift, only, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const SEED = 20_261_201;

/** One invented person; every value is long enough not to stand anywhere by chance. */
const person = fc
  .record({
    first: fc.constantFrom('Hélène', 'Julien', 'Nadia', 'Thomas', 'Margaret', 'Wolfgang'),
    last: fc.stringMatching(/^[BDKLMPRTV][aeiou][bdklmnrt][aeiou](?:ck|ld|nt|rx)[aeiou][nrtx]$/),
    digits: fc.stringMatching(/^[1-9]\d{3}$/),
    staff: fc.stringMatching(/^7[1-9]{2}[0-9]{4}$/),
    password: fc.constantFrom('Police!Officer', 'Secret.Police', 'Officer#99x', 'Grade@Service'),
    tail: fc.stringMatching(/^[A-Z][a-z]{3}\d{2}$/),
  })
  .map(({ first, last, digits, staff, password, tail }) => ({
    name: `${first} ${last}`,
    mail: `${last.toLowerCase()}.${digits}@agence.example.org`,
    phone: `063998${digits}`,
    staff,
    password: `${password}${tail}`,
  }));

type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;
const people = fc.sample(
  fc.uniqueArray(person, { minLength: 40, maxLength: 40, selector: ({ staff }) => staff }),
  {
    numRuns: 1,
    seed: SEED,
  },
)[0] as Person[];
/** Values in names that only contents tell to be such: a forecast reads none. */
let bare: string[] = [];
let next = 0;
const one = (): Person => people[next++ % people.length] as Person;

/** Sequences that redraw a screen, hide what follows, or reorder it. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp.\u2028';
const ACTS = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

function plant(): void {
  const rows = Array.from({ length: 8 }, one);
  const csv = (who: readonly Person[]) =>
    [
      'name,email,telephone,staff number,password,answer',
      ...who.map((p) => [p.name, p.mail, p.phone, p.staff, p.password, p.name].join(',')),
    ].join('\n');
  put('dump/staff.csv', csv(rows));
  const [a, b, c, d, e, f, g, h] = [one(), one(), one(), one(), one(), one(), one(), one()];
  bare = [a.staff, b.name.split(' ')[1] as string];
  put(`dump/${a.staff}.csv`, csv([a, b]));
  put(
    `dump/${b.name.split(' ')[1]}.txt`,
    `Password: ${b.password}\nNom : ${b.name}, portable ${b.phone}, ${b.mail}\n`,
  );
  put(`dump/${c.name}/${c.mail}.txt`, `Contact : ${d.name}, tél. ${d.phone}\n`);
  put(`dump/${c.name}/note_${d.phone}.bin`, Buffer.from([0, 1, 2, 3, 255, 254, 0, 9]));
  put(`dump/${d.name.replace(' ', '_')}-CV.pdf`, 'no pdf');
  const members = [e, f].map((p) => ({
    name: `${p.name}/${p.mail} ${p.phone}.txt`,
    data: `Mail ${p.mail}\n`,
  }));
  put(
    `dump/archive ${e.mail}.zip`,
    buildZip([...members, { name: `${HOSTILE}.txt`, data: `Mail ${f.mail}\n` }]),
  );
  const header = ['staff number', g.name, h.mail, 'telephone'];
  const sheet = data([header, ...rows.map((p) => [p.staff, 'x', 'y', p.phone])]);
  const escaped = HOSTILE.replace(/\p{Cc}/gu, '_');
  put(
    'dump/book.xlsx',
    Buffer.from(
      workbook([
        { name: `${g.name} ${g.phone}`, xml: sheet },
        {
          name: `${h.mail} ${escaped}`,
          xml: data([['name', `${escaped}mail`], ...rows.map((p) => [p.name, p.mail])]),
        },
      ]),
    ),
  );
  put(`dump/cut ${h.mail}.zip`, buildZip(members).subarray(0, 60));
}

const key = () => put('key', 'a key of at least sixteen bytes');
const planted = people.flatMap(({ name, mail, phone, staff, password }) => [
  ...[name, name.split(' ')[1] as string, mail, mail.split('@')[0] as string],
  ...[phone, phone.replace(/(..)(?!$)/g, '$1 '), staff, password],
]);

/** Planted values that stand in a text, whatever its case. */
function seen(text: string): string[] {
  const lower = text.toLowerCase();
  const hashes = /"(?:fingerprint|personFingerprint|recordId|packHash|keyCheck|version)":"[^"]*"/gi;
  const plain = lower.replace(hashes, '');
  return [...new Set(planted)].filter((value) => plain.includes(value.toLowerCase()));
}

const ALL = ['--log-level', 'debug', '--match-context', '60', '--confidence', 'low', '--no-progress'];

describe('values planted everywhere', () => {
  beforeAll(plant);

  const commands = (): [string, string[]][] => {
    const dump = join(work, 'dump');
    const run = (name: string) => join(work, name);
    const kept = ['--fingerprint-key-file', key(), ...ALL];
    return [
      ['scan', ['scan', dump, '-j', '2', ...ALL]],
      ['scan of core', ['scan', dump, '-j', '0', '--sort', ...ALL]],
      ['scan --run', ['scan', dump, '--run', run('run1'), ...kept]],
      ['scan --run again', ['scan', dump, '--run', run('run2'), ...kept]],
      ['scan --since-run', ['scan', dump, '--run', run('run3'), '--since-run', run('run1'), ...kept]],
      ['resume', ['resume', run('run1'), '--log-level', 'debug']],
      ['status', ['status', run('run1')]],
      ['verify', ['verify', run('run1')]],
      ['merge', ['merge', run('run1'), '--fingerprint-key-file', key()]],
      ['report', ['report', run('run1')]],
      ['diff', ['diff', run('run1'), run('run2'), '--same']],
      ['baseline', ['baseline', run('run1'), '--reason', 'x', '--owner', 'y', '--expires', '2099-01-01']],
      ['forecast', ['forecast', dump, '--calibrate', '0']],
      ['forecast --json', ['forecast', dump, '--calibrate', '0', '--json']],
      ['scan --mask-names', ['scan', dump, '--mask-names', ...ALL]],
    ];
  };

  test.each(commands().map(([name], i) => [name, i] as const))(
    '%s shows none',
    { timeout: 120_000 },
    async (_, i) => {
      const [, args] = commands()[i] as [string, string[]];
      const { stdout, stderr, status } = await leaksift(args, { cwd: work });
      expect([0, 1, 3, 4]).toContain(status);
      expect(stdout.length).toBeGreaterThan(10);
      expect(seen(stdout).filter((value) => args[0] !== 'forecast' || !bare.includes(value))).toEqual([]);
      expect(seen(stderr)).toEqual([]);
      expect(stdout).not.toMatch(ACTS);
      expect(stderr).not.toMatch(ACTS);
    },
  );

  test('nor do the outputs of a run', () => {
    for (const name of ['findings.jsonl', 'coverage.jsonl', 'summary.json', 'manifest.json']) {
      expect(seen(readFileSync(join(work, 'run1', name), 'utf8')), name).toEqual([]);
    }
  });

  test('those in names are findings', { timeout: 60_000 }, async () => {
    const run = await leaksift(['scan', join(work, 'dump'), '--show-values', '--no-progress']);
    const named = only(run, 'finding').filter(({ location }) => location.part === 'name');
    const kinds = new Set(named.map(({ entity }) => entity));
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['EMAIL_ADDRESS', 'PERSON', 'PHONE_NUMBER']));
    expect(named.some(({ location }) => location.sheet !== undefined)).toBe(true);
    expect(named.some(({ path }) => path !== undefined)).toBe(true);
    // The folder is told once, with its first file.
    const folders = named.filter(({ value, path, uri }) => !path && uri.includes(`/${value}/`));
    expect(folders.length).toBe(1);
  });

  test('--mask-names shows no name, and the same pseudonym for the same name under one key', {
    timeout: 60_000,
  }, async () => {
    const scan = () =>
      leaksift(
        [
          'scan',
          'dump',
          '--mask-names',
          '--no-progress',
          '--sort',
          '-j',
          '0',
          '--fingerprint-key-file',
          key(),
        ],
        { cwd: work },
      );
    const [first, second] = [await scan(), await scan()];
    expect(first.stdout).toBe(second.stdout);
    const names = ['staff', 'book', 'dump', 'archive', 'note', 'owned'];
    for (const event of first.events) {
      const { uri = '', path = '' } = event as { uri?: string; path?: string };
      expect(names.filter((name) => `${uri} ${path}`.includes(name))).toEqual([]);
    }
    expect(only(first, 'finding').some(({ uri }) => uri.endsWith('.csv'))).toBe(true);
  });
});
