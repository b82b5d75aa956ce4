/**
 * Records that are passed over by their look are cut where those that were read are, into ranges with the same
 * state.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../../src/core/content.js';
import type { ItemRange } from '../../../src/core/range.js';
import { jsonRanges } from '../../../src/extractors/records/json-ranges.js';
import { JsonSkeletons } from '../../../src/extractors/records/json-skeleton.js';
import { sqlRanges } from '../../../src/extractors/records/sql-ranges.js';

function contentOf(bytes: Buffer, chunk: number): Content {
  return {
    locator: { uri: 'dump', hops: [] },
    name: 'dump',
    size: bytes.length,
    reopenable: true,
    async *open(range = { start: 0, end: bytes.length }) {
      for (let at = range.start; at < range.end; at += chunk)
        yield bytes.subarray(at, Math.min(range.end, at + chunk));
    },
  };
}

async function all(ranges: AsyncIterable<ItemRange>): Promise<ItemRange[]> {
  const list: ItemRange[] = [];
  for await (const range of ranges) list.push(range);
  return list;
}

const RUNS = {
  numRuns: Number(process.env.LEAKSIFT_RUNS ?? 60),
  seed: Number(process.env.LEAKSIFT_SEED ?? 3),
};
const cuts = { chunk: fc.integer({ min: 100, max: 5000 }), rangeBytes: fc.integer({ min: 300, max: 3000 }) };
/** So that a table is open and typed before the hostile part comes. */
const repeat = (line: string) => line.repeat(130);

describe('JSON lines', () => {
  const value = fc.oneof(
    ...[
      fc.constantFrom(
        '1',
        '-2.5e3',
        'true',
        'null',
        '"a"',
        '""',
        '"q\\"{"',
        '"\\\\"',
        '"it\'s"',
        '"é"',
        '{}',
        '[]',
      ),
    ],
    ...[
      fc.constantFrom('{"n": 1}', '{"n": null}', '[1, null, "x"]', '[{"n": 2}]', "'single'", 'bare', '"open'),
    ],
  );
  const name = fc.constantFrom('"a"', '"b"', '"c"', '"d e"', '"k\\"q"', 'bare', '"é"');
  const record = fc
    .array(fc.tuple(name, value, fc.constantFrom(':', ' : ')), { maxLength: 5 })
    .map((pairs) => `{${pairs.map(([key, text, colon]) => key + colon + text).join(', ')}}`);
  const odd = fc.constantFrom(
    '',
    ' ',
    '[1, 2]',
    'null',
    '{"a": 1}, {"b": 2}',
    '{"a": 1',
    '// note',
    '{"a" 1}',
    '{a}',
  );
  const line = fc.oneof({ weight: 20, arbitrary: record }, { weight: 1, arbitrary: odd });
  const text = fc
    .tuple(fc.array(line, { minLength: 50, maxLength: 300 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => `${repeat(`{"a": "x", "b": 2}${end}`)}${lines.join(end)}${end}`);

  it('of any kind', async () => {
    let passed = 0;
    const skeletons = new JsonSkeletons();
    await fc.assert(
      fc.asyncProperty(text, cuts.chunk, cuts.rangeBytes, async (input, chunk, rangeBytes) => {
        const content = contentOf(Buffer.from(input), chunk);
        const counted = await all(jsonRanges(content, { rangeBytes }));
        expect(counted).toEqual(await all(jsonRanges(content, { rangeBytes, readsAll: true })));
        for (const one of input.split('\n'))
          if (skeletons.of(Buffer.from(`${one}\n`)) !== undefined) passed++;
      }),
      RUNS,
    );
    expect(passed).toBeGreaterThan(1000);
  }, 60_000);

  it('have one skeleton when only their values differ', () => {
    const of = (one: string) => skeletonOf.of(Buffer.from(`${one}\n`));
    const skeletonOf = new JsonSkeletons();
    expect(of('{"a": "x", "b": [1, {"c": null}]}')).toBe('{"a":s,"b":[w,{"c":n}]}');
    expect(of('{"a":"y\\"","b":[-2e3,{"c":null}]}\r')).toBe('{"a":s,"b":[w,{"c":n}]}');
    for (const other of [
      '{"a": 1} ',
      '{a: 1}',
      "{'a': 1}",
      '{"a": 1,}',
      '{"a": 1 2}',
      '{"a": 1}}',
      '[1]',
      '{"a": 1',
    ])
      expect(of(other), other).toBe(undefined);
  });
});

describe('SQL dumps', () => {
  const plain = fc.constantFrom(
    '1',
    '-2.5',
    'NULL',
    "'a'",
    "''",
    "'it''s'",
    "'(),;'",
    "'-- no'",
    '0x41',
    'now()',
  );
  const calls = ["cast('x' as date)", "'é'", "'two\nlines'"];
  const strings = ["'x\\'", "'y\\\\'", "N'x'", "E'\\''", "E'\\'),(2'"];
  const signs = ['1--2', '/* c */ 1', '"q"', '`q`', '[q]', '$$d$$', '@v', '#'];
  const cell = fc.oneof(
    { weight: 400, arbitrary: plain },
    { weight: 1, arbitrary: fc.constantFrom(...calls, ...strings, ...signs) },
  );
  const row = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => `(${cells.join(', ')})`);
  const goesOn = fc.constantFrom(
    ',',
    ',\n',
    '\n,',
    ';\nINSERT INTO t VALUES ',
    ';\n\nINSERT INTO t VALUES\n',
  );
  const COPY = ';\nCOPY v (a, b) FROM stdin;\n1\tx\n\\N\t\\.y\n\\.\nINSERT INTO t VALUES ';
  // A table is cut from its 120th row on: other ones are rare.
  const between = fc.oneof(
    { weight: 200, arbitrary: goesOn },
    { weight: 1, arbitrary: fc.constantFrom(', -- c\n', ';\nINSERT INTO u VALUES\n', COPY) },
  );
  const text = fc
    .tuple(fc.array(fc.tuple(row, between), { minLength: 300, maxLength: 900 }), fc.boolean())
    .map(([rows, copies]) => {
      const begin = copies
        ? `COPY t (a, b) FROM stdin;\n${repeat('1\tx\n')}\\.\nINSERT INTO t VALUES `
        : `CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES\n${repeat("(1, 'x'),\n")}`;
      return `${begin}${rows.flat().join('')}(1);\n`;
    });

  it.each([true, false])(
    'of any kind, backslashes escaping: %s',
    async (backslashEscapes) => {
      const dialect = { backslashEscapes, hashComments: backslashEscapes };
      let ranges = 0;
      await fc.assert(
        fc.asyncProperty(text, cuts.chunk, cuts.rangeBytes, async (input, chunk, rangeBytes) => {
          const content = contentOf(Buffer.from(input), chunk);
          const counted = await all(sqlRanges(content, dialect, { rangeBytes }));
          expect(counted).toEqual(await all(sqlRanges(content, dialect, { rangeBytes, readsAll: true })));
          ranges += counted.length;
        }),
        RUNS,
      );
      expect(ranges).toBeGreaterThan(3 * RUNS.numRuns);
    },
    60_000,
  );
});
