import { expect, test } from 'vitest';
import { countCells, countSpans, rates, Tally } from './metrics.mjs';

test('rates follow hits, false and missed ones', () => {
  expect(rates({ hit: 8, extra: 2, missed: 2 })).toMatchObject({ p: 0.8, r: 0.8, f1: 0.8, n: 10 });
  expect(rates({ hit: 0, extra: 0, missed: 0 })).toMatchObject({ p: 1, r: 1 });
  expect(rates({ hit: 1, extra: 0, missed: 3 }).f2).toBeLessThan(rates({ hit: 1, extra: 0, missed: 3 }).f1);
});

test('a span is exact, or half of it is found, or it is missed and false', () => {
  const exact = new Tally();
  const half = new Tally();
  const gold = [{ entity: 'PERSON', start: 0, end: 10 }];
  countSpans(gold, [{ entity: 'PERSON', start: 0, end: 8 }], { exact, half });
  expect(exact.report().PERSON).toMatchObject({ p: 0, r: 0 });
  expect(half.report().PERSON).toMatchObject({ p: 1, r: 1 });
});

test('a cell counts once', () => {
  const tally = new Tally();
  const cell = { entity: 'RANK', row: 2, column: 1 };
  countCells([cell], [cell, cell, { ...cell, row: 3 }], tally);
  expect(tally.report().RANK).toMatchObject({ p: 0.5, r: 1, n: 1 });
});
