/** Runs one scan, kept or streamed: opens its pool and readers, logs its start and end, and closes everything. */
import { rm } from 'node:fs/promises';
import { makePrivateFolder, sweepPrivateFolders } from '../../core/private-folder.js';
import { openReaders } from '../readers/readers.js';
import type { RunOptions, RunResult } from '../runs/run-options.js';
import { openPool, type Pool } from './pool.js';
import type { RunMeans } from './run-means.js';

/** Planning, scanning and writing overlap. Throws the error that stopped the run; other errors are in the result. */
export async function runScan(options: RunOptions): Promise<RunResult> {
  const { addresses, jobs, stored, log } = options;
  const readers = await openReaders(options.settings.plugins);
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  let pool: Pool | undefined;
  let folder: string | undefined;
  try {
    pool = await openPool({ ...options, signal, readers, rules: options.packs.rules });
    const means = { pool, readers, stop: () => abort.abort() };
    const { name } = stored?.store ?? {};
    const swept = sweepPrivateFolders();
    if (swept > 0) log.info({ swept }, 'removed temporary folders of killed processes');
    log.info({ targets: addresses.length, jobs, run: name, part: stored?.part }, 'run begins');
    const started = performance.now();
    if (!stored) folder = await makePrivateFolder();
    const result = await runKind(options, means, folder);
    const { status, items, bytes, findings } = result.summary;
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    log.info({ status, items, bytes, findings: findings.total, seconds }, 'run ends');
    return result;
  } finally {
    await pool?.close();
    await readers.sources.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Each loads what the other does not need. `folder`: of a run that keeps nothing. */
async function runKind(options: RunOptions, means: RunMeans, folder: string | undefined): Promise<RunResult> {
  const { stored } = options;
  if (stored) return (await import('./stored-run.js')).runStored(stored, options, means);
  return (await import('./streamed-run.js')).runStreamed(options, { ...means, folder: folder as string });
}
