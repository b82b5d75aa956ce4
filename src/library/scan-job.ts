/**
 * Prepares a scan from resolved options, for the command and the library. Rejects what cannot be scanned, or not
 * together, before anything is written.
 */
import { LeaksiftError } from '../core/errors.js';
import type { Settings } from '../core/settings.js';
import type { Log } from '../core/source.js';
import { openReaders } from '../pipeline/readers/readers.js';
import type { Baseline } from '../pipeline/runs/baseline.js';
import { keptKey, keyCheckOf } from '../pipeline/runs/run-key.js';
import type { Progress, RunResult, StoredRun } from '../pipeline/runs/run-options.js';
import { loadRunPacks, openWatchlist, unreportedRules } from '../pipeline/work/load.js';
import { runScan } from '../pipeline/work/run.js';
import type { Packs } from '../rules/load.js';
import { withStoredRun } from './opened-run.js';
import type { OptionValues, ResolvedOptions } from './options.js';
import type { Outside } from './outside.js';

export type ScanRequest = {
  readonly addresses: readonly string[];
  readonly options: ResolvedOptions;
  /** The values before resolution: a stored run keeps them. */
  readonly values: OptionValues;
  /** Overrides the packs that the options name. */
  readonly packs?: Packs;
  readonly outside: Outside;
  readonly log: Log;
};

/** Runs the scan, once. Rejects if lines cannot be written; `fault` is a target that could not be listed. */
export type RunJob = (output: ScanOutput) => Promise<RunResult>;

export type ScanOutput = {
  readonly write: (lines: Uint8Array) => Promise<void>;
  readonly progress?: Progress;
};

/** Calls `use` with the scan, and closes what it opened afterwards. */
export async function withScanJob<T>(request: ScanRequest, use: (run: RunJob) => Promise<T>): Promise<T> {
  await checkAddresses(request);
  return withStoredRun(request, async (stored) => use(await prepare(request, stored)));
}

async function prepare(request: ScanRequest, stored: StoredRun | undefined): Promise<RunJob> {
  const { addresses, options, outside, log } = request;
  const packs = request.packs ?? (await loadRunPacks(options.settings.rules));
  for (const { ruleId, reason } of unreportedRules(packs, options.settings.minBand))
    log.warn({ rule: ruleId }, reason);
  if (options.settings.showValues) {
    log.warn({}, '--show-values: the output holds found values in clear; protect it like the leak itself');
  }
  if (options.sinceRun !== undefined && !stored?.sinceRun)
    log.info({ path: options.sinceRun }, 'no finished run yet: reading everything');
  const settings = stored ? await withRunKey(options, stored) : options.settings;
  // Opened here too, so that a wrong key fails before anything is scanned, and the summary has the length of the
  // list.
  const list = settings.watchlist && (await openWatchlist(settings.watchlist));
  const baseline = options.baseline === undefined ? undefined : await baselineOf(options.baseline, log);
  baseline?.mustBeOfKey(keyCheckOf(settings.fingerprintKey), options.baseline as string);
  const { sort, jobs = outside.cores } = options;
  const { signal } = outside;
  const watchlistSize = list?.persons;
  const given = { addresses, settings, stored, watchlistSize, baseline, packs, jobs, sort, signal, log };
  return async (output) => {
    const result = await runScan({ ...given, ...output });
    if (baseline && result.fault === undefined)
      log.info({ unused: baseline.unused }, 'accepted entries that matched nothing');
    return result;
  };
}

async function withRunKey(
  { hasFingerprintKey, settings }: ResolvedOptions,
  { store, part }: StoredRun,
): Promise<Settings> {
  if (hasFingerprintKey) return settings;
  return { ...settings, fingerprintKey: await keptKey(store, settings.fingerprintKey, part !== undefined) };
}

async function checkAddresses({ addresses, options }: ScanRequest): Promise<void> {
  const { sources } = await openReaders(options.settings.plugins);
  const read = addresses.map((address) => sources.sourceFor(address));
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i);
  if (twice !== undefined) throw new LeaksiftError('usage', `${twice} was given twice`);
  if (options.run === undefined && options.part) {
    throw new LeaksiftError('usage', '--shard needs --run: the parts share the run folder');
  }
  if (options.sinceRun !== undefined) mayCarryOver(options);
  const once = addresses[read.findIndex(({ traits }) => traits?.isReadOnce)];
  if (options.run !== undefined && once !== undefined) {
    const name = once === '-' ? 'stdin (-)' : once;
    throw new LeaksiftError('usage', `${name} cannot be read again, so it cannot be scanned with --run`);
  }
}

function mayCarryOver({ run, hasFingerprintKey }: ResolvedOptions): void {
  if (run === undefined)
    throw new LeaksiftError('usage', '--since-run needs --run: results are copied to the run folder');
  if (hasFingerprintKey) return;
  throw new LeaksiftError(
    'usage',
    '--since-run needs the key of the earlier run: give --fingerprint-key-file',
  );
}

/** Loaded on demand, so that other scans do not load its schema. */
async function baselineOf(path: string, log: Log): Promise<Baseline> {
  return (await import('./baseline-file.js')).openBaseline(path, log);
}
