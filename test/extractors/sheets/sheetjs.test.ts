import type { WorkBook } from '@e965/xlsx';
import { expect, test } from 'vitest';
import { writeWorkbook } from '../../../src/extractors/sheets/sheetjs.js';
import { allText, collect } from '../collect.js';

test('cells that a damaged workbook places absurdly far out cost no time', async () => {
  const data: unknown[] = [[{ t: 's', v: 'first' }]];
  data[4_000_000_000] = [{ t: 's', v: 'far below' }];
  const row: unknown[] = [];
  row[3_000_000_000] = { t: 's', v: 'far right' };
  data[1] = row;
  const columns: unknown[] = [];
  columns[4_000_000_000] = { hidden: true };
  const book = { SheetNames: ['S'], Sheets: { S: { '!data': data, '!cols': columns } } };
  const extractor = {
    id: 'x',
    mediaTypes: ['x/y'],
    // A workbook as SheetJS gives one of a damaged file.
    extract: (_: unknown, out: Parameters<typeof writeWorkbook>[1]) =>
      writeWorkbook(book as unknown as WorkBook, out),
  };
  const started = Date.now();
  const out = await collect(extractor, Buffer.from('x'));
  expect(allText(out)).toMatch(/first[\s\S]*far right[\s\S]*far below/);
  expect(Date.now() - started).toBeLessThan(2000);
});
