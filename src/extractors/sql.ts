/**
 * Reads SQL dumps of any common dialect, streamed: rows of INSERT ... VALUES and COPY ... FROM stdin go into
 * tables with the column names of the statement or of CREATE TABLE; all other statements and comments are
 * text. Executes nothing.
 */

import iconv from 'iconv-lite';
import type { Extractor } from '../core/content.js';
import { MEDIA } from './media-types.js';
import { sqlDialect } from './sql-lexer.js';
import { SqlReader } from './sql-reader.js';
import { decodeMixed, textChunks, wideEncoding } from './utf8.js';

export const sql: Extractor = {
  id: 'sql',
  mediaTypes: [MEDIA.sql],
  async extract(_content, out, context) {
    const wide = wideEncoding(context.head);
    const head = wide ? iconv.decode(context.head, wide) : decodeMixed(context.head);
    const reader = new SqlReader(out, sqlDialect(head));
    try {
      for await (const text of textChunks(context.stream())) {
        reader.write(text);
        await out.ready();
      }
    } finally {
      reader.end();
    }
  },
};
