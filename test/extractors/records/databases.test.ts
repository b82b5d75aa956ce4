import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { access } from '../../../src/extractors/records/access.js';
import { dbf } from '../../../src/extractors/records/dbf.js';
import { sqliteExtractor } from '../../../src/extractors/records/sqlite.js';
import { allText, collect } from '../collect.js';

describe('sqlite', () => {
  let folder = '';
  let path = '';
  let bytes = Buffer.alloc(0);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqlite-test-'));
    path = join(folder, 'a database.db');
    const database = new sqlite.Database(path);
    database.exec(`CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, "Téléphone" TEXT DEFAULT 'a default', photo BLOB,
      loud TEXT GENERATED ALWAYS AS (upper("Téléphone")) VIRTUAL)`);
    database.exec('CREATE TABLE filler (n INTEGER, text TEXT)');
    database.exec(
      `CREATE VIEW endless AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r`,
    );
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    database.run('INSERT INTO "odd ""name" VALUES (?, ?, ?)', [1, '06 39 98 12 34', jpeg]);
    database.run('INSERT INTO "odd ""name" VALUES (?, ?, ?)', [
      2,
      '01 99 00 12 34',
      Buffer.from('blob text é'),
    ]);
    database.run('INSERT INTO "odd ""name" VALUES (?, ?, ?)', [9007199254740993n, null, null]);
    database.exec('BEGIN');
    for (let i = 0; i < 5000; i++)
      database.run('INSERT INTO filler VALUES (?, ?)', [i, `filler number ${i}`]);
    database.exec('COMMIT');
    database.close();
    bytes = await readFile(path);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['from memory', {}],
    ['from its path', { localPath: true }],
  ])('gives tables with their columns, %s', async (_, how) => {
    const out = await collect(sqliteExtractor, bytes, 'localPath' in how ? { localPath: path } : {});
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(out.tables.map((t) => [t.options.name, t.options.columns, t.rows.length])).toEqual([
      ['odd "name', ['id', 'Téléphone', 'photo'], 3],
      ['filler', ['n', 'text'], 5000],
    ]);
    expect(out.tables[0]?.rows.map((r) => r.cells.map((c) => c.text))).toEqual([
      ['1', '06 39 98 12 34', ''],
      ['2', '01 99 00 12 34', 'blob text é'],
      ['9007199254740993', '', ''],
    ]);
    expect(out.members.map((m) => [m.name, m.bytes.length])).toEqual([['odd "name/1/photo', 7]]);
    expect(out.texts.map((t) => t.text).join('')).toContain('a default');
  });

  test('leaves nothing beside the file', () => {
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('reads a database that was left in write-ahead mode', async () => {
    const copy = Buffer.from(bytes);
    copy[18] = 2;
    copy[19] = 2;
    const walPath = join(folder, 'wal.db');
    await writeFile(walPath, copy);
    const out = await collect(sqliteExtractor, copy, { localPath: walPath });
    expect(allText(out)).toContain('06 39 98 12 34');
    expect((await readFile(walPath)).equals(copy)).toBe(true);
  });

  test('a cut file gives its printable runs and is partial', async () => {
    const out = await collect(sqliteExtractor, bytes.subarray(0, bytes.length * 0.6));
    expect(out.partial).toContain('corrupt');
    expect(allText(out)).toContain('01 99 00 12 34');
    expect(allText(out)).toContain('filler number 100');
  });

  test('rubbish behind the magic ends with a code', async () => {
    const out = await collect(
      sqliteExtractor,
      Buffer.from(`SQLite format 3\0${'rubbish 06 39 98 00 00 '.repeat(200)}`),
    );
    expect(out.partial).toEqual(['corrupt']);
    expect(allText(out)).toContain('06 39 98 00 00');
  });
});

describe('access', () => {
  test('a broken file is partial and gives its printable runs', async () => {
    const bytes = Buffer.alloc(40_960, 0);
    bytes.write('\0\x01\0\0Standard Jet DB\0', 'latin1');
    bytes.write('06 39 98 12 34', 20_000);
    const out = await collect(access, bytes);
    expect(out.error).toBeUndefined();
    expect(out.partial).toContain('corrupt');
    expect(allText(out)).toContain('06 39 98 12 34');
  });
});

/** A dBASE III table with two character fields, a date and a number. */
function dbfFile(records: readonly string[][], language = 3, encoding = 'win1252'): Buffer {
  const fields: [string, string, number][] = [
    ['NOM', 'C', 12],
    ['TEL', 'C', 10],
    ['NE', 'D', 8],
    ['PAIE', 'N', 8],
  ];
  const head = Buffer.alloc(32 + fields.length * 32 + 1);
  head[0] = 3;
  head.writeUInt32LE(records.length, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(1 + 12 + 10 + 8 + 8, 10);
  head[29] = language;
  fields.forEach(([name, type, length], i) => {
    head.write(name, 32 + i * 32);
    head.write(type, 32 + i * 32 + 11);
    head[32 + i * 32 + 16] = length;
  });
  head[head.length - 1] = 0x0d;
  const rows = records.map(([flag, ...cells]) =>
    iconv.encode((flag ?? ' ') + cells.map((cell, i) => cell.padEnd(fields[i]?.[2] ?? 0)).join(''), encoding),
  );
  return Buffer.concat([head, ...rows, Buffer.from([0x1a])]);
}

describe('dbf', () => {
  const records = [
    [' ', 'Élodie', '0639981234', '19850717', '2100.50'],
    ['*', 'Deleted', '0199001234', '', ''],
  ];

  test.each([
    [3, 'win1252'],
    [2, 'cp850'],
    [0, 'utf8'],
    [0, 'win1252'],
  ])('reads records with language %i as %s', async (language, encoding) => {
    // The accent is one byte more in UTF-8: its field is then one character shorter.
    const list = encoding === 'utf8' ? [[' ', 'Elodie', '0639981234', '19850717', '2100.50']] : records;
    const out = await collect(dbf, dbfFile(list, language, encoding));
    expect(out.error).toBeUndefined();
    expect(out.tables[0]?.options.columns).toEqual(['NOM', 'TEL', 'NE', 'PAIE']);
    expect(out.tables[0]?.rows[0]?.cells.map((c) => c.text.normalize('NFD').replace(/\p{M}/gu, ''))).toEqual([
      'Elodie',
      '0639981234',
      '1985-07-17',
      '2100.50',
    ]);
    if (encoding !== 'utf8') expect(out.tables[0]?.rows[0]?.cells[0]?.text).toBe('Élodie');
    if (list.length > 1) expect(out.tables[0]?.rows[1]?.hidden).toBe('deleted-record');
  });

  test('a cut file gives what it holds and is partial', async () => {
    const out = await collect(dbf, dbfFile(records).subarray(0, -20));
    expect(out.tables[0]?.rows.length).toBe(2);
    expect(out.partial).toEqual(['truncated']);
  });

  test('a header alone ends with a code', async () => {
    expect((await collect(dbf, Buffer.from([3, 1, 1, 1]))).error).toMatchObject({ code: 'truncated' });
  });
});
