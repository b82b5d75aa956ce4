/**
 * --include and --exclude: globs over names relative to the address, for files and keys alike. `*`, `?`,
 * `[...]` and `{a,b}` stay inside one path segment, `**` spans them. A glob without `/` matches the last
 * segment anywhere; one that ends in `/` stands for all below that folder. Dot files are like others.
 */
import type { SourceOptions } from '../core/source.js';

export type NameFilter = {
  /** True when an item of this relative name is to be read. */
  readonly wants: (name: string) => boolean;
  /** True when nothing below this relative folder (no trailing `/`) is to be read. */
  readonly prunes: (folder: string) => boolean;
};

export function nameFilter({ include, exclude }: Pick<SourceOptions, 'include' | 'exclude'>): NameFilter {
  const wanted = include.map(compileGlob);
  const unwanted = exclude.map(compileGlob);
  const prunes = (folder: string) => unwanted.some((glob) => glob.test(folder) || glob.test(`${folder}/`));
  const wants = (name: string) =>
    (wanted.length === 0 || wanted.some((glob) => glob.test(name))) &&
    !unwanted.some((glob) => glob.test(name)) &&
    (unwanted.length === 0 || !foldersOf(name).some(prunes));
  return { wants, prunes };
}

function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.push(name.slice(0, at));
  return folders;
}

export function compileGlob(glob: string): RegExp {
  const trimmed = glob.replace(/^(\.?\/)+/, '');
  const below = trimmed.endsWith('/') ? `${trimmed}**` : trimmed;
  const anywhere = !trimmed.replace(/\/$/, '').includes('/');
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${translate(below)}$`, 'su');
}

/** Longest alternatives first, so that `**` is not taken for two stars. */
const TOKEN = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?\]?[^\]]*\]|[{},]|\\.|./gsu;

function translate(glob: string): string {
  let depth = 0;
  let out = '';
  for (const [token] of glob.matchAll(TOKEN)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    out += translateToken(token, depth);
  }
  // An unbalanced brace is a literal one: names may hold them.
  return depth === 0 ? out : translate(glob.replaceAll(/(?<!\\)[{}]/g, '\\$&'));
}

function translateToken(token: string, depth: number): string {
  if (token === '**/') return '(?:.*/)?';
  if (token === '/**') return '/.*';
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token === '{') return '(?:';
  if (token === '}' && depth >= 0) return ')';
  if (token === ',' && depth > 0) return '|';
  if (token.startsWith('[') && token.length > 2) return translateClass(token.slice(1, -1));
  return literal(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
}

function translateClass(body: string): string {
  const isNegated = body.startsWith('!') || body.startsWith('^');
  const members = (isNegated ? body.slice(1) : body).replaceAll(/[\\\][^]/g, '\\$&');
  return isNegated ? `[^/${members}]` : `[${members}]`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
