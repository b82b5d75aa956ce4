/**
 * Reads SQL dumps of any common dialect, streamed: rows of INSERT ... VALUES and COPY ... FROM stdin go into
 * tables with the column names of the statement or of CREATE TABLE; all other statements and comments are
 * text. Executes nothing.
 */

import iconv from 'iconv-lite';
import type { Extractor } from '../../core/content.js';
import { decodeMixed, textChunks, wideEncoding } from '../bytes/utf8.js';
import { type SqlDialect, sqlDialect } from './sql-lexer.js';
import { sqlRanges, sqlStart } from './sql-ranges.js';
import { SqlReader } from './sql-reader.js';

export const sql: Extractor = {
  splits: (content, head, rangeBytes) =>
    wideEncoding(head) ? undefined : sqlRanges(content, dialectOf(head), { rangeBytes }),
  async extract(content, out, context) {
    const { range } = context;
    const dialect = dialectOf(context.head);
    const reader = new SqlReader(out, dialect, range && (await sqlStart(content, dialect, range)));
    const texts = range ? textChunks(content.open(range), 'utf-8') : textChunks(context.stream());
    try {
      for await (const text of texts) {
        reader.write(text);
        await out.ready();
      }
    } finally {
      reader.end();
    }
  },
};

function dialectOf(bytes: Buffer): SqlDialect {
  const wide = wideEncoding(bytes);
  return sqlDialect(wide ? iconv.decode(bytes, wide) : decodeMixed(bytes));
}
