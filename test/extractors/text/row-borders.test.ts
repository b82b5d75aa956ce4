import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowBatch } from '../../../src/core/content.js';
import { DelimitedReader } from '../../../src/extractors/text/delimited.js';
import { RowBorders } from '../../../src/extractors/text/row-borders.js';

const DIALECT = { delimiter: 0x2c, quote: 0x22 };

const piece = fc.oneof(
  fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', 'é', 'some words', '"a,b"', '"b\nc"', ',"', '",', '\n"'),
  fc.integer({ min: 14, max: 40 }).map((length) => 'z'.repeat(length)),
);
/** What only the bounds of the grammar end: quotes left open over more lines or bytes than a cell has. */
const odd = fc.constantFrom(`,"${'\n'.repeat(2100)}",`, `"${'x'.repeat(270_000)}"`, 'y'.repeat(1_100_000));
const table = fc
  .tuple(fc.array(piece, { maxLength: 120 }), fc.option(odd, { freq: 6 }), fc.array(piece, { maxLength: 60 }))
  .map((parts) => Buffer.from(parts.flat().join('')));

type Row = { at: number; row: number; line: number };

/** Every row as the reader gives it. */
function rowsOf(bytes: Buffer): Row[] {
  const rows: Row[] = [];
  const reader = new DelimitedReader(DIALECT, (batch: RowBatch) => {
    const source = batch.origins[0]?.source ?? 0;
    for (const [i, line] of batch.rowLines.entries())
      rows.push({ at: source + (batch.rowStarts[i] as number), row: batch.firstRow + i, line });
  });
  reader.write(bytes, 0, 'utf8');
  reader.end();
  return rows;
}

test('ranges begin at the rows that the reader gives, wherever the chunks are cut', () => {
  const cuts = fc.array(fc.nat(300), { maxLength: 40 });
  fc.assert(
    fc.property(table, cuts, fc.integer({ min: 1, max: 400 }), (bytes, steps, rangeBytes) => {
      const borders = new RowBorders(DIALECT, rangeBytes);
      const found: Row[] = [];
      let at = 0;
      for (const step of [...steps, bytes.length]) {
        const end = Math.min(bytes.length, at + step);
        found.push(...borders.write(bytes.subarray(at, end), end, false));
        at = end;
      }
      found.push(...borders.write(new Uint8Array(), at, true));
      const expected: Row[] = [];
      for (const row of rowsOf(bytes)) {
        if (row.at >= (expected.at(-1)?.at ?? 0) + rangeBytes) expected.push(row);
      }
      expect(found).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});
