/**
 * What a workbook holds besides its listed sheets: the parts that it or the package refers to, the parts that nothing
 * refers to, and shared strings that no cell uses. Unreferenced parts are flagged `unreferenced`.
 */
import type { OfficePackage } from '../office/office-package.js';
import type { SharedStrings } from './shared-strings.js';
import { readComments } from './xlsx-comments.js';
import { readOther, relatedParts } from './xlsx-parts.js';
import { readPivotCache } from './xlsx-pivot.js';
import { readSheet } from './xlsx-read-sheet.js';
import type { StylesReader } from './xlsx-workbook.js';

type Book = { readonly strings: SharedStrings; readonly styles: StylesReader };

/** Reads what the workbook, the package and the sheets refer to, then the rest. */
export async function sideParts(pack: OfficePackage, book: Book, main: string | undefined): Promise<void> {
  if (main !== undefined) await relatedParts(pack, await pack.relationships(main), {});
  await relatedParts(pack, await pack.relationships(''), {});
  for (const part of [...pack.rest()]) {
    pack.io.context.budget.check();
    await readUnreferenced(pack, part, book);
  }
}

/** Strings that remain when their cells are deleted. */
export async function unusedStrings(pack: OfficePackage, strings: SharedStrings): Promise<void> {
  const { out } = pack.io;
  let flow: ReturnType<typeof out.text> | undefined;
  for (const text of strings.unused()) {
    flow ??= out.text({ part: 'shared-strings', hidden: 'unreferenced' });
    flow.write(`${text}\n`);
  }
  flow?.end();
}

async function readUnreferenced(pack: OfficePackage, part: string, book: Book): Promise<void> {
  if (/(^|\/)\[content_types\]\.xml$|\.rels$/.test(part) || !pack.take(part)) return;
  if (/(^|\/)(styles|calcchain|theme\d*|printersettings\d*)\.(xml|bin)$/.test(part)) return;
  if (/(^|\/)(work|chart|dialog|macro)?sheets\/[^/]*\.xml$/.test(part)) {
    const name = part.replace(/.*\//, '');
    await readSheet(pack, { name, relationship: '', hidden: 'unreferenced', part }, book);
  } else if (/(^|\/)pivotcachedefinition\d*\.xml$/.test(part)) await readPivotCache(pack, part);
  else if (/(^|\/)comments\d*\.xml$/.test(part)) await readComments(pack, part, { kind: 'comment' });
  else await readOther(pack, part, {});
}
