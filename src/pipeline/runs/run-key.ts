/**
 * The fingerprint key of a run. A run that was given none has a random one, kept in its folder until it is complete
 * so that a resumed run has the same fingerprints.
 */
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { LeaksiftError } from '../../core/errors.js';
import { hasPlan, KEY, type RunStore, readWhole } from './run-store.js';

/** The key to scan with, in hex: the one kept, else `random`. Throws `usage` where processes would need one in common. */
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
    throw new LeaksiftError('usage', 'parts of a run need a key in common: give --fingerprint-key-file');
  await store.create();
  const staged = await store.stage(KEY);
  await writeFile(staged, `${random}\n`, { mode: 0o600 });
  const isOurs = await store.publish(KEY, staged, { onlyNew: true });
  return isOurs ? random : keptKey(store, random, isPart);
}

/** Tells whether two keys are the same without telling the key. */
export function keyCheckOf(hexKey: string): string {
  return createHmac('sha256', Buffer.from(hexKey, 'hex'))
    .update('leaksift key check')
    .digest('hex')
    .slice(0, 16);
}
