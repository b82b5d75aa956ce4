/**
 * Reads XML files: repeated sibling elements as records of a table with element and attribute names as
 * columns, Excel's XML spreadsheets as sheets, everything else as text, attribute values included. Streams,
 * after a first stretch that is held to see what repeats. Entities of a DTD are not expanded.
 */
import type { Extractor } from '../core/content.js';
import { MEDIA } from './media-types.js';
import { XmlReader } from './xml.js';
import { XmlRecordReader } from './xml-record-reader.js';
import { SpreadsheetXmlReader } from './xml-spreadsheet.js';

export const xmlRecords: Extractor = {
  id: 'xml',
  mediaTypes: [MEDIA.xml],
  async extract(_content, out, context) {
    const head = context.head.toString('latin1').replaceAll('\0', '');
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
