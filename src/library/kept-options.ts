/** The options that a stored run keeps in its plan. */
import type { OptionValues } from './options.js';

/** Options that do not affect the outputs: they may differ between the processes of one run. */
const VOLATILE = new Set([
  ...['config', 'output', 'quiet', 'verbose', 'log-level', 'no-progress', 'no-color', 'jobs', 'sort', 'run'],
  ...['shard', 'page-size', 'fail-on', 'fingerprint-key-file', 'metrics-file', 'profile', 'password-file'],
]);

/** Sorted, so that the order on the command line does not matter. */
export function keptOptions(values: OptionValues): Readonly<Record<string, unknown>> {
  const kept = Object.entries(values)
    .filter(([name, value]) => value !== undefined && value !== false && !VOLATILE.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept);
}
