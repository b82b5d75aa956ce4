/**
 * Resolves option values of the command line and of a configuration file to the settings of a run. Rejects bad
 * values, unknown keys and combinations with LeaksiftError `usage` or `config`. Over 250 lines: one table from
 * options to settings.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Band, Severity } from '../core/entity.js';
import { LeaksiftError } from '../core/errors.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import { nearest } from '../core/nearest.js';
import type { Settings } from '../core/settings.js';
import { findPlugin } from '../pipeline/readers/plugin-file.js';
import { compileGlob } from '../sources/glob.js';
import { configKey, type Flag, longName, takesValue } from './flags.js';

/** By long name. Strings as typed, arrays for repeated ones, true for switches. */
export type OptionValues = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export type ResolvedOptions = {
  readonly settings: Settings;
  readonly jobs: number | undefined;
  readonly sort: boolean;
  readonly output: string | undefined;
  readonly failOn: Severity | 'never';
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly logLevel: string;
  readonly hasFingerprintKey: boolean;
  /** The run's folder or bucket address. */
  readonly run: string | undefined;
  /** A finished run, or a folder of runs. */
  readonly sinceRun: string | undefined;
  readonly metricsFile: string | undefined;
  /** The file of accepted findings. */
  readonly baseline: string | undefined;
  readonly part: { readonly index: number; readonly count: number } | undefined;
};

/** Secrets given as values instead of in a file. */
export type Secrets = {
  readonly fingerprintKey?: Uint8Array;
  readonly passwords?: readonly string[];
};

/** The file's values, in the form of typed ones. */
export async function readConfig(path: string, flags: readonly Flag[]): Promise<OptionValues> {
  const parsed = await parseYaml(path);
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new LeaksiftError('config', `${path}: must be a map of option names to values`);
  }
  const names = new Map(flags.map((flag) => [configKey(flag), flag]));
  const values: Record<string, string | string[] | boolean> = {};
  for (const [key, value] of Object.entries(parsed)) {
    const flag = names.get(key);
    if (!flag || key === 'config')
      throw new LeaksiftError('config', `${path}: ${unknownKey(key, [...names.keys()])}`);
    values[longName(flag)] = asTyped(value, { path, key, flag });
  }
  return values;
}

async function parseYaml(path: string): Promise<unknown> {
  const text = readText(path, 'config');
  // Loaded on demand: a scan without a config file need not load it.
  const { parse } = await import('yaml');
  try {
    return parse(text);
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw new LeaksiftError('config', `${path}${line ? `:${line}` : ''}: is not valid YAML`, {
      cause: error,
    });
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `unknown option "${key}"${near ? ` (did you mean "${near}"?)` : ''}`;
}

function asTyped(value: unknown, at: { path: string; key: string; flag: Flag }): string | string[] | boolean {
  const { flag } = at;
  const scalar = (v: unknown) => typeof v === 'string' || typeof v === 'number';
  if (!takesValue(flag) && typeof value === 'boolean') return value;
  if (takesValue(flag) && flag.repeat && Array.isArray(value) && value.every(scalar))
    return value.map(String);
  if (takesValue(flag) && scalar(value)) return flag.repeat ? [String(value)] : String(value);
  const wanted = takesValue(flag) ? (flag.repeat ? 'a list' : 'a single value') : 'true or false';
  throw new LeaksiftError('config', `${at.path}: "${at.key}" must be ${wanted}`);
}

/** Typed values take precedence over the file's, and those over defaults. */
export function resolveOptions(
  typed: OptionValues,
  config: OptionValues,
  io: { flags: readonly Flag[]; env: Readonly<Record<string, string | undefined>>; secrets?: Secrets },
): ResolvedOptions {
  const get = valueReader({ ...config, ...withoutUndefined(typed) }, io.flags);
  const { secrets = {} } = io;
  const key = keyOf(secrets.fingerprintKey ?? fingerprintKey(get.text('fingerprint-key-file'), io.env));
  const rangeBytes = get.parsed('range-size') as number | undefined;
  const pageBytes = get.parsed('page-size') as number;
  if (pageBytes < 16 || pageBytes > 64 * 1024 * 1024)
    throw new LeaksiftError('usage', '--page-size must be from 16 bytes to 64 MiB');
  return {
    settings: {
      source: sourceOptions(get),
      limits: {
        ...DEFAULT_LIMITS,
        maxFileBytes: get.parsed('max-file-size') as number,
        maxArchiveDepth: get.parsed('max-archive-depth') as number,
        maxExpandedBytes: get.parsed('max-expanded-size') as number,
        timeoutMs: get.parsed('timeout') as number,
        rangeBytes: rangeBytes === undefined ? undefined : Math.max(4096, rangeBytes),
      },
      extract: {
        ocr: get.on('ocr'),
        ocrLanguages: (get.text('ocr-languages') ?? 'eng+fra').split(/[+,]/).filter(Boolean),
        strings: get.on('strings'),
        passwords: [...(secrets.passwords ?? []), ...passwordsOf(get.text('password-file'))],
      },
      rules: {
        paths: get.list('rules'),
        builtin: !get.on('no-builtin-rules'),
        enable: get.list('enable-rule'),
        disable: get.list('disable-rule'),
      },
      plugins: get.list('plugin').map(findPlugin),
      minBand: get.parsed('confidence') as Band,
      showValues: get.on('show-values'),
      maskNames: get.on('mask-names'),
      matchContext: get.parsed('match-context') as number,
      pageBytes,
      watchlist: watchlistOf(get.text('watchlist'), get.text('watchlist-key-file')),
      fingerprintKey: key ?? randomBytes(32).toString('hex'),
    },
    jobs: get.parsed('jobs') as number | undefined,
    sort: get.on('sort'),
    output: get.text('output'),
    failOn: get.parsed('fail-on') as Severity | 'never',
    quiet: get.on('quiet'),
    progress: !get.on('no-progress') && !get.on('quiet'),
    color: !get.on('no-color') && io.env.NO_COLOR === undefined,
    logLevel: get.text('log-level') ?? (get.on('quiet') ? 'error' : get.on('verbose') ? 'debug' : 'warn'),
    hasFingerprintKey: key !== undefined,
    run: get.text('run'),
    sinceRun: get.text('since-run'),
    baseline: get.text('baseline'),
    metricsFile: get.text('metrics-file'),
    part: partOf(get.text('shard'), get.text('run') === undefined ? {} : io.env),
  };
}

/** `i/n` with i from 0 to n-1; otherwise the task index of an array job, with LEAKSIFT_SHARDS for n. */
function partOf(typed: string | undefined, env: Readonly<Record<string, string | undefined>>) {
  const index = env.JOB_COMPLETION_INDEX ?? env.AWS_BATCH_JOB_ARRAY_INDEX;
  const count = env.LEAKSIFT_SHARDS ?? env.AWS_BATCH_JOB_ARRAY_SIZE;
  const text = typed ?? (index !== undefined && count !== undefined ? `${index}/${count}` : undefined);
  if (text === undefined) return undefined;
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const part = { index: Number(match?.[1]), count: Number(match?.[2]) };
  if (!match || part.count < 1 || part.index >= part.count) {
    throw new LeaksiftError('usage', `--shard must be i/n with i from 0 to n-1, not "${text}"`);
  }
  return part;
}

type Reader = ReturnType<typeof valueReader>;

function sourceOptions(get: Reader): Settings['source'] {
  return {
    include: globsOf(get, 'include'),
    exclude: globsOf(get, 'exclude'),
    followSymlinks: get.on('follow-symlinks'),
    allowEmpty: get.on('allow-empty'),
    s3: {
      endpoint: get.text('endpoint'),
      region: get.text('region'),
      profile: get.text('profile'),
      noSignRequest: get.on('no-sign-request'),
      requestPayer: get.on('request-payer'),
      versions: get.on('s3-versions'),
    },
  };
}

/** Rejects a malformed glob before the listing starts. */
function globsOf(get: Reader, name: 'include' | 'exclude'): readonly string[] {
  const globs = get.list(name);
  try {
    globs.forEach(compileGlob);
  } catch (error) {
    throw new LeaksiftError('usage', `--${name}: ${(error as Error).message}`);
  }
  return globs;
}

function valueReader(values: OptionValues, flags: readonly Flag[]) {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    on: (name: string): boolean => values[name] === true,
    list: (name: string): readonly string[] => {
      const value = values[name];
      return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
    },
    parsed(name: string): unknown {
      const flag = flags.find((candidate) => longName(candidate) === name);
      const given = text(name) ?? flag?.default;
      if (!flag || given === undefined) return undefined;
      if (flag.choices && !flag.choices.includes(given)) {
        throw new LeaksiftError(
          'usage',
          `--${name} must be one of ${flag.choices.join(', ')}, not "${given}"`,
        );
      }
      try {
        return flag.parse ? flag.parse(given) : given;
      } catch (error) {
        throw new LeaksiftError('usage', `--${name}: ${(error as Error).message}`);
      }
    },
  };
}

function withoutUndefined(values: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const MIN_KEY_BYTES = 16;

function fingerprintKey(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Uint8Array | undefined {
  const given = file === undefined ? env.LEAKSIFT_FINGERPRINT_KEY : readText(file, 'usage').trim();
  if (given !== undefined && given !== '') return Buffer.from(given);
  if (file !== undefined) throw new LeaksiftError('usage', `${file}: the key file is empty`);
  return undefined;
}

/** In hex. Throws `usage` for a key that is too short. */
function keyOf(key: Uint8Array | undefined): string | undefined {
  if (key && key.length < MIN_KEY_BYTES)
    throw new LeaksiftError('usage', `the fingerprint key must have at least ${MIN_KEY_BYTES} bytes`);
  return key && Buffer.from(key).toString('hex');
}

/** A watchlist and its key. Throws `usage` for one without the other. */
export function watchlistOf(path: string | undefined, keyFile: string | undefined) {
  if (path === undefined) return undefined;
  if (keyFile === undefined) throw new LeaksiftError('usage', '--watchlist needs --watchlist-key-file');
  return { path, key: Buffer.from(readText(keyFile, 'usage').trim(), 'latin1').toString('hex') };
}

function passwordsOf(file: string | undefined): string[] {
  if (file === undefined) return [];
  return readText(file, 'usage')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function readText(path: string, code: 'usage' | 'config'): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LeaksiftError(code, `cannot read ${path}: ${(error as { code?: string }).code}`, {
      cause: error,
    });
  }
}
