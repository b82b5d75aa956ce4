/** `leaksift scan`: options → run → exit status. */

import { sourceFor } from '../builtin.js';
import { SEVERITIES } from '../core/entity.js';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { Summary } from '../core/events.js';
import { loadRunPacks } from '../pipeline/load.js';
import { type RunResult, runScan } from '../pipeline/run.js';
import { fileSink, type Sink, streamSink } from '../sinks/jsonl.js';
import { SCAN_FLAGS } from './flags.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';
import { type OptionValues, readConfig, resolveOptions, type ScanOptions } from './options.js';
import { startProgress } from './progress.js';

export async function scanCommand(
  addresses: readonly string[],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  const config = typeof typed.config === 'string' ? readConfig(typed.config, SCAN_FLAGS) : {};
  const options = resolveOptions(typed, config, { flags: SCAN_FLAGS, env: io.env });
  for (const address of addresses) sourceFor(address);
  if (addresses.filter((address) => address === '-').length > 1) {
    throw new LeaksiftError('usage', 'stdin (-) can be read only once');
  }
  const packs = await loadRunPacks(options.settings.rules);
  const log = newLogger(io, { level: options.logLevel, color: options.color });
  if (options.settings.showValues) {
    log.warn(
      {},
      '--show-values: the output holds the values found in clear; protect it like the leak itself',
    );
  }
  const sink =
    options.output === undefined ? streamSink(io.stdout, 'stdout') : await fileSink(options.output);
  const result = await scanInto(sink, { addresses, options, packs, io, log });
  if (result === undefined) return EXIT.complete;
  if (result.fault !== undefined) throw result.fault;
  return exitStatus(result.summary, options, io.signal);
}

type Scan = {
  addresses: readonly string[];
  options: ScanOptions;
  packs: Awaited<ReturnType<typeof loadRunPacks>>;
  io: Io;
  log: ReturnType<typeof newLogger>;
};

/** Undefined when the reader of stdout went away: that ends the run, quietly. */
async function scanInto(sink: Sink, scan: Scan): Promise<RunResult | undefined> {
  const { options, io, log, addresses, packs } = scan;
  const progress = options.progress ? startProgress(io) : undefined;
  try {
    const result = await runScan({
      addresses,
      settings: options.settings,
      packs,
      jobs: options.jobs ?? io.cores,
      sort: options.sort,
      signal: io.signal,
      log,
      write: (lines) => sink.write(lines),
      progress,
    });
    await sink.close();
    return result;
  } catch (error) {
    if (isBrokenPipe(error)) return undefined;
    throw error;
  } finally {
    progress?.stop();
  }
}

function isBrokenPipe(error: unknown): boolean {
  return codeOf(error) === 'output' && ((error as Error).cause as { code?: string })?.code === 'EPIPE';
}

export function exitStatus(
  summary: Summary,
  options: Pick<ScanOptions, 'failOn'>,
  signal: AbortSignal,
): number {
  if (signal.aborted) return Number(signal.reason);
  const { failOn } = options;
  const failing = failOn === 'never' ? [] : SEVERITIES.slice(SEVERITIES.indexOf(failOn));
  if (failing.some((severity) => (summary.findings.bySeverity[severity] ?? 0) > 0)) return EXIT.findings;
  return summary.status === 'complete' ? EXIT.complete : EXIT.incomplete;
}
