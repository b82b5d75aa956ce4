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
  ['a,b', ['a,b'], ['a', 'b']],
  ['{open', ['{open'], ['open']],
  ['a+b(1)$^.|', ['a+b(1)$^.|'], ['aab1']],
  ['\\*', ['*'], ['x']],
  ['[', ['['], ['x']],
  ['a\nb*', ['a\nb', 'a\nbc'], ['ab']],
  ['?', ['é', '😀'], ['ab']],
] as const)('%s', (glob, matching, others) => {
  expect(matching.filter((name) => !compileGlob(glob).test(name))).toEqual([]);
  expect(others.filter((name) => compileGlob(glob).test(name))).toEqual([]);
});

it('excludes all below an excluded folder, at any depth', () => {
  const { wants, prunes } = nameFilter({ include: [], exclude: ['node_modules', 'tmp/'] });
  expect(['node_modules/a', 'x/node_modules/y/z', 'tmp/a', 'x/tmp/b'].filter(wants)).toEqual([]);
  expect(['a', 'node_modules.txt', 'xtmp/a'].filter((name) => !wants(name))).toEqual([]);
  expect(prunes('x/node_modules')).toBe(true);
  expect(prunes('x')).toBe(false);
});

it('lets exclude win over include', () => {
  const { wants } = nameFilter({ include: ['*.csv'], exclude: ['old/**'] });
  expect(['a.csv', 'old/a.csv', 'a.txt'].filter(wants)).toEqual(['a.csv']);
});
