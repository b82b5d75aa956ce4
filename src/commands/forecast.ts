/**
 * `leaksift forecast` (alias `plan`): what a scan of these targets reads and omits, how long it takes and what it
 * costs. Scans only a sample.
 */
import { safeJson } from '../core/printable.js';
import { type OptionValues, readConfig, resolveOptions } from '../library/options.js';
import { parseDuration } from '../library/quantity.js';
import { type Forecast, forecast } from '../pipeline/forecast/forecast.js';
import { openReaders } from '../pipeline/readers/readers.js';
import { isUnread } from '../pipeline/scan/tally.js';
import { loadRunPacks } from '../pipeline/work/load.js';
import { FORECAST_FLAGS } from './forecast-flags.js';
import { describeForecast } from './forecast-text.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';

export async function forecastCommand(
  addresses: readonly string[],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  const config = typeof typed.config === 'string' ? await readConfig(typed.config, FORECAST_FLAGS) : {};
  const options = resolveOptions(typed, config, { flags: FORECAST_FLAGS, env: io.env });
  const { sources } = await openReaders(options.settings.plugins);
  for (const address of addresses) sources.sourceFor(address);
  const given = typed.calibrate ?? config.calibrate ?? '5s';
  const made = await forecast({
    addresses,
    settings: options.settings,
    packs: await loadRunPacks(options.settings.rules),
    jobs: options.jobs ?? io.cores,
    calibrationSeconds: /^(0|none)$/.test(`${given}`) ? 0 : parseDuration(`${given}`) / 1000,
    signal: io.signal,
    log: await newLogger(io, { level: options.logLevel, color: options.color }),
    ...(options.progress && { listed: listingLine(io) }),
  });
  io.stdout.write(typed.json === true ? `${safeJson(made)}\n` : describeForecast(made));
  return io.signal.aborted ? Number(io.signal.reason) : exitStatus(made);
}

/** A listing with faults makes a forecast incomplete, like a scan. */
function exitStatus({ unread }: Forecast): number {
  const isUnlisted = Object.keys(unread.listed).some((reason) => isUnread({ status: 'skipped', reason }));
  return isUnlisted ? EXIT.incomplete : EXIT.complete;
}

function listingLine({ stderr }: Io): ((items: number) => void) | undefined {
  if (stderr.isTTY !== true) return undefined;
  return (items) => stderr.write(`\r\u001b[Klisted ${items.toLocaleString('en')} items\r`);
}
