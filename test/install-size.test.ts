/**
 * The size of a production install: `npm ci --omit=dev --omit=optional`, as in the container. The lock file lists the
 * packages; their installed files are measured.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const MB = 1e6;
/** 117 MB on 2026-12-01; PDF.js is 41 of them, libphonenumber-js 10. */
const BUDGET_MB = 150;
/** Packages that only `--ocr` needs: 100 MB with sharp's libvips. */
const OPTIONAL = ['sharp', 'tesseract.js', 'tesseract.js-core', '@tesseract.js-data/eng', '@napi-rs/canvas'];

type Entry = { readonly dev?: boolean; readonly optional?: boolean };
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>;
};

const production = Object.entries(lock.packages)
  .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
  .map(([path]) => path);

/** Bytes of a package's files, without the packages that are installed inside it. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') bytes += sizeOf(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}

test('a production install stays below its budget', () => {
  const sizes = production.map((path) => [path, sizeOf(join(ROOT, path)) / MB] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, 8);
  expect(total, largest.map(([path, size]) => `${path} ${size.toFixed(1)} MB`).join(', ')).toBeLessThan(
    BUDGET_MB,
  );
});

test('what only OCR needs is no part of it', () => {
  expect(production.filter((path) => OPTIONAL.includes(path.replace(/^.*node_modules\//, '')))).toEqual([]);
});
