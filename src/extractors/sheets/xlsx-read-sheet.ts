/** Reads one sheet part of an xlsx and what is beside its cells: links, header and footer, literals. */
import type { OfficePackage } from '../office/office-package.js';
import type { SharedStrings } from './shared-strings.js';
import { relatedParts } from './xlsx-parts.js';
import { SheetReader } from './xlsx-sheet.js';
import type { SheetEntry, StylesReader } from './xlsx-workbook.js';

/** Links are stored beside the cells but displayed by their text: not hidden. */
const SHOWN_SIDES: ReadonlySet<string> = new Set(['hyperlink']);

export async function readSheet(
  pack: OfficePackage,
  sheet: SheetEntry & { readonly part: string },
  book: { readonly strings: SharedStrings; readonly styles: StylesReader },
): Promise<void> {
  const { out } = pack.io;
  const reader = new SheetReader(out, { sheet: sheet.name, hidden: sheet.hidden }, book);
  await pack.xml(sheet.part, reader);
  reader.end();
  const rels = await pack.relationships(sheet.part);
  const targets = rels.filter((rel) => rel.external).map((rel) => `${rel.target}\n`);
  if (targets.length > 0)
    reader.side.set('hyperlink', (reader.side.get('hyperlink') ?? '') + targets.join(''));
  for (const [kind, text] of reader.side) {
    const hidden = SHOWN_SIDES.has(kind) ? sheet.hidden : kind;
    const flow = out.text({ sheet: sheet.name, part: kind, hidden });
    flow.write(text);
    flow.end();
  }
  await relatedParts(pack, rels, { sheet: sheet.name });
}
