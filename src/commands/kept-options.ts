/** What a run folder keeps of the options, and the key that belongs to it. */
import { LeaksiftError } from '../core/errors.js';
import type { Settings } from '../core/settings.js';
import { RunFolder } from '../pipeline/runs/folder-store.js';
import type { FolderOptions } from '../pipeline/runs/run-options.js';
import type { Io } from './io.js';
import type { OptionValues, ScanOptions } from './options.js';

/** Options that do not show in the outputs: they may differ between the processes of one run. */
const VOLATILE = new Set([
  ...['config', 'output', 'quiet', 'verbose', 'log-level', 'no-progress', 'no-color', 'jobs', 'sort', 'run'],
  ...['shard', 'page-size', 'fail-on', 'fingerprint-key-file', 'metrics-file', 'profile', 'password-file'],
]);

export function folderOptions(options: ScanOptions, values: OptionValues, io: Io): FolderOptions {
  const kept = Object.entries(values)
    .filter(([name, value]) => value !== undefined && value !== false && !VOLATILE.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    path: options.run as string,
    workingFolder: io.workingFolder,
    options: Object.fromEntries(kept),
    part: options.part,
    sinceRun: options.sinceRun,
  };
}

/** Without a key of the user's, a run has a random one, kept in its folder until it is complete. */
export function withRunKey(options: ScanOptions, path: string): Settings {
  if (options.hasFingerprintKey) return options.settings;
  const folder = new RunFolder(path);
  const known = folder.readKey();
  if (known !== undefined) return { ...options.settings, fingerprintKey: known };
  if (folder.exists()) return options.settings;
  if (options.part) {
    throw new LeaksiftError('usage', 'parts of a run need a key in common: give --fingerprint-key-file');
  }
  folder.create();
  folder.writeKey(options.settings.fingerprintKey);
  return options.settings;
}
