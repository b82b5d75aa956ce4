/** The header of a run's plan: everything that its outputs depend on besides the targets' contents. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LeaksiftError } from '../../core/errors.js';
import type { Settings } from '../../core/settings.js';
import { TOOL_VERSION } from '../../core/version.js';
import { type PlanHeader, type PlannedPlugin, RUN_FORMAT } from './plan-file.js';
import { keyCheckOf } from './run-key.js';
import type { RunOptions } from './run-options.js';

export function headerOf(options: RunOptions): PlanHeader {
  const { stored, settings, packs, addresses } = options;
  return {
    type: 'plan',
    format: RUN_FORMAT,
    toolVersion: TOOL_VERSION,
    packHash: packs.hash,
    ...(settings.plugins.length > 0 && { plugins: settings.plugins.map(plannedOf) }),
    addresses,
    workingFolder: stored?.workingFolder ?? '',
    options: stored?.options ?? {},
    keyCheck: keyCheckOf(settings.fingerprintKey),
    settingsCheck: settingsCheckOf(settings),
  };
}

function plannedOf({ name, sha256 }: PlannedPlugin): PlannedPlugin {
  return { name, sha256 };
}

/** Keyed, because passwords could be guessed from a plain hash of them. */
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

/** Throws `usage` if `now` differs from the planned header in what affects results. */
export function mustMatch(name: string, planned: PlanHeader, now: PlanHeader): void {
  const plugin = pluginDifference(planned, now);
  if (plugin) throw new LeaksiftError('usage', `${name}: holds a run with ${plugin}; use another folder`);
  const keys = Object.keys(DIFFERENCES) as (keyof typeof DIFFERENCES)[];
  const differing = keys.find((key) => JSON.stringify(planned[key]) !== JSON.stringify(now[key]));
  if (!differing) return;
  throw new LeaksiftError('usage', `${name}: holds a run with ${DIFFERENCES[differing]}; use another folder`);
}

/** `another plug-in x.js` if the planned run has other plug-ins than `now`: by their bytes, not their names. */
export function pluginDifference(
  { plugins: planned = [] }: PlanHeader,
  { plugins: now = [] }: PlanHeader,
): string | undefined {
  const isIn = (list: readonly PlannedPlugin[], { sha256 }: PlannedPlugin) =>
    list.some((other) => other.sha256 === sha256);
  const gone = planned.find((plugin) => !isIn(now, plugin));
  if (gone) return `another plug-in ${gone.name}`;
  const added = now.find((plugin) => !isIn(planned, plugin));
  return added && `no plug-in ${added.name}`;
}
