import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { json, ndjson } from '../../../src/extractors/records/json.js';
import { allText, type Collected, collect } from '../collect.js';

const tables = (out: Collected) =>
  out.tables.map((t) => [
    t.options.name,
    t.options.columns,
    ...t.rows.map((r) => r.cells.map((c) => c.text)),
  ]);
const texts = (out: Collected) => out.texts.map((t) => t.text).join('');

async function read(value: unknown, extractor = json): Promise<Collected> {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const out = await collect(extractor, bytes);
  expect(out.error).toBeUndefined();
  return out;
}

describe('json', () => {
  test('an array of objects is a table, nested values under dotted names', async () => {
    const out = await read({
      exported: '2020-01-01',
      staff: [
        {
          name: 'Zoé "Z" Exemple',
          contact: { phones: ['06 39 98 12 34', '01 99 00 12 34'] },
          ok: true,
          none: null,
        },
        { name: 'B\\C\n', extra: 12.5, contact: { mail: 'b@example.org' } },
      ],
    });
    expect(tables(out)).toEqual([
      [
        'staff',
        ['name', 'contact.phones', 'ok', 'extra', 'contact.mail'],
        ['Zoé "Z" Exemple', '06 39 98 12 34\n01 99 00 12 34', 'true', '', ''],
        ['B\\C\n', '', '', '12.5', 'b@example.org'],
      ],
    ]);
    expect(texts(out).trim()).toBe('exported: 2020-01-01');
    expect(out.partial).toEqual([]);
  });

  test('arrays in an array are rows', async () => {
    const out = await read([
      ['Name', 'Phone'],
      ['Zoé', '06 39 98 12 34'],
    ]);
    expect(tables(out).map((t) => t.slice(2))).toEqual([
      [
        ['Name', 'Phone'],
        ['Zoé', '06 39 98 12 34'],
      ],
    ]);
  });

  test('a field that turns up late widens the table, and its rows count on', async () => {
    const out = await read(
      Array.from({ length: 300 }, (_, i) => (i < 200 ? { a: i } : { a: i, late: `x${i}` })),
    );
    expect(out.tables.map((t) => t.options.columns)).toEqual([['a'], ['a', 'late']]);
    expect(out.tables[1]?.rows[0]?.row).toBe(201);
    expect(out.tables[1]?.rows[99]?.cells.map((c) => c.text)).toEqual(['299', 'x299']);
  });

  test('long lists inside a record are tables of their own', async () => {
    const staff = Array.from({ length: 1000 }, (_, i) => ({ nom: `N${i}`, tel: `T${i}` }));
    const out = await read([{ unit: 'U', staff }]);
    const own = out.tables.find((t) => t.options.columns?.includes('nom'));
    expect(own?.options.name).toBe('staff');
    expect(own?.rows.length).toBe(992);
    expect(own?.rows.at(-1)?.cells.map((c) => c.text)).toEqual(['N999', 'T999']);
  });

  test('literals of JavaScript and comments are read too', async () => {
    const out = await read("window.data = [{name: 'Zoé', n: -1 /* aside secret */}] // end");
    expect(tables(out)).toEqual([[undefined, ['name', 'n'], ['Zoé', '-1']]]);
    expect(texts(out)).toContain('aside secret');
  });

  test('text that is not JSON after all stays readable', async () => {
    expect(texts(await read('{ the phone is 06 39 98 12 34 of a@example.org'))).toContain(
      '06 39 98 12 34 of a@example.org',
    );
  });

  test('cut input gives what it holds and is partial', async () => {
    const whole = JSON.stringify(
      Array.from({ length: 50 }, (_, i) => ({ name: `N${i}`, tel: '06 39 98 12 34' })),
    );
    const out = await read(whole.slice(0, -12));
    expect(out.partial).toEqual(['truncated']);
    expect(out.tables[0]?.rows.length).toBe(50);
  });

  test.each(['utf16-le', 'utf-16', 'windows-1252'])('in %s is read', async (encoding) => {
    const out = await read(iconv.encode('[{"nom":"Zoé l’Exemple"}]', encoding));
    expect(tables(out)).toEqual([[undefined, ['nom'], ['Zoé l’Exemple']]]);
  });

  test('bombs of depth, of keys and of length are bounded', async () => {
    await read('['.repeat(2_000_000));
    await read('{"a":'.repeat(500_000));
    const wide = await read([Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]))]);
    expect(Math.max(...wide.tables.map((t) => t.options.columns?.length ?? 0))).toBeLessThanOrEqual(4096);
    expect(allText(wide)).toContain('19999');
    const long = `${'\\u00e9\\\\'.repeat(200_000)}06 39 98 12 34`;
    const out = await read(`{"blob":"${long}"}`);
    const said = texts(out).replaceAll('\n', '');
    expect(said.length).toBe('blob: '.length + 400_000 + 14);
    expect(said.includes('06 39 98 12 34')).toBe(true);
  });
});

describe('ndjson', () => {
  test('lines of mixed shapes are one table', async () => {
    const out = await read('{"a":1,"b":"x"}\n\n{"b":"y","c":{"d":2}}\r\n[7,8]\n', ndjson);
    expect(tables(out)).toEqual([
      [
        undefined,
        ['a', 'b', 'c.d', '1', '2'],
        ['1', 'x', '', '', ''],
        ['', 'y', '2', '', ''],
        ['', '', '', '7', '8'],
      ],
    ]);
  });

  test('a broken line does not take the next ones with it', async () => {
    const out = await read('{"a":"one"}\n{"a":"open string, {"b":[\n{"a":"three"}\n{"a":"four"}\n', ndjson);
    const cells = out.tables.flatMap((t) => t.rows.map((r) => r.cells.map((c) => c.text).join('|')));
    expect(cells.filter((c) => /^(one|three|four)\b/.test(c)).length).toBe(3);
    expect(allText(out)).toContain('open string');
  });

  test('many lines stream through', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => JSON.stringify({ id: i, nom: `Zoé ${i}` }));
    const out = await read(lines.join('\n'), ndjson);
    expect(out.tables[0]?.rows.length).toBe(50_000);
    expect(out.tables[0]?.rows.at(-1)).toMatchObject({ row: 50_000 });
  });
});
