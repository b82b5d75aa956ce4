/**
 * Reads xlsx and similar packages (xlsm, xltx, xlam) as tables, one per sheet, streamed row by row; and everything
 * that a sheet does not show: hidden sheets, comments, names, pivot caches, drawings, cached external data,
 * properties, embedded files. Parts are found by relationships; parts without one are read as unreferenced. Never
 * calculates, follows a link or runs a macro. Own code for hidden content and constant memory:
 * docs/decisions/022-own-office-readers.md.
 */
import type { Extractor, PartWriter } from '../../core/content.js';
import { OfficePackage } from '../office/office-package.js';
import type { Relationship } from '../office/opc.js';
import { SharedStrings } from './shared-strings.js';
import { readSheet } from './xlsx-read-sheet.js';
import { sideParts, unusedStrings } from './xlsx-unlisted.js';
import { type SheetEntry, StylesReader, WorkbookReader } from './xlsx-workbook.js';

const SHEET_TYPES: ReadonlySet<string> = new Set([
  'worksheet',
  'chartsheet',
  'dialogsheet',
  'xlMacrosheet',
  'xlIntlMacrosheet',
]);
/** Repeated shared strings may always total this much. */
const MIN_REPEAT_BYTES = 64 << 20;

export type Workbook = { readonly strings: SharedStrings; readonly styles: StylesReader };

export const xlsx: Extractor = {
  async extract(_content, out, context) {
    const pack = await OfficePackage.open(out, context);
    const allowance = Math.max(MIN_REPEAT_BYTES, context.budget.limits.maxRatio * pack.size);
    const book: Workbook = { strings: new SharedStrings(allowance), styles: new StylesReader() };
    try {
      await readWorkbook(pack, book);
      if (book.strings.overflowed) out.partial('limit-memory');
      if (book.strings.repeatedTooMuch) out.partial('limit-ratio');
    } finally {
      book.strings.release();
    }
  },
};

async function readWorkbook(pack: OfficePackage, book: Workbook): Promise<void> {
  const main = await pack.mainPart(/(^|\/)workbook\d*\.xml$/);
  const reader = new WorkbookReader();
  const rels = main === undefined ? [] : await pack.relationships(main);
  if (main !== undefined && pack.take(main)) await pack.xml(main, reader);
  await readShared(pack, rels, { book, reader });
  for (const sheet of sheetsOf(reader, rels)) {
    if (pack.take(sheet.part)) await readSheet(pack, sheet, book);
  }
  writeNames(pack.io.out, reader.definedNames);
  await sideParts(pack, book, main);
  await unusedStrings(pack, book.strings);
}

/** Shared strings and styles come first: cells refer to them. */
async function readShared(
  pack: OfficePackage,
  rels: readonly Relationship[],
  { book, reader }: { book: Workbook; reader: WorkbookReader },
): Promise<void> {
  const styles = partOf(rels, 'styles') ?? pack.search(/(^|\/)styles\.xml$/);
  if (styles !== undefined && pack.take(styles)) await pack.xml(styles, book.styles);
  book.styles.date1904 = reader.date1904;
  const strings = partOf(rels, 'sharedStrings') ?? pack.search(/(^|\/)sharedstrings\.xml$/);
  if (strings === undefined || !pack.take(strings)) return;
  const { context } = pack.io;
  await pack.xml(strings, book.strings, () => book.strings.settle(() => context.tempFolder()));
}

function partOf(rels: readonly Relationship[], type: string): string | undefined {
  return rels.find((rel) => rel.type === type && !rel.external)?.target;
}

type SheetPart = SheetEntry & { readonly part: string };

/** The sheets in the workbook's order, then sheets with a relationship that it does not list. */
function sheetsOf(reader: WorkbookReader, rels: readonly Relationship[]): SheetPart[] {
  const byId = new Map(rels.filter((rel) => !rel.external).map((rel) => [rel.id, rel.target]));
  const listed = reader.sheets.flatMap((sheet) => {
    const part = byId.get(sheet.relationship);
    return part === undefined ? [] : [{ ...sheet, part }];
  });
  const parts = new Set(listed.map((sheet) => sheet.part));
  const unlisted = rels.filter((rel) => SHEET_TYPES.has(rel.type) && !parts.has(rel.target));
  return [...listed, ...unlisted.map((rel) => unreferencedSheet(rel.target))];
}

/** No application shows a sheet that the workbook does not list. */
export function unreferencedSheet(part: string): SheetPart {
  return { name: part.replace(/.*\//, ''), relationship: '', hidden: 'unreferenced', part };
}

function writeNames(out: PartWriter, names: readonly string[]): void {
  if (names.length === 0) return;
  const flow = out.text({ part: 'defined-name', hidden: 'defined-name' });
  for (const name of names) flow.write(`${name}\n`);
  flow.end();
}
