/**
 * Loads rules from pack files. Input: paths of YAML files, or of folders with YAML files; output: rules sorted by id
 * and a hash over their content. Throws LeaksiftError `rules` with file, rule, field and reason.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, LeaksiftError, safeMessage } from '../core/errors.js';
import type { Rule } from '../core/rule.js';
import { type CompiledPacks, packageFolder, packKey, readCompiled } from './compiled.js';
import { packFault } from './pack-fault.js';

/** Far above any handwritten pack; protects memory when a wrong folder is given. */
const MAX_PACK_BYTES = 4 * 1024 * 1024;

export type Packs = {
  readonly rules: Rule[];
  /** SHA-256 (hex) of the canonical rules: equal rules give an equal hash, regardless of their files. */
  readonly hash: string;
  /** The file of each rule, by its id. */
  readonly files: ReadonlyMap<string, string>;
};

export async function loadPacks(paths: readonly string[]): Promise<Packs> {
  const files = (await Promise.all(paths.map(packFiles))).flat();
  const compiled = await readCompiled();
  const rules: Rule[] = [];
  const fileOf = new Map<string, string>();
  for (const file of new Set(files)) {
    for (const rule of await loadFile(file, compiled)) {
      const other = fileOf.get(rule.id);
      if (other !== undefined) throw packFault(file, rule.id, `id: already used in ${other}`);
      fileOf.set(rule.id, file);
      rules.push(rule);
    }
  }
  rules.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { rules, hash: hashOf(rules), files: fileOf };
}

/** The rules/ folder of this package. */
export function builtinPacksFolder(): string {
  return path.join(packageFolder(), 'rules');
}

async function packFiles(given: string): Promise<string[]> {
  try {
    if (!(await stat(given)).isDirectory()) return [path.resolve(given)];
    const names = (await readdir(given)).filter((name) => /\.ya?ml$/.test(name)).sort();
    if (names.length === 0) throw new LeaksiftError('rules', `${given}: no .yaml file in this folder`);
    return names.map((name) => path.resolve(given, name));
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('rules', `${given}: ${whyUnreadable(error)}`, { cause: error });
  }
}

function whyUnreadable(error: unknown): string {
  const code = codeOf(error);
  if (code === 'not-found') return 'there is no such file or folder: check the path';
  if (code === 'access-denied') return 'permission denied: it must be readable by the user who scans';
  return `cannot be read (${safeMessage(error)})`;
}

/** The rules of one file: precompiled if the text is unchanged, otherwise parsed. */
async function loadFile(file: string, compiled: CompiledPacks): Promise<readonly Rule[]> {
  const source = await readPack(file);
  const known = compiled[packKey(file, source)];
  if (known) return known;
  const { parsePack } = await import('./parse.js');
  return parsePack(file, source);
}

async function readPack(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_PACK_BYTES) throw new LeaksiftError('rules', `${file}: larger than 4 MiB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('rules', `${file}: ${whyUnreadable(error)}`, { cause: error });
  }
}

function hashOf(rules: readonly Rule[]): string {
  const hash = createHash('sha256');
  for (const rule of rules) hash.update(canonical({ ...rule, pack: '' })).update('\n');
  return hash.digest('hex');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}
