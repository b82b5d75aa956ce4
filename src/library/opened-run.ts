/** Opens runs, wherever they lie, and closes them. */
import { LeaksiftError } from '../core/errors.js';
import { openFinishedRun, openRun, openStore } from '../pipeline/runs/open-run.js';
import type { StoredRun } from '../pipeline/runs/run-options.js';
import type { RunStore } from '../pipeline/runs/run-store.js';
import { SCAN_FLAGS } from './flags.js';
import { keptOptions } from './kept-options.js';
import { type OptionValues, type ResolvedOptions, resolveOptions } from './options.js';
import type { Outside } from './outside.js';

/** Calls `use` with a run that is there. Throws `not-found` where it is not. */
export async function withRun<T>(
  path: string,
  { typed, io }: { readonly typed: OptionValues; readonly io: Outside },
  use: (store: RunStore) => Promise<T>,
): Promise<T> {
  const { settings } = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const store = await openRun(path, { source: settings.source, signal: io.signal });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

type Scan = {
  readonly options: ResolvedOptions;
  readonly values: OptionValues;
  readonly addresses: readonly string[];
  readonly outside: Outside;
};

/** Calls `use` with what --run and --since-run name; undefined without --run. */
export async function withStoredRun<T>(
  { options, values, addresses, outside }: Scan,
  use: (stored: StoredRun | undefined) => Promise<T>,
): Promise<T> {
  if (options.run === undefined) return use(undefined);
  const given = { source: options.settings.source, signal: outside.signal };
  const store = await openStore(options.run, given);
  let sinceRun: RunStore | undefined;
  try {
    mustStandApart(store, addresses);
    if (options.sinceRun !== undefined) sinceRun = await openFinishedRun(options.sinceRun, given);
    const { workingFolder } = outside;
    return await use({ store, sinceRun, workingFolder, options: keptOptions(values), part: options.part });
  } finally {
    await sinceRun?.close();
    await store.close();
  }
}

function mustStandApart(store: RunStore, addresses: readonly string[]): void {
  const around = addresses.find((address) => store.isBelow(address));
  if (around !== undefined)
    throw new LeaksiftError('usage', `--run stands below ${around}: the run would scan its own files`);
}
