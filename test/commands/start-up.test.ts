/** What a scan of files loads before it reads the first byte: imports of the built modules, followed from its roots. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '../../dist');
/** Modules that are imported when they are needed, which a scan of files without a run does at once. */
const ROOTS = ['cli.js', 'commands/scan.js', 'pipeline/work/run.js', 'pipeline/work/streamed-run.js'];
const IMPORT = /^(?:import|export)\b[^;]*?\bfrom\s*'([^']+)';|^import '([^']+)';/gm;

function loaded(): { files: Set<string>; packages: Set<string> } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const waiting = ROOTS.map((root) => join(DIST, root));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(relative(DIST, path))) continue;
    files.add(relative(DIST, path));
    for (const [, from, alone] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const name = (from ?? alone) as string;
      if (name.startsWith('.')) waiting.push(join(dirname(path), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return { files, packages };
}

test('packages', () => {
  // Each costs milliseconds at every start; zod alone has a hundred modules.
  const allowed = ['commander', 'fastest-levenshtein', 'iconv-lite', 'p-queue', 'pino', 're2', 'wasmagic'];
  expect([...loaded().packages].filter((name) => !allowed.includes(name))).toEqual([]);
});

test('nothing of runs that are kept, of stores, of isolation and of formats', () => {
  const { files } = loaded();
  expect(files.size).toBeGreaterThan(100);
  const unwanted =
    /runs\/(?:merge|verify|stored-plan|earlier-run|bucket-store)|work\/isolate|sources\/s3\.|sources\/s3-client/;
  expect([...files].filter((file) => unwanted.test(file))).toEqual([]);
});
