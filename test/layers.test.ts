/**
 * The shape of the source, read from the source: who imports whom, who touches the process, how long files
 * and functions are, what they are called. The layers are
 * `cli → commands`, `index` → `library` → `pipeline` → the families (never each other) → `core`; inside the pipeline
 * `forecast` → `work` → `runs` → `scan` → `readers` and `names`. Circles are refused between files and between folders.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const FAMILIES = ['sources', 'extractors', 'rules', 'match', 'findings'];
const MAX_FILE_LINES = 400;
const MAX_FOLDER_FILES = 30;
const MAX_FUNCTION_LINES = 60;

/** What a layer may import of the product, by the first folder (or the file itself, at the top). */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: ['core'],
  ...Object.fromEntries(FAMILIES.map((family) => [family, ['core', family]])),
  pipeline: ['core', 'pipeline', ...FAMILIES],
  // What commands and src/index.ts share.
  library: ['core', 'pipeline', 'library', ...FAMILIES],
  'index.ts': ['core', 'pipeline', 'library', ...FAMILIES],
  commands: ['core', 'pipeline', 'library', 'commands', ...FAMILIES],
  'cli.ts': ['core', 'pipeline', 'library', 'commands', ...FAMILIES],
};

/** Files besides cli.ts that may touch `process` or `console`, each with its reason. */
const TOUCHES_PROCESS: Record<string, string> = {
  'core/running.ts': 'asks whether a process lives',
  'core/private-folder.ts': 'names folders by their process and user',
  'extractors/bytes/mute-console.ts': 'silences libraries that print content',
  'extractors/sheets/sheetjs.ts': 'silences SheetJS, which prints content, where nothing is awaited',
  'index.ts': 'hands the environment on, where the command line takes the same defaults from it',
  'pipeline/work/child.ts': 'is the entry of a process of its own: reads its arguments and exits',
  'pipeline/runs/folder-store.ts': 'writes the process id into its lock',
  'sources/s3-credentials.ts': 'asks where the shared configuration of AWS lies',
  'sources/s3-connection.ts': 'silences the SDK, which reads a variable for that',
};

/** Names that say nothing of what is inside. */
const EMPTY_NAMES = /(?:^|[-/])(?:utils?|helpers?|manager|common|misc|shared)(?:[-./]|$)/;
// A part of the workbook format bears that name.
const NAMED_BY_FORMAT = new Set(['extractors/sheets/shared-strings.ts']);

type Source = { name: string; text: string; lines: number; ast: ts.SourceFile; imports: string[] };

const sources: Source[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.as.ts'))
  .map((entry) => read(join(entry.parentPath, entry.name)));

function read(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return {
    name: relative(SRC, path),
    text,
    lines: text.trimEnd().split('\n').length,
    ast,
    imports: importsOf(ast),
  };
}

/** Every module a file imports, statically, dynamically, as a type, or by `new URL(…, import.meta.url)`. */
function importsOf(ast: ts.SourceFile): string[] {
  const out: string[] = [];
  visit(ast, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      out.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) out.push(first.text);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      out.push((node.argument.literal as ts.StringLiteral).text);
    }
  });
  return out;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

const layerOf = (name: string) => name.split('/')[0] as string;

/** Files of the product that `source` imports, as names below src/. */
function ownImports(source: Source): string[] {
  return source.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SRC, join(SRC, dirname(source.name), specifier)).replace(/\.js$/, '.ts'));
}

/** True where `node` is a use of a global called `name`, not a property or key of that name. */
function usesGlobal(node: ts.Node, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return (
    !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent) && !ts.isMethodDeclaration(parent)
  );
}

test('there is source to look at', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(ownImports).length).toBeGreaterThan(100);
});

test('imports go down the layers only, and families never import each other', () => {
  const wrong = sources.flatMap((source) => {
    const allowed = MAY_IMPORT[layerOf(source.name)];
    if (!allowed) return [`${source.name}: in no known layer`];
    return ownImports(source)
      .filter((target) => !allowed.includes(layerOf(target)))
      .map((target) => `${source.name} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others, not for a type either', () => {
  expect(circles(new Map(sources.map((source) => [source.name, ownImports(source)])))).toEqual([]);
});

test('no folder imports itself by way of others', () => {
  const edges = new Map<string, string[]>();
  for (const source of sources) {
    const from = roomOf(source.name);
    const to = ownImports(source)
      .map(roomOf)
      .filter((room) => room !== from);
    edges.set(from, [...(edges.get(from) ?? []), ...to]);
  }
  expect(circles(edges)).toEqual([]);
});

test('no folder holds more than 30 files', () => {
  const counts = new Map<string, number>();
  for (const { name } of sources) counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MAX_FOLDER_FILES)).toEqual([]);
});

/** The folder of a file; each file at the top of src is a room of its own. */
const roomOf = (name: string) => (name.includes('/') ? dirname(name) : name);

function circles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (name: string, path: string[]): void => {
    if (path.includes(name)) found.push([...path.slice(path.indexOf(name)), name].join(' → '));
    if (path.includes(name) || done.has(name)) return;
    for (const next of edges.get(name) ?? []) walk(next, [...path, name]);
    done.add(name);
  };
  for (const name of edges.keys()) walk(name, []);
  return found;
}

test('only cli.ts touches the process and the console', () => {
  const touching = sources.filter((source) => {
    if (source.imports.some((specifier) => /^(?:node:)?process$/.test(specifier))) return true;
    let found = false;
    visit(source.ast, (node) => {
      found ||= usesGlobal(node, 'process') || usesGlobal(node, 'console');
    });
    return found;
  });
  const names = touching
    .map(({ name }) => name)
    .filter((name) => name !== 'cli.ts' && !TOUCHES_PROCESS[name]);
  expect(names).toEqual([]);
});

test('only match/ imports re2', () => {
  const importers = sources.filter(({ imports }) => imports.includes('re2')).map(({ name }) => layerOf(name));
  expect([...new Set(importers)]).toEqual(['match']);
});

test('no file is longer than 400 lines, no function than 60', () => {
  const long = sources
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(({ name, lines }) => `${name}: ${lines}`);
  for (const { name, ast } of sources) {
    visit(ast, (node) => {
      const lines =
        ts.isFunctionLike(node) && 'body' in node && node.body ? linesOf(node.body as ts.Node, ast) : 0;
      if (lines > MAX_FUNCTION_LINES) long.push(`${name}: a function of ${lines}`);
    });
  }
  expect(long).toEqual([]);
});

function linesOf(node: ts.Node, ast: ts.SourceFile): number {
  const at = (position: number) => ast.getLineAndCharacterOfPosition(position).line;
  return at(node.getEnd()) - at(node.getStart(ast)) + 1;
}

test('files begin with a comment that says what they are', () => {
  expect(sources.filter(({ text }) => !/^(?:#!.*\n)?\/[*/]/.test(text)).map(({ name }) => name)).toEqual([]);
});

test('names say what is inside, at most two folders deep', () => {
  const empty = sources.filter(({ name }) => EMPTY_NAMES.test(name) && !NAMED_BY_FORMAT.has(name));
  expect(empty.map(({ name }) => name)).toEqual([]);
  expect(sources.filter(({ name }) => name.split('/').length > 3).map(({ name }) => name)).toEqual([]);
});
