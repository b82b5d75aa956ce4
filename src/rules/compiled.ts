/**
 * The built-in packs as parsed when the package was built: parsing YAML and computing bounds takes a second at every
 * start otherwise. An entry is used only for the exact text it was made from, so edited packs are parsed again.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeaksiftError } from '../core/errors.js';
import type { Rule } from '../core/rule.js';

/** Keyed by packKey. */
export type CompiledPacks = Readonly<Record<string, readonly Rule[]>>;

/** The root folder of this package, from src and from dist, at any depth. */
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

/** Empty if nothing was compiled, and when run from source, which always parses. */
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

/** Parses the built-in packs and stores the result; the last step of a build. */
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
