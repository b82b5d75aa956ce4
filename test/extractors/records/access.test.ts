import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeaksiftError } from '../../../src/core/errors.js';
import { access } from '../../../src/extractors/records/access.js';
import { allText, type Collected, collect } from '../collect.js';
import { isMissing } from '../other-reader.js';
import { buildJet, type JetTable } from './jet-builder.js';

const MEMO = `${'a memo on one page, '.repeat(60)}01 99 00 12 34`;
const LONG = `${'a memo over several pages, é '.repeat(900)}06 39 98 99 99`;
const STAFF: JetTable = {
  name: 'Staff',
  columns: [
    ['Number', 'long'],
    ['Surname', 'text'],
    ['Active', 'boolean'],
    ['Small', 'byte'],
    ['Short', 'int'],
    ['Pay', 'money'],
    ['Rate', 'double'],
    ['Born', 'date'],
    ['Note', 'memo'],
    ['Phone', 'text'],
  ],
  rows: [
    [1, 'Dupont', true, 7, -12, 2100.5, 0.25, new Date('1985-07-17'), 'short memo', '06 39 98 12 34'],
    [2, 'Élodie', false, 255, 300, -1.2345, -3, new Date('1999-12-31T23:59:00Z'), MEMO, null],
    [3, 'Gone', true, 1, 1, 1, 1, new Date('2000-01-01'), null, '06 39 98 00 00'],
    [4, 'Moved', true, 1, 1, 1, 1, new Date('2000-01-01'), LONG, '06 39 98 44 44'],
    [5, null, false, null, null, null, null, null, null, '06 39 98 55 55'],
  ],
  deleted: [2],
  moved: [3],
};
const MANY: JetTable = {
  name: 'Many rows',
  columns: [
    ['Id', 'long'],
    ['Text', 'text'],
  ],
  rows: Array.from({ length: 9000 }, (_, i) => [i, `row number ${i} of many in this table`]),
};
const SECRET: JetTable = {
  name: 'MSysSecret',
  columns: [['A', 'text']],
  rows: [['system text']],
  isSystem: true,
};
const TABLES = [STAFF, MANY, SECRET];

const named = (out: Collected, name: string) => out.tables.find((table) => table.options.name === name);
const shown = (out: Collected, name: string) =>
  named(out, name)?.rows.map((row) => row.cells.map((cell) => cell.text));

test.each([
  ['Jet 4', 4, undefined],
  ['Jet 3', 3, undefined],
  ['Jet 4 with encoded pages', 4, 0x12345678],
  ['Jet 3 with encoded pages', 3, 0x12345678],
] as const)(
  '%s',
  async (_, version, key) => {
    const out = await collect(access, buildJet({ version, key, tables: TABLES, password: 'Secret' }));
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(out.tables.map((table) => table.options.name)).toEqual(['Staff', 'Many rows']);
    expect(named(out, 'Staff')?.options.columns).toEqual(STAFF.columns.map(([name]) => name));
    expect(shown(out, 'Staff')).toEqual([
      ['1', 'Dupont', 'true', '7', '-12', '2100.5000', '0.25', '1985-07-17', 'short memo', '06 39 98 12 34'],
      ['2', 'Élodie', 'false', '255', '300', '-1.2345', '-3', '1999-12-31 23:59:00', MEMO, ''],
      ['5', '', 'false', '', '', '', '', '', '', '06 39 98 55 55'],
      ['4', 'Moved', 'true', '1', '1', '1.0000', '1', '2000-01-01', LONG, '06 39 98 44 44'],
    ]);
    expect(shown(out, 'Many rows')?.length).toBe(9000);
    expect(shown(out, 'Many rows')?.at(-1)).toEqual(['8999', 'row number 8999 of many in this table']);
    expect(allText(out)).toContain('C:\\far\\away.mdb');
  },
  20_000,
);

test('a cut file gives the tables that are left', async () => {
  const whole = buildJet({ version: 4, tables: [STAFF, MANY] });
  const out = await collect(access, whole.subarray(0, Math.floor(whole.length * 0.6)));
  expect(out.error).toBeUndefined();
  expect(out.partial).toContain('truncated');
  expect(shown(out, 'Staff')?.length).toBe(4);
  const headless = await collect(access, whole.subarray(0, 3 * 4096));
  expect(headless.error).toBeUndefined();
  expect(headless.partial.length).toBeGreaterThan(0);
});

test('a database sealed by a method nobody reads is encrypted, not broken', async () => {
  const file = buildJet({ version: 4, key: 0x12345678, tables: TABLES });
  file[0x14] = 2;
  expect((await collect(access, file)).error).toMatchObject({ code: 'encrypted' });
});

test('a broken page loses its own rows only', async () => {
  const file = buildJet({ version: 4, tables: TABLES });
  const at = file.indexOf(Buffer.from('row number 4000 of')) & ~4095;
  file.fill(0xee, at, at + 4096);
  const out = await collect(access, file);
  expect(out.partial).toEqual(['corrupt']);
  const left = shown(out, 'Many rows')?.length as number;
  expect(left).toBeGreaterThan(8850);
  expect(left).toBeLessThan(9000);
  expect(shown(out, 'Many rows')?.at(-1)?.[0]).toBe('8999');
});

test('from a file, page by page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jet-test-'));
  try {
    const path = join(folder, 'a.mdb');
    const bytes = buildJet({ version: 4, tables: TABLES });
    await writeFile(path, bytes);
    const out = await collect(access, bytes, { localPath: path });
    expect(out.partial).toEqual([]);
    expect(shown(out, 'Many rows')?.length).toBe(9000);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no change of its bytes makes it crash or hang', async () => {
  const whole = buildJet({ version: 4, tables: [STAFF, { ...MANY, rows: MANY.rows.slice(0, 200) }] });
  let seed = 11;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 150; round++) {
    const file = Buffer.from(whole);
    for (let i = 0; i < 30; i++) file[0x18 + random(file.length - 0x18)] = random(256);
    const out = await collect(access, file, { limits: { timeoutMs: 5000 } });
    if (out.error) expect(out.error, `round ${round}`).toBeInstanceOf(LeaksiftError);
  }
}, 60_000);

describe.skipIf(isMissing('mdb-export', 'mdbtools'))('against mdbtools', () => {
  test.each([[3], [4]] as const)('Jet %i', async (version) => {
    const bytes = buildJet({ version, tables: TABLES });
    const folder = await mkdtemp(join(tmpdir(), 'jet-test-'));
    try {
      const path = join(folder, 'a.mdb');
      await writeFile(path, bytes);
      const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' });
      expect(run('mdb-tables', '-1', path).trim().split('\n')).toEqual(['Staff', 'Many rows']);
      const rows = run('mdb-export', '-H', path, 'Many rows').trim().split('\n');
      const out = await collect(access, bytes);
      const ours = shown(out, 'Many rows')?.map(([id, text]) => `${id},"${text}"`);
      expect(rows).toEqual(ours);
      const staff = run('mdb-export', '-H', '-D', '%Y-%m-%d', '-T', '%Y-%m-%d %H:%M:%S', path, 'Staff');
      for (const cell of shown(out, 'Staff')?.flat() ?? [])
        if (cell !== 'true' && cell !== 'false') expect(staff).toContain(cell);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
