import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, RowBatch } from '../../../src/core/content.js';
import { MAX_COLUMNS, textRowsOf, UsedColumns } from '../../../src/pipeline/scan/column-gaps.js';
import { BatchBuilder } from '../../../src/pipeline/scan/row-batch.js';

function batchOf(rows: readonly (readonly Cell[])[]): RowBatch[] {
  const batches: RowBatch[] = [];
  const builder = new BatchBuilder((batch) => batches.push(batch));
  for (const cells of rows) builder.row(cells, {});
  builder.flush();
  return batches;
}

/** Rows of cells in ascending columns, near each other and far apart. */
const sheet = fc.array(
  fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: MAX_COLUMNS })), {
    maxLength: 8,
  }),
  { minLength: 1, maxLength: 6 },
);
const cellsOf = (columns: readonly number[]): Cell[] =>
  [...columns].sort((a, b) => a - b).map((column) => ({ text: `c${column}`, column }));

describe('rows with wide gaps', () => {
  it('keep every cell at its column', () => {
    fc.assert(
      fc.property(sheet, (rows) => {
        const found = batchOf(rows.map(cellsOf)).flatMap((batch) => textRowsOf(batch, 100));
        for (const [r, columns] of rows.entries()) {
          for (const column of columns) expect(found[r]?.[column - 1]).toBe(`c${column}`);
        }
      }),
    );
  });

  it('spread what is known of used columns back to where they stand', () => {
    fc.assert(
      fc.property(sheet, (rows) => {
        const found = batchOf(rows.map(cellsOf)).flatMap((batch) => textRowsOf(batch, 100));
        const used = new UsedColumns(found);
        const [first = []] = used.rows;
        const spread = used.spread(first, '');
        for (const column of rows[0] ?? []) expect(spread[column - 1]).toBe(`c${column}`);
      }),
    );
  });

  it('cost as many cells as there are, not as many as lie between', () => {
    const rows = Array.from({ length: 1000 }, () => cellsOf([1, MAX_COLUMNS]));
    const cells = batchOf(rows).reduce((sum, batch) => sum + batch.cells.length / 2, 0);
    expect(cells).toBeLessThan(20 * rows.length);
  });

  it('take a column beyond the last one for the next', () => {
    const [batch] = batchOf([[{ text: 'a' }, { text: 'b', column: 4_000_000_000 }]]);
    const [row] = batch ? textRowsOf(batch, 1) : [];
    expect(row?.[0]).toBe('a');
    expect(row?.length).toBeLessThan(20);
    expect(row?.at(-1)).toBe('b');
  });
});
