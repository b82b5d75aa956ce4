/** Everything that the pages refer to exists: paths in backticks, links between pages, scripts of package.json. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PATH = /`((?:src|test|docs|deploy|rules|fixtures|\.ci)\/[\w./@-]*\w)`/g;
const LINK = /\]\((?!https?:|#)([^)#\s]+)/g;
const SCRIPT = /npm run ([\w:-]+)/g;

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'deploy/README.md', 'rules/README.md']
  .concat(
    readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  )
  .filter((name) => name.endsWith('.md') && existsSync(join(ROOT, name)));

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

test('there are pages to look at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/ARCHITECTURE.md']));
});

test.each(pages)('%s names what is there', (page) => {
  const text = textOf(page);
  const paths = [...text.matchAll(PATH)].map(([, path]) => path as string);
  const links = [...text.matchAll(LINK)].map(([, link]) => join(dirname(page), link as string));
  const missing = [...paths, ...links].filter((path) => !existsSync(join(ROOT, path)));
  const unknown = [...text.matchAll(SCRIPT)]
    .map(([, name]) => name as string)
    .filter((name) => !(name in scripts));
  expect([...missing, ...unknown]).toEqual([]);
});
