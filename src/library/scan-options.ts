/**
 * Converts the library's options to option values of the command line. The names are its long options in camel case,
 * negatives included. Rejects unknown names and values of a wrong type with `usage`.
 */
import type { Band } from '../core/entity.js';
import { LeaksiftError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { Log } from '../core/source.js';
import type { Packs } from '../rules/load.js';
import { type Flag, longName, SCAN_FLAGS, takesValue } from './flags.js';
import { optionName } from './option-names.js';
import type { OptionValues, Secrets } from './options.js';

/** Each has the default and meaning of the `leaksift scan` option of that name. */
export type ScanOptions = {
  /** Rule files or folders in addition to the built-in packs, or all rules, from loadPacks(). */
  readonly rules?: string | readonly string[] | Packs;
  readonly noBuiltinRules?: boolean;
  readonly enableRule?: string | readonly string[];
  readonly disableRule?: string | readonly string[];
  readonly confidence?: Band;
  readonly showValues?: boolean;
  /** Replaces file, member and sheet names by pseudonyms, which are equal for equal names under one key. */
  readonly maskNames?: boolean;
  readonly matchContext?: number;
  readonly fingerprintKeyFile?: string;
  /** At least 16 bytes, instead of a file. */
  readonly fingerprintKey?: string | Uint8Array;
  readonly watchlist?: string;
  readonly watchlistKeyFile?: string;
  readonly baseline?: string;
  readonly include?: string | readonly string[];
  readonly exclude?: string | readonly string[];
  readonly allowEmpty?: boolean;
  readonly followSymlinks?: boolean;
  readonly ocr?: boolean;
  readonly ocrLanguages?: string | readonly string[];
  readonly strings?: boolean;
  /** Paths or file: URLs of modules that add formats, sources or a detector of names. */
  readonly plugins?: string | readonly string[];
  readonly passwordFile?: string;
  /** In addition to those of the file. */
  readonly passwords?: readonly string[];
  /** Sizes in bytes, or as text: `10MiB`. 0: no limit. */
  readonly maxFileSize?: number | string;
  readonly maxArchiveDepth?: number;
  readonly maxExpandedSize?: number | string;
  readonly rangeSize?: number | string;
  /** Seconds, or as text: `10m`. */
  readonly timeout?: number | string;
  readonly sort?: boolean;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly noSignRequest?: boolean;
  readonly requestPayer?: boolean;
  readonly s3Versions?: boolean;
  readonly run?: string;
  readonly sinceRun?: string;
  readonly shard?: string;
  readonly jobs?: number;
  readonly pageSize?: number | string;
  /** Interrupts the scan. The events so far are delivered, with a summary whose status is `interrupted`. */
  readonly signal?: AbortSignal;
  /** Receives the scan's log. Default: none. Never receives values or content. */
  readonly log?: Log;
};

/** Options of the command line for its terminal, its files and its exit status. */
const NOT_OURS = new Set([
  ...[
    'output',
    'quiet',
    'verbose',
    'log-level',
    'no-progress',
    'no-color',
    'config',
    'metrics-file',
    'fail-on',
  ],
]);
const FLAGS = new Map(
  SCAN_FLAGS.filter((flag) => !NOT_OURS.has(longName(flag))).map((flag) => [optionName(flag), flag]),
);
/** Options that are no text. */
const OWN = ['fingerprintKey', 'passwords', 'signal', 'log'] as const;

/** The names that scan() knows. */
export const OPTION_NAMES: readonly string[] = [...FLAGS.keys(), ...OWN];

export type GivenOptions = {
  readonly values: OptionValues;
  readonly secrets: Secrets;
  readonly packs?: Packs;
};

/** Throws `usage`. */
export function givenOptions(options: ScanOptions): GivenOptions {
  const values: Record<string, string | readonly string[] | boolean> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (OWN as readonly string[]).includes(name)) continue;
    const flag = FLAGS.get(name);
    if (!flag) throw unknownOption(name);
    if (name === 'rules' && isPacks(value)) continue;
    values[longName(flag)] = asTyped(name, value, flag);
  }
  const packs = isPacks(options.rules) ? options.rules : undefined;
  if (packs) mustChooseNoMore(values);
  return { values, secrets: secretsOf(options), ...(packs && { packs }) };
}

function unknownOption(name: string): LeaksiftError {
  const near = nearest(name, OPTION_NAMES);
  return new LeaksiftError('usage', `unknown option "${name}"${near ? ` (did you mean "${near}"?)` : ''}`);
}

function asTyped(name: string, value: unknown, flag: Flag): string | readonly string[] | boolean {
  if (!takesValue(flag)) {
    if (typeof value === 'boolean') return value;
    throw new LeaksiftError('usage', `${name} must be true or false`);
  }
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (isList && flag.repeat) return value;
  if (isList && name === 'ocrLanguages') return value.join('+');
  if (typeof value === 'string') return flag.repeat ? [value] : value;
  if (typeof value === 'number' && !flag.repeat)
    return value === Number.POSITIVE_INFINITY ? 'none' : String(value);
  const wanted = flag.repeat ? 'a string or an array of strings' : 'a string or a number';
  throw new LeaksiftError('usage', `${name} must be ${wanted}`);
}

function isPacks(value: unknown): value is Packs {
  return typeof value === 'object' && value !== null && 'hash' in value && 'rules' in value;
}

/** Packs hold the rules that were selected when they were loaded. */
function mustChooseNoMore(values: OptionValues): void {
  const chosen = ['noBuiltinRules', 'enableRule', 'disableRule'].find((name) => {
    const flag = FLAGS.get(name);
    return flag && values[longName(flag)] !== undefined;
  });
  if (chosen)
    throw new LeaksiftError('usage', `${chosen} cannot be given with loaded rules: give it to loadPacks`);
}

function secretsOf({ fingerprintKey, passwords, signal }: ScanOptions): Secrets {
  if (
    passwords !== undefined &&
    !(Array.isArray(passwords) && passwords.every((one) => typeof one === 'string'))
  )
    throw new LeaksiftError('usage', 'passwords must be an array of strings');
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new LeaksiftError('usage', 'signal must be an AbortSignal');
  if (fingerprintKey === undefined) return { passwords };
  if (typeof fingerprintKey !== 'string' && !(fingerprintKey instanceof Uint8Array))
    throw new LeaksiftError('usage', 'fingerprintKey must be a string or bytes');
  return { passwords, fingerprintKey: Buffer.from(fingerprintKey as Uint8Array) };
}
