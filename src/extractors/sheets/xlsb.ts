/**
 * Reads xlsb: sheets through SheetJS if the package fits in memory, its XML parts (drawings, properties) as in xlsx,
 * its other binary parts by their strings. A package that is too large, or that SheetJS cannot parse, is read by
 * strings alone and is partial.
 */
import { type Zippable, zipSync } from 'fflate';
import type { Extractor } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { notePartFault } from '../bytes/part-faults.js';
import { WideStrings } from '../bytes/wide-strings.js';
import { OfficePackage } from '../office/office-package.js';
import { parseWorkbook, writeWorkbook } from './sheetjs.js';
import { readOther, relatedParts } from './xlsx-parts.js';

/** SheetJS takes about ten times the expanded size (measured). */
const MAX_EXPANDED = 96 << 20;

/** Binary parts that SheetJS reads, and those without content. */
const SHEET_PARTS =
  /(^|\/)(workbook|sharedstrings|comments\d*|worksheets\/[^/]*|(chart|macro|dialog)sheets\/[^/]*)\.bin$/;
const SILENT_PARTS =
  /(^|\/)(styles|calcchain|theme\d*|printersettings\d*|binaryindex\d*|pivottable\d*)\.(bin|xml)$/;
const METADATA = /(^|\/)(\[content_types\]\.xml|.*\.rels)$/;

export const xlsb: Extractor = {
  async extract(_content, out, context) {
    const pack = await OfficePackage.open(out, context);
    const isParsed = await readSheets(pack);
    const main = await pack.mainPart(/(^|\/)workbook\.bin$/);
    for (const part of [...pack.rest()]) {
      if (METADATA.test(part) || SILENT_PARTS.test(part) || (isParsed && SHEET_PARTS.test(part)))
        pack.take(part);
      else if (/(externallinks|pivotcache|tables|connections|querytables)[^/]*(\/.*)?\.bin$/.test(part)) {
        await readStrings(pack, part, part.includes('pivot') ? 'pivot-cache' : 'external-link');
      } else if (SHEET_PARTS.test(part)) await readStrings(pack, part, 'unreferenced');
    }
    if (main !== undefined) await relatedParts(pack, await pack.relationships(main), {});
    await relatedParts(pack, await pack.relationships(''), {});
    for (const part of [...pack.rest()]) if (pack.take(part)) await readOther(pack, part, {});
  },
};

/** True if SheetJS read the sheets. */
async function readSheets(pack: OfficePackage): Promise<boolean> {
  const { out } = pack.io;
  try {
    await writeWorkbook(parseWorkbook(await repacked(pack)), out);
    return true;
  } catch (error) {
    if (codeOf(error) === 'encrypted') throw error;
    notePartFault(out, error);
    return false;
  }
}

/** The package stored again, its parts inflated under our limits: SheetJS itself has none. */
async function repacked(pack: OfficePackage): Promise<Buffer> {
  const parts: Zippable = {};
  let total = 0;
  for (const part of pack.rest()) {
    if (!/\.(bin|rels|xml)$/.test(part) || /(^|\/)(media|embeddings|pivotcache)\//.test(part)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of pack.bytes(part)) {
      total += chunk.length;
      if (total > MAX_EXPANDED) throw new LeaksiftError('limit-memory', 'too large to be parsed in memory');
      chunks.push(chunk);
    }
    parts[pack.originalName(part)] = [Buffer.concat(chunks), { level: 0 }];
  }
  return Buffer.from(zipSync(parts));
}

async function readStrings(pack: OfficePackage, part: string, kind: string): Promise<void> {
  if (!pack.take(part)) return;
  const { out } = pack.io;
  const flow = out.text({ part: kind, hidden: kind });
  const strings = new WideStrings((text) => flow.write(text));
  try {
    for await (const chunk of pack.bytes(part)) {
      strings.write(chunk);
      await out.ready();
    }
  } catch (error) {
    notePartFault(out, error);
  } finally {
    strings.end();
    flow.end();
  }
}
