/**
 * Proves that a run is whole: its plan, each shard against the plan, and the outputs against the manifest. Reads
 * everything once and keeps nothing.
 */
import { createHash } from 'node:crypto';
import { concurrentMap } from '../../core/concurrent-map.js';
import { LeaksiftError } from '../../core/errors.js';
import type { Manifest } from './merge.js';
import { type PlanShard, readPlanShards, readPlanState } from './plan-file.js';
import { MANIFEST, type RunStore, readWhole, shardName } from './run-store.js';
import { isOutputOf, proveShard, readShardEnd } from './shard-file.js';

export type Verdict = {
  readonly problems: readonly string[];
  readonly shards: number;
  readonly items: number;
};

/** From a bucket each takes a few round trips. */
const PROVED_AT_ONCE = 8;

/** Proves that a run's outputs are whole and complete against its plan. */
export async function verifyRun(store: RunStore): Promise<Verdict> {
  const problems: string[] = [];
  const state = await readPlanState(store);
  if (!state.end) problems.push('plan.jsonl: the listing was not finished');
  else if (!state.proven) problems.push('plan.jsonl: is not what was written');
  const proofs = concurrentMap(readPlanShards(store), PROVED_AT_ONCE, (shard) => problemOf(shard, store));
  for await (const problem of proofs) if (problem !== undefined) problems.push(problem);
  problems.push(...(await outputProblems(store, state.end?.sha256 ?? '')));
  return { problems, shards: state.shards, items: state.items };
}

async function problemOf(shard: PlanShard, store: RunStore): Promise<string | undefined> {
  const name = shardName(shard.index);
  const end = await readShardEnd(store, name);
  if (!end) return `shard ${shard.index}: missing or torn`;
  if (!isOutputOf(shard, end)) return `shard ${shard.index}: is not of the items that the plan has`;
  const isProven = await proveShard(store, name, end);
  return isProven ? undefined : `shard ${shard.index}: is not what was written`;
}

/** True when the outputs are as long as the manifest says: enough to tell what a loss of power has torn. */
export async function hasWholeOutputs(store: RunStore): Promise<boolean> {
  try {
    const { outputs } = await readManifest(store);
    for (const { name, bytes } of outputs) if ((await store.size(name)) !== bytes) return false;
    return true;
  } catch {
    return false;
  }
}

async function readManifest(store: RunStore): Promise<Manifest> {
  const text = await readWhole(store, MANIFEST);
  if (text === undefined) throw new LeaksiftError('not-found', `${store.name}: has no ${MANIFEST}`);
  return JSON.parse(text.toString('utf8')) as Manifest;
}

async function outputProblems(store: RunStore, planHash: string): Promise<string[]> {
  let manifest: Manifest;
  try {
    manifest = await readManifest(store);
  } catch {
    return ['manifest.json: missing or broken: the run was not merged'];
  }
  const problems: string[] = [];
  let chain = planHash;
  for (const { name, bytes, sha256, chain: given } of manifest.outputs) {
    chain = createHash('sha256').update(`${chain}\n${name}\n${sha256}\n`).digest('hex');
    if (chain !== given) problems.push(`manifest.json: the chain breaks at ${name}`);
    const found = await hashFile(store, name).catch(() => undefined);
    if (!found) problems.push(`${name}: missing`);
    else if (found.sha256 !== sha256 || found.bytes !== bytes)
      problems.push(`${name}: is not what was written`);
  }
  return problems;
}

async function hashFile(store: RunStore, name: string) {
  const bytes = await store.size(name);
  if (bytes === undefined) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of store.read(name)) hash.update(chunk);
  return { bytes, sha256: hash.digest('hex') };
}
