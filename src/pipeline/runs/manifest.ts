/**
 * The manifest of a merged run: its inputs and outputs, sealed. A function of the plan, the shards, the outputs and
 * the merge options; verify builds it again and compares. The list of outputs is open: a later version can add
 * entries without a new format.
 */

import { type PlanHeader, type PlanState, RUN_FORMAT } from './plan-file.js';
import { MANIFEST, type RunStore, readRange } from './run-store.js';
import type { Seal, Sealed } from './seal.js';

export type OutputEntry = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** What the outputs depend on besides plan and shards. */
export type MergeInputs = {
  /** Number of persons on the watchlist, if any. */
  readonly watchlistSize?: number;
  /** SHA-256 of the baseline file, if any. */
  readonly baseline?: string;
};

export type Manifest = {
  readonly type: 'manifest';
  readonly format: number;
  readonly toolVersion: string;
  readonly packHash: string;
  readonly plugins?: PlanHeader['plugins'];
  readonly addresses: readonly string[];
  readonly options: PlanHeader['options'];
  readonly plan: {
    readonly shards: number;
    readonly items: number;
    readonly bytes: number;
    readonly chain: string;
  };
  /** Chain over the closing lines of all shards, in order (seal.ts: chainOf). */
  readonly shardChain: string;
  readonly merge: MergeInputs;
  readonly outputs: readonly OutputEntry[];
};

export function manifestOf(
  { header, shards, items, bytes, chain }: PlanState,
  { shardChain, merge, outputs }: Pick<Manifest, 'shardChain' | 'merge' | 'outputs'>,
): Manifest {
  const { toolVersion, packHash, plugins, addresses, options } = header;
  return {
    type: 'manifest',
    format: RUN_FORMAT,
    toolVersion,
    packHash,
    ...(plugins && { plugins }),
    addresses,
    options,
    plan: { shards, items, bytes, chain },
    shardChain,
    merge,
    outputs: outputs.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  };
}

/** A manifest holds options, addresses and a few outputs: a longer file is invalid. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** Undefined if there is none, or if it does not match its seal. */
export async function readManifest(store: RunStore, seal: Seal): Promise<Sealed<Manifest> | undefined> {
  const size = await store.size(MANIFEST);
  if (size === undefined || size > MAX_MANIFEST_BYTES) return undefined;
  const text = await readRange(store, MANIFEST, { start: 0, end: size });
  try {
    const sealed = seal.readDocument<Manifest>(text, '');
    return sealed && isManifest(sealed.fields) ? sealed : undefined;
  } catch {
    return undefined;
  }
}

function isManifest({ type, format, outputs, merge }: Manifest): boolean {
  const hasOutputs = Array.isArray(outputs) && outputs.every(isEntry);
  return (
    type === 'manifest' && format === RUN_FORMAT && hasOutputs && typeof merge === 'object' && merge !== null
  );
}

/** Names that stay inside the run. */
const NAME = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;

function isEntry(entry: OutputEntry | null): boolean {
  return typeof entry?.name === 'string' && NAME.test(entry.name);
}

/** True if the outputs have the lengths in the manifest, which detects writes torn by a power loss. */
export async function hasWholeOutputs(store: RunStore, seal: Seal): Promise<boolean> {
  const manifest = await readManifest(store, seal);
  if (!manifest) return false;
  for (const { name, bytes } of manifest.fields.outputs) if ((await store.size(name)) !== bytes) return false;
  return true;
}
