/**
 * The lock file lets `npm ci` run in a fresh clone. An `npm install` against a registry that lacks some platform's
 * packages drops them from the lock file, and `npm ci` then fails everywhere.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

type Entry = {
  version?: string;
  optionalDependencies?: Record<string, string>;
  dependencies?: Record<string, string>;
};
const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '..', name), 'utf8'));
const packages: Record<string, Entry> = read('package-lock.json').packages;

/** True if some node_modules folder at or above `path` has the package. */
function resolves(path: string, name: string): boolean {
  const parts = path.split('/node_modules/');
  return parts.concat('').some((_, depth) => {
    const above = parts.slice(0, depth).join('/node_modules/');
    return packages[above === '' ? `node_modules/${name}` : `${above}/node_modules/${name}`] !== undefined;
  });
}

test('every dependency is locked, those of other platforms too', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !resolves(path, name))
      .map((name) => `${path} needs ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the lock file is of the package.json beside it', () => {
  const { version, dependencies, devDependencies } = read('package.json');
  expect(packages['']).toMatchObject({ version, dependencies, devDependencies });
});
