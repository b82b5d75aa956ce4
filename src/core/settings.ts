/**
 * All settings of a run, as plain data: the command parses them once, every worker receives them, and a stored plan
 * keeps them. Holds secrets (fingerprint key, passwords): never log it whole.
 */
import type { ExtractOptions } from './content.js';
import type { Band } from './entity.js';
import type { Limits } from './limits.js';
import type { SourceOptions } from './source.js';

export type Settings = {
  readonly source: SourceOptions;
  readonly limits: Limits;
  readonly extract: ExtractOptions;
  readonly rules: RuleSettings;
  readonly plugins: readonly PluginFile[];
  readonly minBand: Band;
  readonly showValues: boolean;
  /** Replace file, member and sheet names by pseudonyms. */
  readonly maskNames?: boolean;
  readonly matchContext: number;
  readonly pageBytes: number;
  /** Path of a watchlist and the key it was built with, in hex. */
  readonly watchlist?: { readonly path: string; readonly key: string };
  /** Hex. Random for each run unless a key is given. */
  readonly fingerprintKey: string;
};

/** A plug-in: a module that adds formats, sources or a detector of names (pipeline/readers/plugin.ts). */
export type PluginFile = {
  /** As the user named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of the file's bytes, in hex. Does not cover files that it imports. */
  readonly sha256: string;
};

export type RuleSettings = {
  readonly paths: readonly string[];
  readonly builtin: boolean;
  readonly enable: readonly string[];
  readonly disable: readonly string[];
};
