/** The header of a run's plan: what its outputs depend on besides the targets' contents. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LeaksiftError } from '../../core/errors.js';
import type { Settings } from '../../core/settings.js';
import { TOOL_VERSION } from '../../core/version.js';
import { keyCheckOf } from './folder-store.js';
import { PLAN_FORMAT, type PlanHeader } from './plan-file.js';
import type { RunOptions } from './run-options.js';

export function headerOf(options: RunOptions): PlanHeader {
  const { folder, settings, packs, addresses } = options;
  return {
    type: 'plan',
    format: PLAN_FORMAT,
    toolVersion: TOOL_VERSION,
    packHash: packs.hash,
    addresses,
    workingFolder: folder?.workingFolder ?? '',
    options: folder?.options ?? {},
    keyCheck: keyCheckOf(settings.fingerprintKey),
    settingsCheck: settingsCheckOf(settings),
  };
}

/** Keyed, because passwords could be guessed from a plain hash. */
function settingsCheckOf({ extract, watchlist, fingerprintKey }: Settings): string {
  const list = watchlist && createHash('sha256').update(readWatchlist(watchlist.path)).digest('hex');
  const text = JSON.stringify([extract.passwords, list, watchlist?.key]);
  return createHmac('sha256', Buffer.from(fingerprintKey, 'hex')).update(text).digest('hex').slice(0, 16);
}

function readWatchlist(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new LeaksiftError('usage', `cannot read ${path}: ${code}`, { cause: error });
  }
}

const DIFFERENCES = {
  toolVersion: 'another version of leaksift',
  packHash: 'other rules',
  addresses: 'other targets',
  workingFolder: 'another working folder',
  options: 'other options',
  keyCheck: 'another fingerprint key',
  settingsCheck: 'other passwords or another watchlist',
} as const;

/** Throws `usage` where `now` would go on with something else than was planned. */
export function mustMatch(name: string, planned: PlanHeader, now: PlanHeader): void {
  const keys = Object.keys(DIFFERENCES) as (keyof typeof DIFFERENCES)[];
  const differing = keys.find((key) => JSON.stringify(planned[key]) !== JSON.stringify(now[key]));
  if (!differing) return;
  throw new LeaksiftError('usage', `${name}: holds a run with ${DIFFERENCES[differing]}; use another folder`);
}
