/**
 * Plain text and delimited text. Decides on the first bytes which of the two it is; bytes that are valid
 * UTF-8 go to matching untouched. Huge ones are read in byte ranges by the same code (see splitting).
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../core/content.js';
import { DelimitedReader } from './delimited.js';
import { detectDialect } from './dialect.js';
import { MEDIA } from './media-types.js';
import { type Segment, textSegments } from './segments.js';

/** One-line buffers for the dialect: the head decoded. */
async function decodedHead(head: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const segment of textSegments(once(head), head)) chunks.push(segment.bytes);
  return Buffer.concat(chunks);
}

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

export const textExtractor: Extractor = {
  id: 'text',
  mediaTypes: [MEDIA.text, 'text/csv'],
  async extract(content, out, context) {
    const dialect = detectDialect(await decodedHead(context.head), content.name);
    const segments = textSegments(context.stream(), context.head);
    if (dialect) await pushTable(segments, new TableTarget(out, dialect), { out, context });
    else await pushText(segments, { out, context, content });
  },
};

class TableTarget {
  readonly reader: DelimitedReader;
  readonly #table;

  constructor(out: PartWriter, dialect: { delimiter: number; quote: number }) {
    this.#table = out.table();
    this.reader = new DelimitedReader(dialect, (batch) => this.#table.rows(batch));
  }

  end(): void {
    this.reader.end();
    this.#table.end();
  }
}

type Scope = { out: PartWriter; context: ExtractContext };

async function pushTable(segments: AsyncIterable<Segment>, target: TableTarget, scope: Scope): Promise<void> {
  try {
    for await (const { bytes, source, width } of segments) {
      scope.context.budget.check();
      target.reader.write(bytes, source, width);
      await scope.out.ready();
    }
  } finally {
    target.end();
  }
}

async function pushText(
  segments: AsyncIterable<Segment>,
  scope: Scope & { content: Content },
): Promise<void> {
  const flow = scope.out.text({}, { kind: 'source', width: 'utf8', start: 0 });
  try {
    for await (const { bytes, source, width } of segments) {
      scope.context.budget.check();
      flow.sync(source, width);
      flow.write(bytes);
      await scope.out.ready();
    }
  } finally {
    flow.end();
  }
}
