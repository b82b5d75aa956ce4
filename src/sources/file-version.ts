/** The version of a local file, and whether a file opened later is still the one that was listed. */
import type { BigIntStats } from 'node:fs';

export function versionOf(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}-${stats.ino}`;
}

/**
 * `same`; `grown` when the listed bytes may still stand at its start (a log that is written to); or
 * `changed`. A changed ctime alone (chmod, a new hard link) leaves the bytes alone.
 */
export function compareVersion(listed: string, now: BigIntStats): 'same' | 'grown' | 'changed' {
  if (listed === versionOf(now)) return 'same';
  const [size, mtime, , inode] = listed.split('-');
  // Files of /proc have no size, and a new inode and time whenever the kernel forgot them.
  if (size === '0' && now.size === 0n) return 'same';
  if (inode !== `${now.ino}`) return 'changed';
  if (size === `${now.size}`) return mtime === `${now.mtimeNs}` ? 'same' : 'changed';
  return now.size > BigInt(size ?? 0) ? 'grown' : 'changed';
}
