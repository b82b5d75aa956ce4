/**
 * The optional packages for `--ocr`: sharp decodes pictures, tesseract.js reads them with the data of one package per
 * language. leaksift installs without them, because most scans never use them.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ExtractOptions } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { installedLanguages } from './ocr-program.js';

type Sharp = typeof import('sharp')['default'];

const require = createRequire(import.meta.url);
/** Checked to report what is installed; any other language of the packages works too. */
const KNOWN_LANGUAGES = ['eng', 'fra', 'deu', 'nld', 'spa', 'ita', 'por'];

/** Decodes pictures. Throws `usage` if the package is not installed. */
export async function loadSharp(): Promise<Sharp> {
  if (!isInstalled('sharp')) throw missing(['sharp']);
  const { default: sharp } = await import('sharp');
  // Worker threads already run in parallel.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** The folder of a language's data, or undefined if its package is not installed. */
export function dataFolder(language: string): string | undefined {
  try {
    const root = dirname(require.resolve(`@tesseract.js-data/${language}/package.json`));
    // The integer models are a quarter of the size and as accurate.
    return ['4.0.0_best_int', '4.0.0'].map((name) => join(root, name)).find((folder) => existsSync(folder));
  } catch {
    return undefined;
  }
}

/**
 * Throws `usage` if `--ocr` could not read a page: names the packages to install, and the languages without data. An
 * installed tesseract program suffices if it has all languages.
 */
export async function requireOcr({ ocr, ocrLanguages }: ExtractOptions): Promise<void> {
  if (!ocr) return;
  const program = await installedLanguages();
  const isProgram = ocrLanguages.every((language) => program.has(language));
  const absent = (isProgram ? ['sharp'] : ['sharp', 'tesseract.js']).filter((name) => !isInstalled(name));
  const silent = isProgram ? [] : ocrLanguages.filter((language) => dataFolder(language) === undefined);
  if (absent.length > 0) throw missing([...absent, ...silent.map(dataPackage)]);
  if (silent.length === 0) return;
  const there = [...program, ...KNOWN_LANGUAGES].filter((name, at, all) => all.indexOf(name) === at);
  const known = there.filter((language) => program.has(language) || dataFolder(language) !== undefined);
  throw new LeaksiftError(
    'usage',
    `--ocr-languages: no data for ${silent.join(', ')}; installed: ${known.join(', ') || 'none'}: ` +
      `npm install ${silent.map(dataPackage).join(' ')}`,
  );
}

const dataPackage = (language: string) => `@tesseract.js-data/${language}`;

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function missing(names: readonly string[]): LeaksiftError {
  return new LeaksiftError('usage', `--ocr needs ${names.join(', ')}: npm install ${names.join(' ')}`);
}
