/**
 * Reads JSON documents and JSON lines, streamed: arrays of objects and lines as tables with their field
 * names, the rest as text. What is not JSON after all is read as leniently as JavaScript literals, and
 * nothing of it is lost.
 */
import type { ExtractContext, Extractor, PartWriter } from '../core/content.js';
import { JsonLexer } from './json-lexer.js';
import { JsonReader } from './json-reader.js';
import { MEDIA } from './media-types.js';
import { textChunks } from './utf8.js';

async function readJson(out: PartWriter, context: ExtractContext, isLines: boolean): Promise<void> {
  const reader = new JsonReader(out, isLines);
  const lexer = new JsonLexer(reader, isLines);
  try {
    for await (const text of textChunks(context.stream())) {
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
  id: 'json',
  mediaTypes: [MEDIA.json],
  extract: (_content, out, context) => readJson(out, context, false),
};

export const ndjson: Extractor = {
  id: 'ndjson',
  mediaTypes: [MEDIA.ndjson],
  extract: (_content, out, context) => readJson(out, context, true),
};
