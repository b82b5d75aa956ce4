/**
 * Cuts a huge text into ranges that can be read apart and give what one pass gives: plain text before the
 * first blank line (or line) behind each border, delimited text between rows, found with the same reader
 * that later reads them. Reads the content once, as a stream; holds one chunk.
 */
import type { Content } from '../core/content.js';
import type { ItemRange } from '../core/source.js';
import { DelimitedReader } from './delimited.js';
import type { Dialect } from './dialect.js';

const LF = 10;
/** How far behind a border a blank line is looked for before any line will do. */
const BLANK_WITHIN = 64 * 1024;

type Cut = { at: number; line: number; row: number };

/** Ranges of about `rangeBytes` of delimited text whose first bytes are no BOM (`skip` bytes are one). */
export async function* rowRanges(
  content: Content,
  dialect: Dialect,
  { rangeBytes, skip }: { rangeBytes: number; skip: number },
): AsyncGenerator<ItemRange> {
  const cuts: Cut[] = [];
  let border = rangeBytes;
  const reader = new DelimitedReader(dialect, (batch) => {
    const source = batch.origins[0]?.source ?? 0;
    const rows = batch.rowStarts.length - 1;
    for (let r = 0; r < rows; r++) {
      const at = source + (batch.rowStarts[r] as number);
      if (at < border) continue;
      cuts.push({ at, line: batch.rowLines[r] as number, row: batch.firstRow + r });
      border = at + rangeBytes;
    }
  });
  let offset = 0;
  const ranges = new RangeBuilder();
  for await (const chunk of content.open()) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const drop = Math.max(0, Math.min(bytes.length, skip - offset));
    reader.write(bytes.subarray(drop), offset + drop, 'utf8');
    offset += bytes.length;
    for (const cut of cuts.splice(0)) yield ranges.until(cut);
  }
  reader.end();
  for (const cut of cuts.splice(0)) yield ranges.until(cut);
  yield ranges.last(offset);
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

class RangeBuilder {
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
    const { at: start, line, row } = this.#start;
    return { index: this.#index++, start, end, line, row, last };
  }
}
