/** Loads plug-ins from their files. Rejects with `usage` a file that cannot be loaded or has wrong exports. */
import { pathToFileURL } from 'node:url';
import type { PluginFile } from '../../core/settings.js';
import type { Plugin } from './plugin.js';
import { hashOf, unusable } from './plugin-file.js';

const PARTS = ['formats', 'sources', 'nameDetector'] as const;

/** Loads a plug-in. Throws `usage` if the file has changed, cannot be run, or has a wrong shape. */
export async function loadPlugin({ name, path, sha256 }: PluginFile): Promise<Plugin> {
  if (hashOf(name, path) !== sha256) throw unusable(name, 'has changed since the scan started');
  return pluginOf(name, await imported(name, path, sha256));
}

async function imported(name: string, path: string, sha256: string): Promise<object> {
  try {
    // Node caches modules by URL: with the hash in it, a changed file is another module.
    return (await import(`${pathToFileURL(path).href}?sha256=${sha256}`)) as object;
  } catch (error) {
    // No content has been read yet, so the message cannot quote any.
    const [line] = String((error as Error)?.message ?? error).split('\n');
    throw unusable(name, `cannot be loaded: ${(error as Error)?.name ?? 'Error'}: ${line}`, error);
  }
}

function pluginOf(name: string, module: object): Plugin {
  const given = 'default' in module ? module.default : module;
  if (typeof given !== 'object' || given === null)
    throw unusable(name, 'its default export is not an object');
  const plugin = given as Readonly<Record<string, unknown>>;
  if (!PARTS.some((part) => plugin[part] !== undefined)) {
    throw unusable(name, `exports none of ${PARTS.join(', ')}`);
  }
  const { formats = [], sources = [], nameDetector } = plugin;
  checkList(name, { part: 'formats', given: formats, isOne: isFormat, wanted: FORMAT_WANTED });
  checkList(name, { part: 'sources', given: sources, isOne: isSource, wanted: SOURCE_WANTED });
  if (nameDetector !== undefined && typeof nameDetector !== 'function') {
    throw unusable(name, 'nameDetector is not a function');
  }
  return plugin as Plugin;
}

type List = {
  readonly part: string;
  readonly given: unknown;
  readonly isOne: (one: Readonly<Record<string, unknown>>) => boolean;
  readonly wanted: string;
};

function checkList(name: string, { part, given, isOne, wanted }: List): void {
  if (!Array.isArray(given)) throw unusable(name, `${part} is no array`);
  for (const [index, one] of given.entries()) {
    const isObject = typeof one === 'object' && one !== null;
    if (!isObject || !isOne(one)) throw unusable(name, `${part}[${index}] needs ${wanted}`);
  }
}

const FORMAT_WANTED = 'id (string), mediaTypes (array of strings), and extract or load (function)';
const SOURCE_WANTED = 'id (string), and accepts, list and open (functions)';

function isFormat(one: Readonly<Record<string, unknown>>): boolean {
  const { id, mediaTypes, extensions = [], extract, load } = one;
  const isReader = typeof extract === 'function' || typeof load === 'function';
  return isName(id) && isNames(mediaTypes) && isNames(extensions) && isReader;
}

function isSource({ id, accepts, list, open }: Readonly<Record<string, unknown>>): boolean {
  return isName(id) && [accepts, list, open].every((method) => typeof method === 'function');
}

const isName = (value: unknown) => typeof value === 'string' && value !== '';
const isNames = (value: unknown) => Array.isArray(value) && value.every(isName);
