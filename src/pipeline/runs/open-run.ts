/** Opens a run by its path or address. Code for buckets is loaded only for an s3:// address. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LeaksiftError } from '../../core/errors.js';
import type { SourceOptions } from '../../core/source.js';
import { isS3Address } from '../../sources/s3-address.js';
import { FolderStore } from './folder-store.js';
import { FINDINGS, hasPlan, isMerged, MANIFEST, PLAN, type RunStore } from './run-store.js';

export type OpenOptions = { readonly source: SourceOptions; readonly signal: AbortSignal };

/** A run that may not exist yet. The caller closes it. */
export async function openStore(name: string, options: OpenOptions): Promise<RunStore> {
  if (!isS3Address(name)) return new FolderStore(name);
  const { BucketStore } = await import('./bucket-store.js');
  return BucketStore.open(name, options);
}

/** An existing run. Throws `not-found`. The caller closes it. */
export async function openRun(name: string, options: OpenOptions): Promise<RunStore> {
  const store = await openStore(name, options);
  if (await hasPlan(store)) return store;
  await store.close();
  throw new LeaksiftError('not-found', `${name}: is not a run folder (it has no plan.jsonl)`);
}

/** Like openRun, but also opens the remains of a run whose plan is lost. */
export async function openRemains(name: string, options: OpenOptions): Promise<RunStore> {
  const store = await openStore(name, options);
  for (const file of [PLAN, MANIFEST, FINDINGS]) if ((await store.size(file)) !== undefined) return store;
  await store.close();
  throw new LeaksiftError('not-found', `${name}: is not a run folder (it has no plan.jsonl)`);
}

/**
 * A finished run: the one with this name, or the newest in a folder of runs. Undefined for a folder without runs.
 * Throws `usage` for an unfinished run and `not-found` if nothing exists. The caller closes it.
 */
export async function openFinishedRun(name: string, options: OpenOptions): Promise<RunStore | undefined> {
  const store = await openStore(name, options);
  if (await isMerged(store)) return store;
  const isBegun = await hasPlan(store);
  await store.close();
  if (isBegun) throw new LeaksiftError('usage', `${name}: this run is not finished; resume it first`);
  if (isS3Address(name) || !existsSync(name))
    throw new LeaksiftError('not-found', `${name}: is not a run folder`);
  return newestRun(name);
}

async function newestRun(folder: string): Promise<RunStore | undefined> {
  const finished: { store: RunStore; time: number }[] = [];
  for (const name of readdirSync(folder)) {
    const store = new FolderStore(join(folder, name));
    if (!(await isMerged(store)) || !(await hasPlan(store))) continue;
    finished.push({ store, time: statSync(await store.local(MANIFEST)).mtimeMs });
  }
  const newestFirst = finished.sort((a, b) => b.time - a.time || (a.store.name < b.store.name ? 1 : -1));
  return newestFirst[0]?.store;
}
