/** Opens runs in folders and buckets, and closes them. */
import { LeaksiftError } from '../core/errors.js';
import { openFinishedRun, openRun, openStore } from '../pipeline/runs/open-run.js';
import type { StoredRun } from '../pipeline/runs/run-options.js';
import type { RunStore } from '../pipeline/runs/run-store.js';
import { Seal, UNKEYED } from '../pipeline/runs/seal.js';
import { SCAN_FLAGS } from './flags.js';
import { keptOptions } from './kept-options.js';
import { type OptionValues, type ResolvedOptions, resolveOptions } from './options.js';
import type { Outside } from './outside.js';

/** Calls `use` with an existing run and the typed options. Throws `not-found` if there is none. */
export async function withRun<T>(
  path: string,
  {
    typed,
    io,
    open = openRun,
  }: { readonly typed: OptionValues; readonly io: Outside; readonly open?: typeof openRun },
  use: (store: RunStore, options: ResolvedOptions) => Promise<T>,
): Promise<T> {
  const options = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const store = await open(path, { source: options.settings.source, signal: io.signal });
  try {
    return await use(store, options);
  } finally {
    await store.close();
  }
}

/** Keyed if a key is given: a random one is gone when the run is complete. */
export function sealOf({ hasFingerprintKey, settings }: ResolvedOptions): Seal {
  return hasFingerprintKey ? new Seal(settings.fingerprintKey) : UNKEYED;
}

type Scan = {
  readonly options: ResolvedOptions;
  readonly values: OptionValues;
  readonly addresses: readonly string[];
  readonly outside: Outside;
};

/** Calls `use` with the runs of --run and --since-run; undefined without --run. */
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
    const { part } = options;
    const seal = sealOf(options);
    return await use({ store, seal, sinceRun, workingFolder, options: keptOptions(values), part });
  } finally {
    await sinceRun?.close();
    await store.close();
  }
}

function mustStandApart(store: RunStore, addresses: readonly string[]): void {
  const around = addresses.find((address) => store.isBelow(address));
  if (around !== undefined)
    throw new LeaksiftError('usage', `--run is inside ${around}: the run would scan its own files`);
}
