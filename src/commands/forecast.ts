/** `leaksift plan`: what a scan of these targets will read, leave out, take and cost. Scans a sample only. */
import { sourceFor } from '../builtin.js';
import { type Forecast, forecast } from '../pipeline/forecast/forecast.js';
import { isUnread } from '../pipeline/scan/tally.js';
import { loadRunPacks } from '../pipeline/work/load.js';
import { PLAN_FLAGS } from './forecast-flags.js';
import { describePlan } from './forecast-text.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';
import { type OptionValues, readConfig, resolveOptions } from './options.js';
import { parseDuration } from './quantity.js';

export async function planCommand(
  addresses: readonly string[],
  typed: OptionValues,
  io: Io,
): Promise<number> {
  const config = typeof typed.config === 'string' ? await readConfig(typed.config, PLAN_FLAGS) : {};
  const options = resolveOptions(typed, config, { flags: PLAN_FLAGS, env: io.env });
  for (const address of addresses) sourceFor(address);
  const given = typed.calibrate ?? config.calibrate ?? '5s';
  const plan = await forecast({
    addresses,
    settings: options.settings,
    packs: await loadRunPacks(options.settings.rules),
    jobs: options.jobs ?? io.cores,
    calibrationSeconds: /^(0|none)$/.test(`${given}`) ? 0 : parseDuration(`${given}`) / 1000,
    signal: io.signal,
    log: await newLogger(io, { level: options.logLevel, color: options.color }),
    ...(options.progress && { listed: listingLine(io) }),
  });
  io.stdout.write(typed.json === true ? `${JSON.stringify(plan)}\n` : describePlan(plan));
  return io.signal.aborted ? Number(io.signal.reason) : exitStatus(plan);
}

/** What the listing could not reach makes a plan as incomplete as a scan. */
function exitStatus({ unread }: Forecast): number {
  const isUnlisted = Object.keys(unread.listed).some((reason) => isUnread({ status: 'skipped', reason }));
  return isUnlisted ? EXIT.incomplete : EXIT.complete;
}

function listingLine({ stderr }: Io): ((items: number) => void) | undefined {
  if (stderr.isTTY !== true) return undefined;
  return (items) => stderr.write(`\r\u001b[Klisted ${items.toLocaleString('en')} items\r`);
}
