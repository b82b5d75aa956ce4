import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, it } from 'vitest';
import { compileGlob, nameFilter } from '../../src/sources/glob.js';

it.each([
  ['*.csv', ['a.csv', 'x/y.csv', '.csv'], ['a.csv.gz', 'a.csv/b']],
  ['x/*.csv', ['x/a.csv'], ['a.csv', 'y/x/a.csv', 'x/y/a.csv']],
  ['./x/*.csv', ['x/a.csv'], ['a.csv']],
  ['**/*.csv', ['a.csv', 'x/y/a.csv'], ['a.txt']],
  ['x/**', ['x/a', 'x/b/c'], ['x', 'y/x/a']],
  ['x/**/z', ['x/z', 'x/y/z', 'x/y/y/z'], ['xz', 'x/yz']],
  ['*.{csv,tsv}', ['a.csv', 'a.tsv'], ['a.xsv', 'a.{csv,tsv}']],
  ['a{b{c,d},e}', ['abc', 'abd', 'ae'], ['ab', 'abe']],
  ['[a-c]?.[!t]xt', ['ab.dxt', 'c0.axt'], ['d0.dxt', 'ab.txt', 'a/.dxt']],
  ['a[.-0]b', ['a.b', 'a0b'], ['a/b']],
  ['a,b', ['a,b'], ['a', 'b']],
  ['{open', ['{open'], ['open']],
  ['}a{', ['}a{'], ['a']],
  ['[]]', [']'], ['[']],
  ['a+b(1)$^.|', ['a+b(1)$^.|'], ['aab1']],
  ['\\*', ['*'], ['x']],
  ['\\[', ['['], ['x']],
  ['a\nb*', ['a\nb', 'a\nbc'], ['ab']],
  ['?', ['é', '😀'], ['ab']],
  ['😀.{csv,é}', ['😀.csv', 'x/😀.é'], ['\ud83d.csv']],
  ['**', ['../up', './dot', 'dir/', '//x'], []],
  ['x/*/z', ['x/../z', 'x/./z'], ['x/y/y/z']],
] as const)('%s', (glob, matching, others) => {
  expect(matching.filter((name) => !compileGlob(glob).test(name))).toEqual([]);
  expect(others.filter((name) => compileGlob(glob).test(name))).toEqual([]);
});

it.each([
  ['[', '\\['],
  ['**/[a-', '\\['],
  ['a[!', '\\['],
  ['x[]', 'empty'],
  ['x[!]', 'empty'],
  ['[z-a]', 'reversed'],
  ['[[:alpha:]]', '[:alpha:]'],
  ['a\\', '\\\\'],
  ['', 'empty'],
  ['./', 'empty'],
])('refuses the malformed glob "%s" and says why', (glob, why) => {
  const error = (() => {
    try {
      return compileGlob(glob);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(`"${glob}"`) });
  expect((error as Error).message).toContain(why);
});

/** What both know alike: no segments `.` and `..`, no name that ends in `/`, nothing that picomatch reads as more. */
it('agrees with picomatch where both know the syntax', () => {
  const piece = fc.constantFrom(
    '*',
    '?',
    '**/',
    '/',
    'a',
    'b',
    'x.csv',
    '[a-c]',
    '{a,b}',
    '{a,x{b,c}}',
    '-',
    'é',
  );
  const glob = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  const letter = fc.constantFrom('a', 'b', 'c', '/', 'x.csv', '-', 'é', '.a');
  const name = fc.array(letter, { minLength: 1, maxLength: 7 }).map((letters) => letters.join(''));
  fc.assert(
    fc.property(glob, fc.array(name, { minLength: 8, maxLength: 8 }), (text, names) => {
      fc.pre(!/^\/|\/\/|\*\*[^/]|[^/]\*\*|\*\*$|\/$/.test(text));
      const anywhere = text.includes('/') ? text : `**/${text}`;
      const oracle = picomatch(anywhere, { dot: true, fastpaths: false, noextglob: true, nonegate: true });
      for (const tried of names.filter((some) => !/^\/|\/\/|\/$/.test(some)))
        expect([text, tried, compileGlob(text).test(tried)]).toEqual([text, tried, oracle(tried)]);
    }),
    { numRuns: 2000 },
  );
});

const wantedBy = (globs: Parameters<typeof nameFilter>[0], names: readonly string[]) => {
  const { wants } = nameFilter(globs);
  return names.filter((name) => wants(name, () => `s3://bucket/pre/${name}`));
};

it('excludes all below an excluded folder, at any depth', () => {
  const exclude = ['node_modules', 'tmp/'];
  const below = ['node_modules/a', 'x/node_modules/y/z', 'tmp/a', 'x/tmp/b'];
  const beside = ['a', 'node_modules.txt', 'xtmp/a'];
  expect(wantedBy({ include: [], exclude }, [...below, ...beside])).toEqual(beside);
  const { prunes } = nameFilter({ include: [], exclude });
  expect(prunes('x/node_modules', () => '')).toBe(true);
  expect(prunes('x', () => '')).toBe(false);
});

it('lets exclude win over include', () => {
  const globs = { include: ['*.csv'], exclude: ['old/**'] };
  expect(wantedBy(globs, ['a.csv', 'old/a.csv', 'a.txt'])).toEqual(['a.csv']);
});

it('takes a pattern that is a printed uri for that item, whatever characters it holds', () => {
  const names = ['a[1].csv', 'a1.csv', '{b'];
  expect(wantedBy({ include: ['s3://bucket/pre/a[1].csv'], exclude: [] }, names)).toEqual(['a[1].csv']);
  expect(wantedBy({ include: [], exclude: ['s3://bucket/pre/{b'] }, names)).toEqual(['a[1].csv', 'a1.csv']);
  const { prunes } = nameFilter({ include: [], exclude: ['/srv/share/old'] });
  expect(prunes('old', () => '/srv/share/old')).toBe(true);
});
