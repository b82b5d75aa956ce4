/**
 * Pack files into rules. In: paths of YAML files, or of folders that hold some. Out: rules sorted by id and
 * a hash over all they say. Refuses with LeaksiftError `rules`, naming file, rule, field and reason.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { Rule } from '../core/rule.js';
import { toRule } from './entry.js';
import { packSchema } from './schema.js';

/** Far above any pack a person writes; a folder given by mistake must not fill the memory. */
const MAX_PACK_BYTES = 4 * 1024 * 1024;

export type Packs = {
  readonly rules: Rule[];
  /** SHA-256 (hex) of the canonical rules: equal rules, equal hash, whatever file they stand in. */
  readonly hash: string;
};

export async function loadPacks(paths: readonly string[]): Promise<Packs> {
  const files = (await Promise.all(paths.map(packFiles))).flat();
  const rules: Rule[] = [];
  const fileOf = new Map<string, string>();
  for (const file of new Set(files)) {
    for (const rule of await loadFile(file)) {
      const other = fileOf.get(rule.id);
      if (other !== undefined) throw fault(file, rule.id, `id: already used in ${other}`);
      fileOf.set(rule.id, file);
      rules.push(rule);
    }
  }
  rules.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { rules, hash: hashOf(rules) };
}

/** The rules/ folder of this package, from src and from dist, whatever the depth of the file that runs. */
export function builtinPacksFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new LeaksiftError('rules', 'the built-in rules/ folder is missing');
    folder = parent;
  }
  return path.join(folder, 'rules');
}

async function packFiles(given: string): Promise<string[]> {
  try {
    if (!(await stat(given)).isDirectory()) return [path.resolve(given)];
    const names = (await readdir(given)).filter((name) => /\.ya?ml$/.test(name)).sort();
    if (names.length === 0) throw new LeaksiftError('rules', `${given}: no .yaml file in this folder`);
    return names.map((name) => path.resolve(given, name));
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('rules', `${given}: cannot be read (${codeOf(error)})`, { cause: error });
  }
}

async function loadFile(file: string): Promise<Rule[]> {
  const source = await readPack(file);
  const document = parseDocument(source, { merge: true });
  const broken = document.errors[0];
  if (broken) {
    const line = broken.linePos?.[0].line;
    throw fault(file, line === undefined ? '' : `line ${line}`, `YAML: ${broken.code}`);
  }
  const given: unknown = toPlain(file, document);
  const parsed = packSchema.safeParse(given ?? { rules: [] });
  if (!parsed.success) throw issueFault(file, given, parsed.error);
  const pack = path.basename(file).replace(/\.ya?ml$/, '');
  return parsed.data.rules.map((entry) => {
    try {
      return toRule(entry, pack);
    } catch (error) {
      if (error instanceof LeaksiftError) throw fault(file, entry.id, error.message);
      throw error;
    }
  });
}

/** `yaml` throws here on bombs of aliases. */
function toPlain(file: string, document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch {
    throw fault(file, '', 'YAML: aliases are broken or expand too far');
  }
}

async function readPack(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_PACK_BYTES) throw new LeaksiftError('rules', `${file}: larger than 4 MiB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('rules', `${file}: cannot be read (${codeOf(error)})`, { cause: error });
  }
}

/** The first complaint of zod, with the rule's id instead of its number where it has one. */
function issueFault(file: string, given: unknown, error: z.ZodError): LeaksiftError {
  const issue = error.issues[0];
  const [top, index, ...field] = issue?.path ?? [];
  const entry = (given as { rules?: { id?: unknown }[] } | null)?.rules?.[Number(index)];
  const isRule = top === 'rules' && index !== undefined;
  const id = typeof entry?.id === 'string' ? entry.id : `rule ${Number(index) + 1}`;
  const where = (isRule ? field : (issue?.path ?? [])).join('.');
  return fault(file, isRule ? id : '', `${where ? `${where}: ` : ''}${issue?.message ?? 'not a pack'}`);
}

function fault(file: string, rule: string, reason: string): LeaksiftError {
  return new LeaksiftError(
    'rules',
    [path.relative('.', file) || file, rule, reason].filter(Boolean).join(': '),
  );
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
