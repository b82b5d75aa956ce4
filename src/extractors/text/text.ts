/**
 * Plain text and delimited text. The first bytes decide between the two; valid UTF-8 passes to matching unchanged.
 * The same code reads one range of a huge text, with the table's first rows for its header, or with enough text
 * before and after it to match as one pass would.
 */
import type {
  Content,
  ExtractContext,
  Extractor,
  PartWriter,
  RowBatch,
  TableFlow,
} from '../../core/content.js';
import type { ItemRange } from '../../core/range.js';
import { wideEncoding } from '../bytes/utf8.js';
import { DelimitedReader } from './delimited.js';
import { type Dialect, detectDialect } from './dialect.js';
import { decodedSegments, type Segment } from './text-decoding.js';
import { lineRanges, rowRanges } from './text-ranges.js';

/** Text before a range that is matched again, to find the matches that extend into the range. */
const WARM_BYTES = 16 * 1024;
/** Text after a range in which its last matches can end. */
const MARGIN_BYTES = 16 * 1024;
/** Enough of a table to find its header as a scan from its start does. */
const HEADER_BYTES = 384 * 1024;
const LF = 10;

export const textExtractor: Extractor = {
  splits,
  async extract(content, out, context) {
    const reading = { content, out, context };
    const dialect = await dialectOf(context.head, content.name);
    if (dialect)
      await (context.range ? readRowRange(reading, dialect, context.range) : readRows(reading, dialect));
    else await (context.range ? readTextRange(reading, context.range) : readText(reading));
  },
};

type Reading = { readonly content: Content; readonly out: PartWriter; readonly context: ExtractContext };

/** Wide encodings are not cut: a line break's bytes can be halves of other characters. */
async function* splits(content: Content, head: Buffer, rangeBytes: number): AsyncGenerator<ItemRange> {
  if (wideEncoding(head)) {
    yield { index: 0, start: 0, end: content.size ?? 0, line: 1, row: 1, last: true };
    return;
  }
  const dialect = await dialectOf(head, content.name);
  const skip = head.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
  yield* dialect ? rowRanges(content, dialect, { rangeBytes, skip }) : lineRanges(content, rangeBytes);
}

/** Detects the dialect of the head, in any encoding. */
async function dialectOf(head: Buffer, name: string): Promise<Dialect | undefined> {
  const chunks: Buffer[] = [];
  for await (const segment of decodedSegments(once(head), head)) chunks.push(segment.bytes);
  return detectDialect(Buffer.concat(chunks), name);
}

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function readRows({ out, context }: Reading, dialect: Dialect): Promise<void> {
  const table = out.table();
  const reader = new DelimitedReader(dialect, (batch) => table.rows(batch));
  await pushRows(decodedSegments(context.stream(), context.head), { reader, table, out, context });
}

/** `range` starts and ends between rows. */
async function readRowRange(reading: Reading, dialect: Dialect, range: ItemRange): Promise<void> {
  const { content, out, context } = reading;
  const table = out.table(range.start > 0 ? { continues: true } : {});
  // A first range can hold less than a scan from the start examines.
  if (range.start > 0 || range.end < HEADER_BYTES) await prime(reading, dialect, table);
  const reader = new DelimitedReader(dialect, (batch) => table.rows(batch), range);
  const segments = decodedSegments(content.open(range), context.head, range.start);
  await pushRows(segments, { reader, table, out, context });
}

async function prime({ content, context }: Reading, dialect: Dialect, table: TableFlow): Promise<void> {
  const end = Math.min(content.size ?? HEADER_BYTES, HEADER_BYTES);
  const reader = new DelimitedReader(dialect, (batch: RowBatch) => table.prime(batch));
  for await (const { bytes, source, width } of decodedSegments(
    content.open({ start: 0, end }),
    context.head,
  )) {
    reader.write(bytes, source, width);
  }
  // The rest in the middle of the content is a possibly cut row, which is not emitted.
  if (end === content.size) reader.end();
  else reader.flush();
}

type Rows = { reader: DelimitedReader; table: TableFlow; out: PartWriter; context: ExtractContext };

async function pushRows(
  segments: AsyncIterable<Segment>,
  { reader, table, out, context }: Rows,
): Promise<void> {
  try {
    for await (const { bytes, source, width } of segments) {
      context.budget.check();
      reader.write(bytes, source, width);
      await out.ready();
    }
  } finally {
    reader.end();
    table.end();
  }
}

async function readText({ out, context }: Reading): Promise<void> {
  const flow = out.text({}, { kind: 'source', width: 'utf8', start: 0 });
  await pushText(decodedSegments(context.stream(), context.head), { flow, out, context });
}

async function readTextRange({ content, out, context }: Reading, range: ItemRange): Promise<void> {
  const warm = await warmUp(content, range);
  const end = Math.min(content.size ?? range.end, range.end + MARGIN_BYTES);
  const window = { start: range.start, end: range.end };
  const line = range.line - warm.lines;
  const flow = out.text({}, { kind: 'source', width: 'utf8', start: warm.start, line, window });
  const bytes = content.open({ start: warm.start, end });
  await pushText(decodedSegments(bytes, context.head, warm.start), { flow, out, context });
}

/** A line start before the range, and the number of lines between. */
async function warmUp(content: Content, range: ItemRange): Promise<{ start: number; lines: number }> {
  const from = Math.max(0, range.start - WARM_BYTES);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open({ start: from, end: range.start })) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const first = from === 0 ? 0 : bytes.indexOf(LF) + 1;
  let lines = 0;
  for (let i = bytes.indexOf(LF, first); i !== -1; i = bytes.indexOf(LF, i + 1)) lines += 1;
  return { start: from + first, lines };
}

type Text = { flow: ReturnType<PartWriter['text']>; out: PartWriter; context: ExtractContext };

async function pushText(segments: AsyncIterable<Segment>, { flow, out, context }: Text): Promise<void> {
  try {
    for await (const { bytes, source, width } of segments) {
      context.budget.check();
      flow.sync(source, width);
      flow.write(bytes);
      await out.ready();
    }
  } finally {
    flow.end();
  }
}
