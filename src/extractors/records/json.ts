/**
 * Reads JSON documents and JSON lines, streamed: arrays of objects and lines as tables with their field names, the
 * rest as text. Invalid JSON is read as leniently as JavaScript literals, and none of it is lost.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { textChunks, wideEncoding } from '../bytes/utf8.js';
import { JsonLexer } from './json-lexer.js';
import { jsonBegun, jsonRanges } from './json-ranges.js';
import { JsonReader } from './json-reader.js';
import type { TableBegun } from './record-table.js';

type Reading = {
  readonly isLines: boolean;
  readonly texts: AsyncIterable<string>;
  readonly begun?: TableBegun;
};

async function readJson(out: PartWriter, { isLines, texts, begun }: Reading): Promise<void> {
  const reader = new JsonReader(out, isLines, begun);
  const lexer = new JsonLexer(reader, isLines);
  try {
    for await (const text of texts) {
      lexer.write(text);
      await out.ready();
    }
    lexer.end();
    if (reader.isOpen) out.partial('truncated');
  } finally {
    reader.end();
  }
}

export const json: Extractor = {
  extract: (_content, out, context) => readJson(out, { isLines: false, texts: textChunks(context.stream()) }),
};

export const ndjson: Extractor = {
  splits: (content, head, rangeBytes) =>
    wideEncoding(head) ? undefined : jsonRanges(content, { rangeBytes }),
  async extract(content, out, context: ExtractContext) {
    const { range } = context;
    const begun = range && (await jsonBegun(content, range));
    const texts = range ? textChunks(content.open(range), 'utf-8') : textChunks(context.stream());
    await readJson(out, { isLines: true, texts, begun });
  },
};
