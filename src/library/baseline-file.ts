/** Reads the file of --baseline: findings and unread contents accepted with a reason, an owner and a last day. */
import { readFileSync } from 'node:fs';
import { LeaksiftError } from '../core/errors.js';
import type { Log } from '../core/source.js';
import { Baseline } from '../pipeline/runs/baseline.js';

/** The most expired entries logged individually; a longer list would bury other warnings. */
const NAMED = 20;

/** Reads a baseline and logs its expired entries. Throws `config` or `usage`. */
export function openBaseline(path: string, log: Log, now: Date = new Date()): Baseline {
  const baseline = Baseline.parse(readText(path), path, now.toISOString().slice(0, 10));
  for (const { owner, expires, ...entry } of baseline.expired.slice(0, NAMED)) {
    if ('fingerprint' in entry)
      log.warn(
        { fingerprint: entry.fingerprint, owner, expires },
        'an accepted finding has expired: it is reported again',
      );
    else
      log.warn(
        { unread: entry.unread, uri: entry.uri, owner, expires },
        'an accepted content has expired: it counts as unread again',
      );
  }
  if (baseline.expired.length > NAMED) {
    log.warn({ expired: baseline.expired.length }, 'more accepted entries have expired');
  }
  return baseline;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    throw new LeaksiftError('usage', `cannot read ${path}: ${code}`, { cause: error });
  }
}
