/** Finds and hashes the file of a plug-in, so that all threads and processes of a run load the same bytes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeaksiftError } from '../../core/errors.js';
import type { PluginFile } from '../../core/settings.js';

/** Finds and hashes a plug-in, given as a path or a file: URL. Throws `usage` if it cannot be read. */
export function findPlugin(name: string): PluginFile {
  const path = pathOf(name);
  return { name, path, sha256: hashOf(name, path) };
}

function pathOf(name: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return resolve(name);
  if (name.startsWith('file://')) return fileURLToPath(name);
  throw new LeaksiftError('usage', `plug-in ${name}: must be a path or a file: URL`);
}

/** SHA-256 in hex. Throws `usage` if the file cannot be read. */
export function hashOf(name: string, path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    throw unusable(name, `cannot be read: ${(error as { code?: string }).code}`, error);
  }
}

export function unusable(name: string, why: string, cause?: unknown): LeaksiftError {
  return new LeaksiftError('usage', `plug-in ${name}: ${why}`, { cause });
}
