/** `leaksift watchlist build`: turns a staff list into a file of keyed hashes for later scans. */
import { readFileSync, writeFileSync } from 'node:fs';
import { LeaksiftError } from '../core/errors.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { type OptionValues, resolveOptions } from '../library/options.js';
import { loadRunPacks } from '../pipeline/work/load.js';
import { buildWatchlistFile } from '../pipeline/work/watchlist-build.js';
import { EXIT, type Io } from './io.js';
import { newLogger } from './logger.js';

export async function watchlistBuildCommand(address: string, typed: OptionValues, io: Io): Promise<number> {
  const output = required(typed.output, '-o/--output');
  const key = readKeyFile(required(typed['key-file'], '--key-file'));
  const scan = { ...typed, output: undefined, confidence: 'low' };
  const { settings, logLevel, color } = resolveOptions(scan, {}, { flags: SCAN_FLAGS, env: io.env });
  const { rules } = await loadRunPacks(settings.rules);
  const reference = typeof typed['reference-column'] === 'string' ? typed['reference-column'] : undefined;
  const log = await newLogger(io, { level: logLevel, color });
  const { file, persons, entries } = await buildWatchlistFile({
    address,
    reference,
    key,
    settings,
    rules,
    log,
  });
  try {
    writeFileSync(output, file, { mode: 0o600 });
  } catch (error) {
    throw new LeaksiftError('output', `cannot write ${output}: ${(error as { code?: string }).code}`);
  }
  io.stdout.write(`${output}: ${persons} persons, ${entries} hashed entries\n`);
  return EXIT.complete;
}

function required(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new LeaksiftError('usage', `${name} is missing`);
  return value;
}

/** The bytes of a key file without the line end that editors add. */
export function readKeyFile(path: string): Buffer {
  try {
    return Buffer.from(readFileSync(path, 'latin1').trim(), 'latin1');
  } catch (error) {
    throw new LeaksiftError('usage', `cannot read ${path}: ${(error as { code?: string }).code}`, {
      cause: error,
    });
  }
}
