/**
 * Cuts a huge text into ranges that can be read independently and together give the result of one pass: plain text
 * before the first blank line (or line) after each border, delimited text between rows, found with the grammar that
 * later reads them. Reads the content once, as a stream; holds one chunk.
 */
import type { Content } from '../../core/content.js';
import type { ItemRange } from '../../core/range.js';
import type { Dialect } from './dialect.js';
import { type Cut, RowBorders } from './row-borders.js';

const LF = 10;
/** How far after a border a blank line is searched for before any line will do. */
const BLANK_WITHIN = 64 * 1024;

/** Ranges of about `rangeBytes` of delimited text that starts after `skip` bytes of BOM. */
export async function* rowRanges(
  content: Content,
  dialect: Dialect,
  { rangeBytes, skip }: { rangeBytes: number; skip: number },
): AsyncGenerator<ItemRange> {
  const ranges = new RangeBuilder();
  const rows = new RowBorders(dialect, rangeBytes);
  let offset = 0;
  for await (const chunk of content.open()) {
    const drop = Math.max(0, Math.min(chunk.length, skip - offset));
    offset += chunk.length;
    for (const cut of rows.write(chunk.subarray(drop), offset, false)) yield ranges.until(cut);
  }
  for (const cut of rows.write(new Uint8Array(), offset, true)) yield ranges.until(cut);
  yield ranges.last(offset);
}

/** Reads a text line by line and reports where another reader could continue. */
export interface LineReader {
  /** A whole line with its line feed, or (`isWhole` false) a piece of a very long one; it ends at byte `end`. */
  line(bytes: Buffer, end: number, isWhole: boolean): void;
  /** What a reader that begins after the last line must know; undefined if none could begin. */
  state(): string | undefined;
}

/** A longer line is passed on in pieces. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Ranges of about `rangeBytes` that begin where `reader` allows it. */
export async function* stateRanges(
  content: Content,
  rangeBytes: number,
  reader: LineReader,
): AsyncGenerator<ItemRange> {
  const ranges = new RangeBuilder();
  let border = rangeBytes;
  let line = 1;
  let end = 0;
  for await (const lines of linesOf(content.open())) {
    for (const { bytes, isWhole } of lines) {
      end += bytes.length;
      reader.line(bytes, end, isWhole);
      if (!isWhole) continue;
      line += 1;
      const state = end >= border ? reader.state() : undefined;
      if (state === undefined) continue;
      yield ranges.until({ at: end, line, row: 1, state });
      border = end + rangeBytes;
    }
  }
  yield ranges.last(end);
}

type Line = { readonly bytes: Buffer; readonly isWhole: boolean };

/** The lines of a chunk at a time: they are processed before the next chunk is requested. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const lines: Line[] = [];
    let from = 0;
    for (let i = bytes.indexOf(LF); i !== -1; i = bytes.indexOf(LF, from)) {
      const piece = bytes.subarray(from, i + 1);
      lines.push({ bytes: held.length > 0 ? Buffer.concat([...held, piece]) : piece, isWhole: true });
      [held, heldBytes, from] = [[], 0, i + 1];
    }
    if (lines.length > 0) yield lines;
    if (from === bytes.length) continue;
    // A copy: the chunk may be reused.
    held.push(Buffer.from(bytes.subarray(from)));
    heldBytes += bytes.length - from;
    if (heldBytes < MAX_LINE_BYTES) continue;
    yield [{ bytes: Buffer.concat(held), isWhole: false }];
    [held, heldBytes] = [[], 0];
  }
  if (held.length > 0) yield [{ bytes: Buffer.concat(held), isWhole: false }];
}

/** Ranges of about `rangeBytes` of plain text. */
export async function* lineRanges(content: Content, rangeBytes: number): AsyncGenerator<ItemRange> {
  const ranges = new RangeBuilder();
  let border = rangeBytes;
  let offset = 0;
  let line = 1;
  for await (const chunk of content.open()) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let i = bytes.indexOf(LF); i !== -1; i = bytes.indexOf(LF, i + 1)) {
      line += 1;
      const at = offset + i + 1;
      if (at < border) continue;
      const blank = bytes[i + 1] === LF || (bytes[i + 1] === 13 && bytes[i + 2] === LF);
      if (!blank && at < border + BLANK_WITHIN) continue;
      yield ranges.until({ at, line, row: 1 });
      border = at + rangeBytes;
    }
    offset += bytes.length;
  }
  yield ranges.last(offset);
}

export class RangeBuilder {
  #start: Cut = { at: 0, line: 1, row: 1 };
  #index = 0;

  until(cut: Cut): ItemRange {
    const range = this.#range(cut.at, false);
    this.#start = cut;
    return range;
  }

  last(size: number): ItemRange {
    return this.#range(size, true);
  }

  #range(end: number, last: boolean): ItemRange {
    const { at: start, ...first } = this.#start;
    return { index: this.#index++, start, end, ...first, last };
  }
}
