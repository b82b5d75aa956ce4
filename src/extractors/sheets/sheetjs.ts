/**
 * The adapter to SheetJS, for binary workbooks (xls, xlsb) that fit in memory. Input: bytes; output: tables and
 * texts. Silences its console output; its errors become codes, never messages. Why only these formats:
 * docs/decisions/024-sheetjs-for-old-formats.md.
 */
import { createRequire } from 'node:module';
import type { CellObject, Comment, WorkBook, WorkSheet } from '@e965/xlsx';
import type { PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { pushText } from '../bytes/embedded.js';
import { withMutedConsoleSync } from '../bytes/mute-console.js';
import { CellFormat } from './cell-format.js';
import { RowGatherer } from './xlsx-row.js';
import { sheetHiding } from './xlsx-workbook.js';

// Its CommonJS build includes the code pages of old workbooks; the other does not.
const sheetjs = createRequire(import.meta.url)('@e965/xlsx') as typeof import('@e965/xlsx');

/** Rows of a sheet in Excel. */
const MAX_ROWS = 1 << 20;

/** Parses a workbook. Throws `encrypted` or `corrupt`. */
export function parseWorkbook(bytes: Buffer): WorkBook {
  try {
    // cellStyles: hidden rows and columns; cellNF: number formats; dense: rows as arrays.
    const options = {
      dense: true,
      cellStyles: true,
      cellNF: true,
      cellFormula: false,
      cellHTML: false,
    } as const;
    return withMutedConsoleSync(() => sheetjs.read(bytes, { type: 'buffer', ...options }));
  } catch (cause) {
    const isEncrypted = /password|encrypt/i.test(String((cause as { message?: unknown } | null)?.message));
    throw new LeaksiftError(isEncrypted ? 'encrypted' : 'corrupt', 'the workbook cannot be parsed', {
      cause,
    });
  }
}

/** Pushes the content of a workbook except its properties, which its container's reader handles. */
export async function writeWorkbook(book: WorkBook, out: PartWriter): Promise<void> {
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  const formats = new FormatCache(date1904);
  for (const [index, name] of book.SheetNames.entries()) {
    const sheet = book.Sheets[name];
    if (!sheet) continue;
    const state = ['', 'hidden', 'veryHidden'][Number(book.Workbook?.Sheets?.[index]?.Hidden ?? 0)];
    await writeSheet({ sheet, name, hidden: sheetHiding(state) }, formats, out);
  }
  const names = (book.Workbook?.Names ?? []).map(
    (name) => `${name.Name}: ${name.Ref ?? ''} ${name.Comment ?? ''}`,
  );
  pushText(out, { part: 'defined-name', hidden: 'defined-name' }, names.join('\n'));
}

class FormatCache {
  readonly #formats = new Map<string, CellFormat>();

  constructor(private readonly date1904: boolean) {}

  of(code: string): CellFormat {
    let format = this.#formats.get(code);
    if (!format) {
      // The one built-in date that follows the user's locale (see cell-format).
      format = new CellFormat(code === 'm/d/yy' ? 'dd/mm/yyyy' : code, this.date1904);
      this.#formats.set(code, format);
    }
    return format;
  }
}

type NamedSheet = { readonly sheet: WorkSheet; readonly name: string; readonly hidden?: string };

async function writeSheet(named: NamedSheet, formats: FormatCache, out: PartWriter): Promise<void> {
  const { sheet, name } = named;
  const side = new SheetSides();
  const rows = new RowGatherer(out, { sheet: name, hidden: named.hidden });
  for (const [index, column] of filled(sheet['!cols'] ?? [])) {
    if (column?.hidden) rows.hideColumns(index + 1, index + 1);
  }
  const data = (sheet['!data'] ?? []) as readonly (readonly (CellObject | undefined)[] | undefined)[];
  for (const [r, row] of filled(data)) {
    rows.startRow(r + 1, sheet['!rows']?.[r]?.hidden === true);
    for (const [c, cell] of filled(row)) {
      writeCell(rows, { cell, column: c + 1 }, formats);
      side.add(cell);
    }
    rows.endRow();
    if (r % 1024 === 0) await out.ready();
  }
  rows.end();
  side.addObjects(sheet);
  pushText(out, { sheet: name, part: 'comment', hidden: 'comment' }, side.comments);
  pushText(out, { sheet: name, part: 'hyperlink', hidden: named.hidden }, side.links);
  pushText(out, { sheet: name, part: 'drawing', hidden: 'drawing' }, side.drawings);
}

/** The elements of a list, by position. A damaged workbook can place one cell in row four thousand million. */
function* filled<T>(list: readonly (T | undefined)[]): Generator<[place: number, value: T]> {
  const isSparse = list.length > MAX_ROWS;
  const places = isSparse ? Object.keys(list).map(Number) : list.keys();
  for (const place of places) {
    const value = list[place];
    if (value) yield [place, value];
  }
}

function writeCell(rows: RowGatherer, at: { cell: CellObject; column: number }, formats: FormatCache): void {
  const { cell, column } = at;
  const { v: value } = cell;
  if (value === undefined || value === null) return;
  if (typeof value === 'number' && cell.t === 'n') {
    const format = formats.of(String(cell.z ?? 'General'));
    const shown = format.show(value);
    if (format.isBlank) rows.add(column, String(value), { hidden: 'hidden-format' });
    else rows.add(column, shown.text, shown);
  } else if (typeof value === 'boolean') rows.add(column, value ? 'TRUE' : 'FALSE');
  else rows.add(column, cell.t === 'e' ? String(cell.w ?? value) : String(value));
}

/** Collects what is beside the cells of a sheet. */
class SheetSides {
  comments = '';
  links = '';
  drawings = '';

  add(cell: CellObject): void {
    for (const comment of (cell.c ?? []) as readonly Comment[]) {
      this.comments += `${comment.a ?? ''}\n${comment.t ?? ''}\n\n`;
    }
    if (cell.l?.Target) this.links += `${cell.l.Target} ${cell.l.Tooltip ?? ''}\n`;
  }

  /** Text boxes of xls; the same list holds comments, which were already emitted. */
  addObjects(sheet: WorkSheet): void {
    const objects = (sheet['!objects'] ?? []) as readonly ({ TxO?: { t?: unknown } } | null | undefined)[];
    for (const object of objects) {
      const text = object?.TxO?.t;
      if (typeof text === 'string' && !this.comments.includes(text)) this.drawings += `${text}\n\n`;
    }
  }
}
