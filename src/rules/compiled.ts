/**
 * The built-in packs as they were parsed when this package was built: parsing YAML and measuring patterns
 * takes a second, which every start would pay. An entry counts only for the very text it was made of, so
 * packs that were edited since are parsed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeaksiftError } from '../core/errors.js';
import type { Rule } from '../core/rule.js';

/** By packKey. */
export type CompiledPacks = Readonly<Record<string, readonly Rule[]>>;

/** The folder of this package, from src and from dist, whatever the depth of the file that runs. */
export function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new LeaksiftError('rules', 'the built-in rules/ folder is missing');
    folder = parent;
  }
  return folder;
}

export function packKey(file: string, source: string): string {
  return createHash('sha256')
    .update(`${path.basename(file)}\0${source}`)
    .digest('hex');
}

/** Empty where nothing was compiled, and when run from source: there the parser itself is at work. */
export async function readCompiled(): Promise<CompiledPacks> {
  if (import.meta.url.endsWith('.ts')) return {};
  try {
    return JSON.parse(await readFile(compiledFile(), 'utf8')) as CompiledPacks;
  } catch {
    return {};
  }
}

function compiledFile(): string {
  return path.join(packageFolder(), 'dist', 'packs.json');
}

/** Parses the built-in packs and keeps them; the last step of a build. */
export async function writeCompiled(): Promise<void> {
  const { parsePack } = await import('./parse.js');
  const folder = path.join(packageFolder(), 'rules');
  const compiled: Record<string, readonly Rule[]> = {};
  for (const name of (await readdir(folder)).filter((entry) => /\.ya?ml$/.test(entry)).sort()) {
    const file = path.join(folder, name);
    const source = await readFile(file, 'utf8');
    compiled[packKey(file, source)] = parsePack(file, source);
  }
  const partial = `${compiledFile()}.${randomUUID()}`;
  await writeFile(partial, JSON.stringify(compiled));
  await rename(partial, compiledFile());
}
