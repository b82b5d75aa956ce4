import { expect, test } from 'vitest';
import { builtInFormat, CellFormat, plainNumber } from '../../../src/extractors/sheets/cell-format.js';

test.each([
  ['General', 639981234, '639981234', undefined],
  ['General', 0.1 + 0.2, '0.3', '0.30000000000000004'],
  ['General', 4970101234567893, '4.9701E+15', '4970101234567893'],
  ['General', 1234567890123, '1.23457E+12', '1234567890123'],
  ['General', -12.5, '-12.5', undefined],
  ['0', 2.5, '3', '2.5'],
  ['0.00', 1.005, '1.01', '1.005'],
  ['0.00', -0.001, '0.00', '-0.001'],
  ['0.00', -7.12345, '-7.12', '-7.12345'],
  ['000-00-0000', 123456789, '123-45-6789', '123456789'],
  ['00000', 1234, '01234', '1234'],
  ['0%', 0.5, '50%', '0.5'],
  ['#,##0.00 "€"', 1234.5, '1,234.50 €', '1234.5'],
  ['dd/mm/yyyy', 31245, '17/07/1985', '1985-07-17'],
  ['[$-40C]d mmmm yyyy', 31245, '17 juillet 1985', '1985-07-17'],
  ['yyyy-mm-dd', 31245, '1985-07-17', undefined],
  ['hh:mm', 0.5, '12:00', undefined],
  ['"broken', 7, '7', undefined],
])('%s shows %d as %s', (code, value, text, raw) => {
  const shown = new CellFormat(code).show(value);
  expect([shown.text, shown.raw]).toEqual([text, raw]);
});

test('a format that shows nothing is told', () => {
  expect(new CellFormat(';;;').isBlank).toBe(true);
  expect(new CellFormat('0;;').isBlank).toBe(false);
});

test('built-in dates that follow the locale are shown day first', () => {
  expect(new CellFormat(builtInFormat(14)).show(31245).text).toBe('17/07/1985');
  expect(builtInFormat(999)).toBe('General');
});

test('numbers are written out in full', () => {
  expect(plainNumber(1e21)).toBe('1000000000000000000000');
  expect(plainNumber(1.5e-9)).toBe('1.5e-9');
});
