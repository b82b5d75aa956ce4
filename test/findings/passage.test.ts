import { expect, test } from 'vitest';
import { Passages } from '../../src/findings/passage.js';
import { match } from './matches.js';

function cut(places: { start: number; line?: number }[]): number[][] {
  const out: number[][] = [];
  const passages = new Passages<number>((passage) => out.push(passage.map(({ at }) => at)));
  for (const [at, { start, line }] of places.entries()) {
    passages.push({ match: match('PHONE_NUMBER', 'x', { start, end: start + 1 }), line, at });
  }
  passages.end();
  passages.end();
  return out;
}

test.each([
  [
    'near together',
    [
      { start: 0, line: 1 },
      { start: 100, line: 2 },
    ],
    [[0, 1]],
  ],
  ['far in bytes', [{ start: 0 }, { start: 900 }], [[0], [1]]],
  [
    'far in lines',
    [
      { start: 0, line: 1 },
      { start: 9, line: 6 },
    ],
    [[0], [1]],
  ],
  ['nothing', [], []],
])('%s', (_, places, want) => {
  expect(cut(places)).toEqual(want);
});

test('a list without end is cut', () => {
  expect(cut(Array.from({ length: 450 }, (_, i) => ({ start: i * 5 }))).map((p) => p.length)).toEqual([
    200, 200, 50,
  ]);
});
