/** Classifies the files of a run by name and kind: which must not be read, and which are not part of it. */
import { escapeUnsafe } from '../../core/printable.js';
import type { Manifest } from './manifest.js';
import { COVERAGE, FINDINGS, KEY, MANIFEST, PLAN, type RunStore, SUMMARY, shardName } from './run-store.js';

const OWN = new Set([PLAN, FINDINGS, COVERAGE, SUMMARY, MANIFEST, KEY]);
/** Locks, and partial files of a killed process. */
const PASSING = /^[\w-]+\.lock$|\.part$/;
const SHARD = /^shards\/\d+\/(\d+)\.jsonl$/;
/** At most this many other files are named. */
const MAX_NAMED = 20;

/** Links, pipes and devices. */
export async function* unreadableFiles(store: RunStore): AsyncGenerator<string> {
  for await (const { name, isFile } of store.list()) if (!isFile) yield escapeUnsafe(name);
}

/**
 * Reports entries among the shards that are none, and returns the names of other files. `shards`: their number, if
 * known.
 */
export async function otherFiles(
  store: RunStore,
  { shards, manifest }: { readonly shards: number | undefined; readonly manifest: Manifest | undefined },
  report: (problem: string) => void,
): Promise<string[]> {
  const outputs = new Set(manifest?.outputs.map(({ name }) => name));
  const others: string[] = [];
  for await (const { name } of store.list()) {
    if (OWN.has(name) || outputs.has(name) || PASSING.test(name)) continue;
    const index = Number(SHARD.exec(name)?.[1] ?? Number.NaN);
    if (name === shardName(index) && index < (shards ?? Number.POSITIVE_INFINITY)) continue;
    if (name.startsWith('shards/')) report(`${escapeUnsafe(name)}: is not in the plan`);
    else if (others.length < MAX_NAMED) others.push(escapeUnsafe(name));
  }
  return others;
}
