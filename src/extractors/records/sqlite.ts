/**
 * Reads SQLite databases as tables, a row at a time, and their schema as text. Views are not run: they hold no data
 * of their own, and a hostile one never ends. The engine opens only a private link to the file, so that its lock
 * stays in the private folder. A file that it cannot read is read by its printable runs, partial.
 */
import { copyFile, open, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { ExtractContext, Extractor, PartWriter, RandomAccess } from '../../core/content.js';
import { readRange } from '../archives/zip-entries.js';
import { pushText } from '../bytes/embedded.js';
import { notePartFault } from '../bytes/part-faults.js';
import { DatabaseRows, pushPrintable } from './database-rows.js';

const ROWS_BETWEEN_CHECKS = 512;
/** Header bytes for a write-ahead log, which a read-only link cannot have. */
const WRITE_VERSION_AT = 18;

type Table = { readonly name: string; readonly columns: readonly string[] };

export const sqliteExtractor: Extractor = {
  async extract(_content, out, context) {
    const access = await context.randomAccess();
    const path = await privatePath(access, context);
    const isWhole = await readDatabase(path, out, context);
    if (!isWhole) await pushPrintable(out, readRange(access, 0, access.size));
  },
};

/** A path in the private folder that holds the bytes; a link if they need no change. */
async function privatePath(access: RandomAccess, context: ExtractContext): Promise<string> {
  const path = join(await context.tempFolder(), 'database');
  const usesLog = context.head[WRITE_VERSION_AT] === 2 || context.head[WRITE_VERSION_AT + 1] === 2;
  if (access.path === undefined) await writeFile(path, readRange(access, 0, access.size), { mode: 0o600 });
  else if (usesLog) await copyFile(access.path, path);
  else await symlink(typeof access.path === 'string' ? resolve(access.path) : access.path, path);
  if (usesLog) await clearLogVersion(path);
  return path;
}

async function clearLogVersion(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.from([1, 1]), 0, 2, WRITE_VERSION_AT);
  } finally {
    await file.close();
  }
}

/** False if a part could not be read; it is then recorded. */
async function readDatabase(path: string, out: PartWriter, context: ExtractContext): Promise<boolean> {
  let database: sqlite.Database | undefined;
  try {
    database = new sqlite.Database(path, { readOnly: true, fileMustExist: true });
    database.exec('PRAGMA trusted_schema=OFF');
    const tables = readSchema(database, out);
    let isWhole = true;
    for (const table of tables) {
      try {
        await readTable(database, table, { out, context });
      } catch (error) {
        notePartFault(out, error);
        isWhole = false;
      }
    }
    return isWhole;
  } catch (error) {
    notePartFault(out, error);
    return false;
  } finally {
    database?.close();
  }
}

/** The tables, and the schema's SQL as text: defaults, views and triggers hold literals. */
function readSchema(database: sqlite.Database, out: PartWriter): Table[] {
  const tables: Table[] = [];
  const lines: string[] = [];
  for (const row of database.all('SELECT type, name, sql FROM sqlite_master')) {
    const { type, name, sql } = row as { type: unknown; name: unknown; sql: unknown };
    if (typeof sql === 'string') lines.push(sql);
    // The content of a virtual table is in other tables.
    if (type !== 'table' || typeof name !== 'string' || /^\s*CREATE\s+VIRTUAL/i.test(String(sql))) continue;
    tables.push({ name, columns: columnsOf(database, name) });
  }
  pushText(out, { part: 'schema' }, lines.join('\n'));
  return tables;
}

/** Stored columns only: computed ones run expressions of the file's author. */
function columnsOf(database: sqlite.Database, table: string): string[] {
  const rows = database.all('SELECT name, hidden FROM pragma_table_xinfo(?)', [table]);
  return rows
    .filter((row) => Number(row.hidden) === 0 || Number(row.hidden) === 3)
    .map((row) => String(row.name));
}

async function readTable(
  database: sqlite.Database,
  table: Table,
  { out, context }: { out: PartWriter; context: ExtractContext },
): Promise<void> {
  if (table.columns.length === 0) return;
  const rows = new DatabaseRows(out, context, { name: table.name, columns: table.columns });
  const selected = table.columns.map((name, index) => `${quoted(name)} AS c${index}`).join(', ');
  const keys = table.columns.map((_, index) => `c${index}`);
  const statement = database.prepare(`SELECT ${selected} FROM ${quoted(table.name)}`);
  let count = 0;
  try {
    for (const row of statement.iterate()) {
      rows.add(keys.map((key) => row[key]));
      count += 1;
      if (count % ROWS_BETWEEN_CHECKS !== 0 && !rows.mustFlush) continue;
      context.budget.check();
      await rows.flush();
    }
  } finally {
    statement.finalize();
    await rows.end();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
