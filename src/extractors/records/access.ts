/**
 * Reads Access databases (mdb, accdb) as tables in batches; hidden tables are flagged, queries and links to other
 * databases read as text, attachments pushed as members. Reads pages on demand, also of a file of 2 GB. A batch with
 * broken rows is halved until only those are lost.
 */
import MdbReader from 'mdb-reader';
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { pushText } from '../bytes/embedded.js';
import { notePartFault } from '../bytes/part-faults.js';
import { AccessPages } from './access-pages.js';
import { DatabaseRows, pushPrintable } from './database-rows.js';

/** Each batch walks the table's pages from the first: large tables get few, large batches. */
const MIN_BATCH = 10_000;
const MAX_BATCH = 100_000;
const BATCHES = 50;
/** Broken rows tolerated in one table. */
const MAX_FAULTS = 64;
/** Object flags: hidden by the user, hidden by the program. */
const HIDDEN_FLAGS = 0x9;
const CATALOGUE_PAGE = 2;
/** The bits of an object's id that hold its definition page. */
const PAGE_BITS = 0xffffff;

type Scope = { readonly out: PartWriter; readonly context: ExtractContext };
type Table = ReturnType<MdbReader['getTable']>;

export const access: Extractor = {
  async extract(_content, out, context) {
    const pages = await AccessPages.open(await context.randomAccess());
    try {
      await readDatabase(pages, out, context);
    } finally {
      pages.close();
    }
    if (pages.fault) out.partial(pages.fault);
  },
};

async function readDatabase(pages: AccessPages, out: PartWriter, context: ExtractContext): Promise<void> {
  const reader = openReader(pages, context);
  const names = reader?.getTableNames() ?? [];
  if (!reader || (names.length === 0 && pages.fault)) {
    out.partial('corrupt');
    await pushPrintable(out, pages.bytes());
    return;
  }
  const { hidden, places } = writeObjects(reader, out);
  for (const name of names) {
    try {
      pages.table = places.get(name) ?? 0;
      const table = reader.getTable(name);
      await readTable(table, hidden.has(name) ? 'hidden-table' : undefined, { out, context });
    } catch (error) {
      notePartFault(out, error);
    }
  }
}

/** Undefined for a broken file. Throws `encrypted` if no password fits. */
function openReader(pages: AccessPages, context: ExtractContext): MdbReader | undefined {
  let isLocked = pages.isSealed;
  pages.table = CATALOGUE_PAGE;
  for (const password of [undefined, ...context.options.passwords]) {
    try {
      return new MdbReader(pages.buffer, { password });
    } catch (error) {
      isLocked ||= /password/i.test(String((error as { message?: unknown } | null)?.message));
    }
  }
  if (isLocked) throw new LeaksiftError('encrypted', 'Access database with a password');
  return undefined;
}

type Objects = { readonly hidden: ReadonlySet<string>; readonly places: ReadonlyMap<string, number> };

/**
 * Writes the targets of linked tables and the queries; returns the hidden tables, and the definition page of each
 * table.
 */
function writeObjects(reader: MdbReader, out: PartWriter): Objects {
  const hidden = new Set<string>();
  const places = new Map<string, number>();
  const links: string[] = [];
  for (const object of systemRows(reader, 'MSysObjects')) {
    if (typeof object.Name === 'string' && (Number(object.Flags ?? 0) & HIDDEN_FLAGS) !== 0)
      hidden.add(object.Name);
    if (typeof object.Name === 'string') places.set(object.Name, Number(object.Id ?? 0) & PAGE_BITS);
    const parts = [object.Connect, object.Database, object.ForeignName].filter(
      (part) => typeof part === 'string',
    );
    if (parts.length > 0) links.push(parts.join(' '));
  }
  pushText(out, { part: 'connection', hidden: 'connection' }, links.join('\n'));
  const said = systemRows(reader, 'MSysQueries').flatMap((row) => [row.Expression, row.Name1, row.Name2]);
  pushText(
    out,
    { part: 'query', hidden: 'query' },
    said.filter((part) => typeof part === 'string').join('\n'),
  );
  return { hidden, places };
}

/** The rows of a system table that can be missing or broken. */
function systemRows(reader: MdbReader, name: string): Readonly<Record<string, unknown>>[] {
  try {
    return reader.getTable(name).getData();
  } catch {
    return [];
  }
}

async function readTable(table: Table, hidden: string | undefined, scope: Scope): Promise<void> {
  const columns = table.getColumnNames();
  const rows = new DatabaseRows(scope.out, scope.context, { name: table.name, columns, hidden });
  try {
    await readRows(table, columns, { ...scope, rows });
  } finally {
    await rows.end();
  }
}

async function readRows(
  table: Table,
  columns: readonly string[],
  { out, context, rows }: Scope & { rows: DatabaseRows },
): Promise<void> {
  const batch = Math.min(MAX_BATCH, Math.max(MIN_BATCH, Math.ceil(table.rowCount / BATCHES)));
  let size = batch;
  let faults = 0;
  for (let offset = 0; offset < table.rowCount && faults < MAX_FAULTS; ) {
    context.budget.check();
    const data = dataOf(table, offset, size);
    if (data === undefined && size > 1) {
      size = Math.ceil(size / 2);
      continue;
    }
    if (data === undefined) {
      faults += 1;
      out.partial('corrupt');
    }
    for (const row of data ?? []) {
      rows.add(columns.map((name) => row[name]));
      if (rows.mustFlush) await rows.flush();
    }
    if (data?.length === 0) break;
    offset += data?.length ?? 1;
    size = Math.min(batch, size * 2);
    await rows.flush();
  }
}

function dataOf(
  table: Table,
  rowOffset: number,
  rowLimit: number,
): Readonly<Record<string, unknown>>[] | undefined {
  try {
    return table.getData({ rowOffset, rowLimit });
  } catch {
    return undefined;
  }
}
