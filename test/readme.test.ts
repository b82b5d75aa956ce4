/** README's table of formats is the one that their descriptors make: `npm run readme` writes it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withFormats } from '../.ci/readme.mjs';
import { FORMAT_KINDS } from '../src/core/format.js';
import { FORMATS } from '../src/extractors/index.js';

const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');

test('README lists the formats that there are', () => {
  expect(withFormats(readme, FORMATS, FORMAT_KINDS)).toBe(readme);
});

test('a format that is not listed is seen', () => {
  const more = [...FORMATS, { ...FORMATS[0], id: 'toy', names: { archives: 'toy' } }];
  const made = withFormats(readme, more, FORMAT_KINDS);
  expect(made).toMatch(/^\| archives \|.*, toy \|/m);
  expect(made).not.toBe(readme);
});
