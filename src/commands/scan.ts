/** `leaksift scan`: options → run → exit status. */
import { SEVERITIES } from '../core/entity.js';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { Summary } from '../core/events.js';
import type { Settings } from '../core/settings.js';
import type { Log } from '../core/source.js';
import { openReaders } from '../pipeline/readers/readers.js';
import type { Baseline } from '../pipeline/runs/baseline.js';
import { keptKey, keyCheckOf } from '../pipeline/runs/run-key.js';
import type { RunResult, StoredRun } from '../pipeline/runs/run-options.js';
import { fileSink, type Sink, streamSink } from '../pipeline/scan/jsonl.js';
import { loadRunPacks, openWatchlist } from '../pipeline/work/load.js';
import { runScan } from '../pipeline/work/run.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';
import type { MetricsFile } from './metrics-file.js';
import { withStoredRun } from './opened-run.js';
import { type OptionValues, readConfig, resolveOptions, type ScanOptions } from '../library/options.js';
import { startProgress } from './progress.js';

export async function scanCommand(
  addresses: readonly string[],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  const config = typeof typed.config === 'string' ? await readConfig(typed.config, SCAN_FLAGS) : {};
  return runWith(addresses, { ...config, ...typed }, io);
}

/** Runs a scan with option values of the command line or of a stored plan. */
export async function runWith(addresses: readonly string[], values: OptionValues, io: Io): Promise<number> {
  const options = resolveOptions(values, {}, { flags: SCAN_FLAGS, env: io.env });
  await checkAddresses(addresses, options);
  return withStoredRun({ options, values, addresses, io }, (stored) =>
    runInto(stored, { options, addresses, io }),
  );
}

async function runInto(
  stored: StoredRun | undefined,
  { options, addresses, io }: Pick<Scan, 'options' | 'addresses' | 'io'>,
): Promise<number> {
  const packs = await loadRunPacks(options.settings.rules);
  const log = await newLogger(io, { level: options.logLevel, color: options.color });
  if (options.settings.showValues) {
    log.warn(
      {},
      '--show-values: the output holds the values found in clear; protect it like the leak itself',
    );
  }
  if (options.sinceRun !== undefined && !stored?.sinceRun)
    log.info({ path: options.sinceRun }, 'no finished run yet: everything is read');
  const settings = stored ? await withRunKey(options, stored) : options.settings;
  // Opened here too: a wrong key is an error before anything is scanned, and the summary has the length of the list.
  const list = settings.watchlist && (await openWatchlist(settings.watchlist));
  const baseline = options.baseline === undefined ? undefined : await baselineOf(options.baseline, log);
  baseline?.mustBeOfKey(keyCheckOf(settings.fingerprintKey), options.baseline as string);
  const sink =
    options.output === undefined ? streamSink(io.stdout, 'stdout') : await fileSink(options.output);
  const result = await scanInto(sink, {
    addresses,
    options,
    settings,
    stored,
    packs,
    io,
    log,
    watchlistSize: list?.persons,
    baseline,
  });
  if (result === undefined) return EXIT.complete;
  if (result.fault !== undefined) throw result.fault;
  if (baseline) log.info({ unused: baseline.unused }, 'accepted findings that were not met');
  // A part does not know what the others found; the merge does.
  if (options.part && !io.signal.aborted) return EXIT.complete;
  return exitStatus(result.summary, options, io.signal);
}

async function withRunKey(
  { hasFingerprintKey, settings }: ScanOptions,
  { store, part }: StoredRun,
): Promise<Settings> {
  if (hasFingerprintKey) return settings;
  return { ...settings, fingerprintKey: await keptKey(store, settings.fingerprintKey, part !== undefined) };
}

async function checkAddresses(addresses: readonly string[], options: ScanOptions): Promise<void> {
  const { sources } = await openReaders(options.settings.plugins);
  const read = addresses.map((address) => sources.sourceFor(address));
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i);
  if (twice !== undefined) throw new LeaksiftError('usage', `${twice} is given twice`);
  if (options.run === undefined && options.part) {
    throw new LeaksiftError('usage', '--shard needs --run: the parts meet in the run folder');
  }
  if (options.sinceRun !== undefined) mayCarryOver(options);
  const once = addresses[read.findIndex(({ traits }) => traits?.isReadOnce)];
  if (options.run !== undefined && once !== undefined) {
    const name = once === '-' ? 'stdin (-)' : once;
    throw new LeaksiftError('usage', `${name} cannot be read again, so it cannot be scanned with --run`);
  }
}

function mayCarryOver({ run, hasFingerprintKey }: ScanOptions): void {
  if (run === undefined)
    throw new LeaksiftError('usage', '--since-run needs --run: results are carried over into a run folder');
  if (hasFingerprintKey) return;
  throw new LeaksiftError(
    'usage',
    '--since-run needs the key of the earlier run: give --fingerprint-key-file',
  );
}

type Scan = {
  addresses: readonly string[];
  options: ScanOptions;
  settings: Settings;
  watchlistSize: number | undefined;
  baseline: Baseline | undefined;
  stored: StoredRun | undefined;
  packs: Awaited<ReturnType<typeof loadRunPacks>>;
  io: Io;
  log: Log;
};

/** Loaded where one is given, so that other scans do not pay for its schema. */
async function baselineOf(path: string, log: Log) {
  return (await import('./baseline.js')).openBaseline(path, log);
}

/** Undefined when the reader of stdout went away: that ends the run without an error. */
async function scanInto(sink: Sink, scan: Scan): Promise<RunResult | undefined> {
  const { options, io, log, addresses, packs, settings, stored } = scan;
  const progress = options.progress ? startProgress(io) : undefined;
  const metrics = await openMetrics(options.metricsFile, log);
  let summary: Summary | undefined;
  try {
    const result = await runScan({
      addresses,
      settings,
      stored,
      watchlistSize: scan.watchlistSize,
      baseline: scan.baseline,
      packs,
      jobs: options.jobs ?? io.cores,
      sort: options.sort,
      signal: io.signal,
      log,
      write: (lines) => sink.write(lines),
      progress: metrics?.tellBoth(progress) ?? progress,
    });
    await sink.close();
    if (result.fault === undefined) summary = result.summary;
    return result;
  } catch (error) {
    if (isBrokenPipe(error)) return undefined;
    throw error;
  } finally {
    progress?.stop();
    await metrics?.finish(summary);
  }
}

/** Loaded only where it is wanted. */
async function openMetrics(path: string | undefined, log: Log): Promise<MetricsFile | undefined> {
  if (path === undefined) return undefined;
  return (await import('./metrics-file.js')).startMetrics(path, { log });
}

function isBrokenPipe(error: unknown): boolean {
  return codeOf(error) === 'output' && ((error as Error).cause as { code?: string })?.code === 'EPIPE';
}

export function exitStatus(
  summary: Summary,
  options: Pick<ScanOptions, 'failOn'>,
  signal: AbortSignal,
): number {
  // A signal that came after the end interrupted nothing.
  if (signal.aborted && summary.status === 'interrupted') return Number(signal.reason);
  const { failOn } = options;
  const failing = failOn === 'never' ? [] : SEVERITIES.slice(SEVERITIES.indexOf(failOn));
  if (failing.some((severity) => (summary.findings.bySeverity[severity] ?? 0) > 0)) return EXIT.findings;
  return summary.status === 'complete' ? EXIT.complete : EXIT.incomplete;
}
