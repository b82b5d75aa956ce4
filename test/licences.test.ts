/**
 * The licences of shipped packages allow redistribution under Apache-2.0: every production package of the lock file
 * has a permissive licence, or is one of the exceptions below with its reason.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

const PERMISSIVE = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Zlib',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);

/** Packages (by prefix) whose licence is not permissive by name, and why they may be used all the same. */
const EXCEPTIONS: Record<string, { declares: RegExp; because: string }> = {
  '7z-wasm': {
    declares: /License\.txt$/,
    because:
      'LGPL-2.1-or-later with the unRAR restriction: a separate WebAssembly module that is loaded unchanged and can be replaced; used to unpack only, never to make a RAR archiver',
  },
};

type Entry = { dev?: boolean; license?: string };
type Shipped = { name: string; licence: string };

/** Production packages of the lock file, with the licence that the installed package itself declares. */
function shipped(): Shipped[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const entries: [string, Entry][] = Object.entries(lock.packages);
  return entries
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      licence: declared(path) ?? entry.license ?? 'undeclared',
    }));
}

function declared(path: string): string | undefined {
  const file = join(ROOT, path, 'package.json');
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  const stated = license ?? licenses?.[0];
  return typeof stated === 'string' ? stated : stated?.type;
}

/** An SPDX expression is permissive if any OR branch, or every AND part, is. */
function isPermissive(expression: string): boolean {
  const bare = expression.replace(/^\(|\)$/g, '');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isPermissive);
  return bare.split(' AND ').every((part) => PERMISSIVE.has(part));
}

const exceptionOf = (name: string) =>
  Object.entries(EXCEPTIONS).find(([prefix]) =>
    prefix.endsWith('-') ? name.startsWith(prefix) : name === prefix,
  );

const packages = shipped();

test('the lock file is read', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['re2', 'zod', 'commander']));
});

test('every shipped package is permissive or a listed exception', () => {
  const refused = packages.filter(({ name, licence }) => {
    if (isPermissive(licence)) return false;
    return !exceptionOf(name)?.[1].declares.test(licence);
  });
  expect(refused).toEqual([]);
});

test('no shipped package is under the GPL or AGPL alone', () => {
  const strong = packages.filter(({ licence }) => /(?<!L)GPL/.test(licence) && !isPermissive(licence));
  expect(strong).toEqual([]);
});

test('no exception is stale', () => {
  const used = new Set(
    packages.filter(({ licence }) => !isPermissive(licence)).map(({ name }) => exceptionOf(name)?.[0]),
  );
  expect([...used].sort()).toEqual(Object.keys(EXCEPTIONS).sort());
});

test.each([
  ['GPL-3.0-only', false],
  ['AGPL-3.0-or-later', false],
  ['LGPL-3.0-or-later', false],
  ['(MIT OR GPL-3.0)', true],
  ['(MIT AND GPL-3.0)', false],
  ['(MIT AND Zlib)', true],
])('%s is permissive: %s', (expression, expected) => expect(isPermissive(expression)).toBe(expected));
