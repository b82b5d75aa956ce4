/**
 * The fingerprint key of a run. Without a given key it is random and kept in the run's folder until the run is
 * complete, so that a resumed run has the same fingerprints.
 */
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { LeaksiftError } from '../../core/errors.js';
import { hasPlan, KEY, type RunStore, readWhole } from './run-store.js';

/** The key to scan with, in hex: the kept one, or `random`. Throws `usage` if several processes need a common key. */
export async function keptKey(store: RunStore, random: string, isPart: boolean): Promise<string> {
  if (!store.keepsSecrets)
    throw new LeaksiftError(
      'usage',
      '--run s3://… needs --fingerprint-key-file: a random key would have to be kept in the bucket',
    );
  const kept = await readWhole(store, KEY);
  if (kept !== undefined) return kept.toString('latin1').trim();
  if (await hasPlan(store)) return random;
  if (isPart)
    throw new LeaksiftError('usage', 'the parts of a run need a common key: give --fingerprint-key-file');
  await store.create();
  const staged = await store.stage(KEY);
  await writeFile(staged, `${random}\n`, { mode: 0o600 });
  const isOurs = await store.publish(KEY, staged, { onlyNew: true });
  return isOurs ? random : keptKey(store, random, isPart);
}

/** Identifies a key without revealing it. */
export function keyCheckOf(hexKey: string): string {
  return createHmac('sha256', Buffer.from(hexKey, 'hex'))
    .update('leaksift key check')
    .digest('hex')
    .slice(0, 16);
}
