/**
 * scan(): takes targets and options, yields events, for programs. The scan runs while the events are consumed, and
 * pauses while they are not. Everything it opened is closed when the iteration ends for any reason.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { LeaksiftError } from '../core/errors.js';
import type { Event } from '../core/events.js';
import type { Log } from '../core/source.js';
import type { RunResult } from '../pipeline/runs/run-options.js';
import { SCAN_FLAGS } from './flags.js';
import { Handover } from './handover.js';
import { throwNamed, withOptionNames } from './option-names.js';
import { resolveOptions } from './options.js';
import { withScanJob } from './scan-job.js';
import { givenOptions, type ScanOptions } from './scan-options.js';

type Env = Readonly<Record<string, string | undefined>>;

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Scans paths, `s3://bucket[/prefix]` or `-` (standard input). Yields findings, records, rosters and coverage as they
 * are found, and a summary last. With `run` the events are kept in the run's folder, and only the summary is yielded.
 * Throws LeaksiftError: at once for options, and from the iteration for rules, plug-ins and targets that cannot be
 * opened. A target that cannot be listed is thrown after the summary, when all others are scanned.
 */
export function scanEvents(
  targets: string | readonly string[],
  options: ScanOptions,
  env: Env,
): AsyncGenerator<Event, void, undefined> {
  return withOptionNames(() => {
    const addresses = targetsOf(targets);
    const { values, secrets, packs } = givenOptions(options);
    const resolved = resolveOptions(values, {}, { flags: SCAN_FLAGS, env, secrets });
    return events(
      { addresses, options: resolved, values, packs, log: options.log ?? SILENT },
      options.signal,
      env,
    );
  });
}

function targetsOf(targets: string | readonly string[]): readonly string[] {
  const addresses = typeof targets === 'string' ? [targets] : targets;
  const isList = Array.isArray(addresses) && addresses.every((one) => typeof one === 'string' && one !== '');
  if (isList && addresses.length > 0) return addresses;
  throw new LeaksiftError('usage', 'targets must be a string or an array of strings, and not empty');
}

type Request = Omit<Parameters<typeof withScanJob>[0], 'outside'>;

async function* events(
  request: Request,
  signal: AbortSignal | undefined,
  env: Env,
): AsyncGenerator<Event, void, undefined> {
  const left = new AbortController();
  const outside = {
    env,
    cores: availableParallelism(),
    workingFolder: resolve(''),
    signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
  };
  const handover = new Handover<Uint8Array>();
  const write = (lines: Uint8Array) => handover.give(lines);
  const running = withScanJob({ ...request, outside }, (run) => run({ write })).finally(() => handover.end());
  // Awaited below, but only after everything written is consumed.
  running.catch(() => {});
  let result: RunResult | undefined;
  try {
    for await (const lines of handover.chunks()) {
      for (const line of Buffer.from(lines).toString('utf8').split('\n')) {
        if (line !== '') yield JSON.parse(line) as Event;
      }
    }
    result = await running.catch(throwNamed);
  } finally {
    left.abort();
    await running.catch(() => {});
  }
  if (result?.fault !== undefined) throwNamed(result.fault);
}
