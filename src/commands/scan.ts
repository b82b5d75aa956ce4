/** `leaksift scan`: options → run → exit status. */
import { SEVERITIES } from '../core/entity.js';
import { codeOf } from '../core/errors.js';
import type { Summary } from '../core/events.js';
import type { Log } from '../core/source.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { type OptionValues, type ResolvedOptions, readConfig, resolveOptions } from '../library/options.js';
import { type RunJob, withScanJob } from '../library/scan-job.js';
import type { RunResult } from '../pipeline/runs/run-options.js';
import { fileSink, streamSink } from '../pipeline/scan/jsonl.js';
import { EXIT, type Io, statusOf } from './io.js';
import { newLogger } from './logger.js';
import type { MetricsFile } from './metrics-file.js';
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
  const log = await newLogger(io, { level: options.logLevel, color: options.color });
  const request = { addresses, options, values, outside: io, log };
  const result = await withScanJob(request, (run) => runInto(run, { options, io, log }));
  if (result === undefined) return EXIT.complete;
  if (result.fault !== undefined) throw result.fault;
  // A part does not know the findings of the others; `merge` returns the status.
  if (options.part && !io.signal.aborted) return EXIT.complete;
  return exitStatus(result.summary, options, io.signal);
}

type Scan = { readonly options: ResolvedOptions; readonly io: Io; readonly log: Log };

/** Undefined if the reader of stdout closed it: that ends the run without an error. */
async function runInto(run: RunJob, { options, io, log }: Scan): Promise<RunResult | undefined> {
  const { output } = options;
  const sink = output === undefined ? streamSink(io.stdout, 'stdout') : await fileSink(output);
  const progress = options.progress ? startProgress(io) : undefined;
  const metrics = await openMetrics(options.metricsFile, log);
  let summary: Summary | undefined;
  try {
    const result = await run({
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

/** Loaded only if the option is given. */
async function openMetrics(path: string | undefined, log: Log): Promise<MetricsFile | undefined> {
  if (path === undefined) return undefined;
  return (await import('./metrics-file.js')).startMetrics(path, { log });
}

function isBrokenPipe(error: unknown): boolean {
  return codeOf(error) === 'output' && ((error as Error).cause as { code?: string })?.code === 'EPIPE';
}

export function exitStatus(
  summary: Summary,
  options: Pick<ResolvedOptions, 'failOn'>,
  signal: AbortSignal,
): number {
  // A signal after the end of the run interrupts nothing.
  if (signal.aborted && summary.status === 'interrupted') return Number(signal.reason);
  const { failOn } = options;
  const failing = failOn === 'never' ? [] : SEVERITIES.slice(SEVERITIES.indexOf(failOn));
  const isFound = failing.some((severity) => (summary.findings.bySeverity[severity] ?? 0) > 0);
  return statusOf({ isFound, isWhole: summary.status === 'complete' });
}
