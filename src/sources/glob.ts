/**
 * --include and --exclude: globs over names relative to the target, for files and keys alike. `*`, `?`, `[...]` and
 * `{a,b}` stay inside one path segment, `**` spans segments. A glob without `/` matches the last segment at any
 * depth; one that ends in `/` matches everything below that folder. Dot files are not special. Rejects malformed
 * globs. Kept instead of picomatch, which never matches the segments `.` and `..` or a key that ends in `/`:
 * docs/decisions/030-own-globs.md.
 */
import { LeaksiftError } from '../core/errors.js';
import { escapeName } from '../core/locator.js';
import type { SourceOptions } from '../core/source.js';

export type NameFilter = {
  /** True when the item is read. `uri`: its printed address, which a pattern may equal instead. */
  readonly wants: (name: string, uri: () => string) => boolean;
  /** True when nothing below this relative folder (no trailing `/`) is read. */
  readonly prunes: (folder: string, uri: () => string) => boolean;
};

type Patterns = { readonly globs: readonly RegExp[]; readonly uris: ReadonlySet<string> };

/** Throws `usage` for a malformed glob. */
export function nameFilter({ include, exclude }: Pick<SourceOptions, 'include' | 'exclude'>): NameFilter {
  const wanted = patternsOf(include);
  const unwanted = patternsOf(exclude);
  const isUnwanted = (folder: string) => unwanted.globs.some((glob) => matchesFolder(glob, folder));
  return {
    wants: (name, uri) =>
      (include.length === 0 || matches(wanted, name, uri)) &&
      (exclude.length === 0 || !(matches(unwanted, name, uri) || foldersOf(name).some(isUnwanted))),
    prunes: (folder, uri) => exclude.length > 0 && (isUnwanted(folder) || unwanted.uris.has(uri())),
  };
}

function patternsOf(texts: readonly string[]): Patterns {
  return { globs: texts.map(compileGlob), uris: new Set(texts) };
}

function matches({ globs, uris }: Patterns, name: string, uri: () => string): boolean {
  return globs.some((glob) => glob.test(name)) || uris.has(uri());
}

function matchesFolder(glob: RegExp, folder: string): boolean {
  return glob.test(folder) || glob.test(`${folder}/`);
}

function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.push(name.slice(0, at));
  return folders;
}

/** A uri as globs match it: without a leading `./` or `/`. */
export function globbedName(uri: string): string {
  return uri.replace(/^(\.?\/)+/, '');
}

/** Throws `usage`, naming the fault and how to write the character itself. */
export function compileGlob(glob: string): RegExp {
  const trimmed = globbedName(glob);
  if (trimmed === '') throw malformed(glob, 'it is empty');
  const below = trimmed.endsWith('/') ? `${trimmed}**` : trimmed;
  const anywhere = !trimmed.replace(/\/$/, '').includes('/');
  try {
    return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${translate(below)}$`, 'su');
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(glob, 'a range in [...] is reversed');
    throw malformed(glob, (error as Error).message);
  }
}

function malformed(glob: string, why: string): LeaksiftError {
  return new LeaksiftError('usage', `malformed glob "${escapeName(glob)}": ${why}`);
}

/** Longest alternatives first, so that `**` is not read as two stars. The last three are faults or literals. */
const TOKEN = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|[{},[]|\\.|\\$|./gsu;

function translate(glob: string): string {
  const tokens = [...glob.matchAll(TOKEN)].map(([token]) => token);
  // An unbalanced brace is a literal one: names may hold them.
  if (!isBalanced(tokens)) return tokens.map((token) => translateToken(token, false)).join('');
  let depth = 0;
  return tokens
    .map((token) => {
      if (token === '{') depth += 1;
      const translated = translateToken(token, depth > 0);
      if (token === '}') depth -= 1;
      return translated;
    })
    .join('');
}

function isBalanced(tokens: readonly string[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '/**': '/.*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
const CHOICES: Readonly<Record<string, string>> = { '{': '(?:', '}': ')', ',': '|' };

function translateToken(token: string, inBraces: boolean): string {
  if (token === '[') throw new Error('"[" is never closed; write \\[ for the character');
  if (token === '\\') throw new Error('"\\" is at the end; write \\\\ for the character');
  if (token.startsWith('[')) return translateClass(token.slice(1, -1));
  const special = WILDCARDS[token] ?? (inBraces ? CHOICES[token] : undefined);
  return special ?? literal(token.startsWith('\\') ? token.slice(1) : token);
}

function translateClass(body: string): string {
  const isNegated = body.startsWith('!') || body.startsWith('^');
  const members = isNegated ? body.slice(1) : body;
  if (members === '') throw new Error('[...] is empty; write \\[ for the character');
  if (members.includes('[:')) throw new Error('named classes such as [:alpha:] are not supported');
  const escaped = members.replaceAll(/[\\\][^]/g, '\\$&');
  return isNegated ? `[^/${escaped}]` : `(?!/)[${escaped}]`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
