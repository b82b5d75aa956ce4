/** Facts that deployments must match: the options, variables, statuses and image of this repository. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { longName, SCAN_FLAGS, takesValue } from '../../src/library/flags.js';

export const ROOT = resolve(import.meta.dirname, '../..');
export const DEPLOY = join(ROOT, 'deploy');

/** A parsed YAML value; tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are of no one type, and each access is asserted.
export type Manifest = any;

export function readYaml(path: string): Manifest[] {
  return parseYaml(readFileSync(path, 'utf8'), path);
}

export function parseYaml(text: string, path: string): Manifest[] {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
    return document.toJS();
  });
}

export function yamlFiles(): string[] {
  return readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(DEPLOY, name));
}

/** `--name=value`, `--name value` and `--switch` of a command line that are no options of a scan. */
export function unknownOptions(args: readonly string[]): string[] {
  const flags = new Map(SCAN_FLAGS.map((flag) => [longName(flag), flag]));
  return args.filter((arg, i) => {
    if (!arg.startsWith('--')) return false;
    const [name = '', value] = arg.slice(2).split('=', 2);
    const flag = flags.get(name);
    const hasValue = value !== undefined || (args[i + 1] !== undefined && !args[i + 1]?.startsWith('--'));
    return !flag || (takesValue(flag) && !hasValue) || (!takesValue(flag) && value !== undefined);
  });
}

/** Names of variables that the sources read. */
export function environmentNames(): Set<string> {
  const text = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
    .join('\n');
  return new Set([...text.matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name as string));
}

export const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
