/** What builtin.ts says of the extractors it has not loaded is what their modules say. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { extractorFor, extractors } from '../src/builtin.js';
import type { Extractor } from '../src/core/content.js';

const ROOT = resolve(import.meta.dirname, '..');
const OPTIONS = { ocr: false, ocrLanguages: [], strings: true, passwords: [] };

/** Every lazy entry's module and export, as builtin.ts has them. */
function entries(): readonly { id: string; module: string; name: string }[] {
  const source = readFileSync(resolve(ROOT, 'src/builtin.ts'), 'utf8');
  const entry = /(?:lazy|container)\(\s*'([^']+)',[^;]*?import\('\.\/extractors\/([\w/-]+)\.js'\)\)\.(\w+)/g;
  return [...source.matchAll(entry)].map(([, id, module, name]) => ({
    id: id as string,
    module: module as string,
    name: name as string,
  }));
}

/** By its address: Vite rewrites a relative import whose name is computed, and knows one folder only. */
const moduleOf = (name: string) =>
  import(pathToFileURL(resolve(ROOT, 'src/extractors', `${name}.ts`)).href) as Promise<unknown>;

test('every extractor but the one of text is loaded when needed', () => {
  const ids = extractors.all().map((extractor) => extractor.id);
  expect(['text', ...entries().map(({ id }) => id)].sort()).toEqual([...ids].sort());
});

test.each(entries().map((entry) => [entry.id, entry] as const))('%s is as registered', async (id, entry) => {
  const module = (await moduleOf(entry.module)) as Record<string, Extractor>;
  const loaded = module[entry.name];
  const registered = extractors.get(id);
  expect(loaded?.id).toBe(id);
  expect(registered?.container ?? false).toBe(loaded?.container ?? false);
  const types = loaded?.mediaTypes ?? [];
  // These are found by the family of a type, or as the last resort: what they list is not registered.
  if (['image', 'media', 'strings'].includes(id))
    expect(types).toEqual(expect.arrayContaining([...(registered?.mediaTypes ?? [])]));
  else expect([...(registered?.mediaTypes ?? [])].sort()).toEqual([...types].sort());
  for (const mediaType of types) expect(extractorFor(mediaType, OPTIONS)?.id).toBe(id);
});

test('no module exports an extractor that nobody registered', async () => {
  const files = readdirSync(resolve(ROOT, 'src/extractors'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('-worker.ts'),
  );
  const known = new Set(extractors.all().map(({ id }) => id));
  // The OLE extractor hands on to these two.
  for (const id of ['msg', 'xls']) known.add(id);
  const strange: string[] = [];
  for (const name of files.map((file) => file.slice(0, -3))) {
    if (!/: Extractor\b/.test(readFileSync(resolve(ROOT, 'src/extractors', `${name}.ts`), 'utf8'))) continue;
    const module = (await moduleOf(name)) as Record<string, unknown>;
    for (const value of Object.values(module)) {
      if (isExtractor(value) && !known.has(value.id)) strange.push(`${name}: ${value.id}`);
    }
  }
  expect(strange).toEqual([]);
});

function isExtractor(value: unknown): value is Extractor {
  return typeof value === 'object' && value !== null && 'extract' in value && 'mediaTypes' in value;
}
