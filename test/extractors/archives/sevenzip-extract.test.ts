/** The members of an extraction that fails on its way. */
import { expect, it } from 'vitest';
import type { Content, PartWriter } from '../../../src/core/content.js';
import { codeOf, LeaksiftError } from '../../../src/core/errors.js';
import { Budget, DEFAULT_LIMITS } from '../../../src/core/limits.js';
import { readWanted } from '../../../src/extractors/archives/sevenzip-extract.js';
import type { SevenZipEvent } from '../../../src/extractors/archives/sevenzip-protocol.js';
import { WantedMembers } from '../../../src/extractors/archives/sevenzip-wanted.js';
import { openContext } from '../../../src/pipeline/scan/extract-context.js';

const NAMES = ['a', 'b', 'c', 'd'];

/** Runs an extraction of a, b, c and d that gives these events, then `fault`. */
async function run(events: readonly SevenZipEvent[], fault?: Error) {
  const content: Content = {
    locator: { uri: 'test', hops: [] },
    name: 'test',
    reopenable: true,
    open: async function* () {},
  };
  const budget = new Budget(DEFAULT_LIMITS, Date.now);
  const options = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };
  const context = await openContext(content, { budget, options, depth: 0 });
  const members: Record<string, string> = {};
  const member = async (content: Content) => {
    let text = '';
    try {
      for await (const chunk of content.open()) text += Buffer.from(chunk).toString();
    } catch (error) {
      text += `<${codeOf(error)}>`;
    }
    members[content.name] = text;
  };
  const wanted = new WantedMembers('read');
  for (const name of NAMES) wanted.want(name, name);
  const reasons = new Set<string>();
  const feed = async function* () {
    yield* events;
    if (fault) throw fault;
  };
  const out = { member } as unknown as PartWriter;
  const error = await readWanted(feed(), wanted, { out, context, reasons, archiveBytes: 100 }).catch(codeOf);
  await context.close();
  return { members, reasons: [...reasons], error };
}

const file = (path: string, text: string): SevenZipEvent[] => [
  { type: 'open', path },
  { type: 'data', bytes: Buffer.from(text) },
  { type: 'close' },
];
const says = (text: string): SevenZipEvent => ({ type: 'error-line', text });
const end = (code: number): SevenZipEvent => ({ type: 'exit', code, heapBytes: 0 });

it('names the members that were not reached when the reader died', async () => {
  const events = [...file('a', 'alpha'), ...file('b', 'be')];
  expect(await run(events, new LeaksiftError('crashed', '7-Zip ended early'))).toEqual({
    members: { a: 'alpha', b: 'be<crashed>', c: '<crashed>', d: '<crashed>' },
    reasons: ['crashed'],
    error: 'crashed',
  });
});

it('lays an error to the member it is about', async () => {
  const events = [
    ...file('a', 'alpha'),
    says('ERROR: Cannot open output file : errno=20 : Not a directory : /out/b'),
    ...file('c', 'gamma'),
    says('ERROR: CRC Failed : c'),
    says('ERROR: Cannot create hard link : errno=34 : Too many links : /out/d : /out/c'),
    end(2),
  ];
  expect(await run(events)).toEqual({
    members: { a: 'alpha', b: '<corrupt>', c: 'gamma<corrupt>', d: '<not-regular-file>' },
    reasons: ['corrupt'],
    error: undefined,
  });
});

it('gives members that no listing named', async () => {
  const events = [...NAMES.flatMap((name) => file(name, name)), ...file('e', 'more'), end(0)];
  const { members, reasons } = await run(events);
  expect(members).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'more' });
  expect(reasons).toEqual([]);
});

it('is not complete where 7-Zip ends in failure without a word', async () => {
  const { reasons } = await run([...NAMES.flatMap((name) => file(name, name)), end(2)]);
  expect(reasons).toEqual(['corrupt']);
});

it('leaves members unnamed where the budget of the whole item is spent', async () => {
  const { members, error } = await run(file('a', 'alpha'), new LeaksiftError('timeout', 'took longer'));
  expect(members).toEqual({ a: 'alpha<timeout>' });
  expect(error).toBe('timeout');
});
