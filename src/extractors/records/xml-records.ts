/**
 * Reads XML files: repeated sibling elements as records of a table with element and attribute names as columns,
 * Excel's XML spreadsheets as sheets, other Office documents as a member, everything else as text, attribute values
 * included. Streams, after holding the first events to find what repeats. Entities of a DTD are not expanded.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { pushEmbedded } from '../bytes/embedded.js';
import { XmlReader } from '../markup/xml.js';
import { isFlatOffice, packFlatOffice } from '../office/flat-office.js';
import { XmlRecordReader } from './xml-record-reader.js';
import { SpreadsheetXmlReader } from './xml-spreadsheet.js';

export const xmlRecords: Extractor = {
  async extract(content, out, context) {
    const head = context.head.toString('latin1').replaceAll('\0', '');
    if (isFlatOffice(head) && (await extractFlatOffice(content, out, context))) return;
    const isSpreadsheet = /urn:schemas-microsoft-com:office:spreadsheet/.test(head);
    const handler = isSpreadsheet ? new SpreadsheetXmlReader(out) : new XmlRecordReader(out);
    const reader = new XmlReader(handler);
    try {
      for await (const chunk of context.stream()) {
        reader.write(chunk);
        context.budget.check();
        await out.ready();
      }
      reader.end();
      if (reader.damaged) out.partial('truncated');
    } finally {
      handler.end();
    }
  },
};

/** False if it is too large to be packed, or holds no document: it is then read as any XML. */
async function extractFlatOffice(
  content: Content,
  out: PartWriter,
  context: ExtractContext,
): Promise<boolean> {
  if ((content.size ?? 0) > context.budget.limits.maxParseBytes) return false;
  const bytes = packFlatOffice(await context.bytes());
  if (bytes) await pushEmbedded(out, context, { name: 'document', bytes });
  return bytes !== undefined;
}
