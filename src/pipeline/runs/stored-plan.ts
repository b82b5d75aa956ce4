/**
 * The plan of a kept run as a stream of shards: reads the planned ones, then lists and plans the rest on demand.
 * Rejects other options, rules or keys than the plan was made with.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfInterrupted } from '../../core/errors.js';
import type { ReadContext } from '../readers/readers.js';
import { type ListedUntil, planShards, type SealedShard, type StoredPlan, storedTarget } from './plan.js';
import { type ListingState, PlanWriter, readPlanHeader, readPlanShards, readPlanState } from './plan-file.js';
import { headerOf, mustMatch } from './plan-header.js';
import type { RunOptions, StoredRun } from './run-options.js';
import { hasPlan, isMerged, PLAN, type RunStore } from './run-store.js';
import { type Seal, UNKEYED } from './seal.js';

/**
 * Opens or starts the plan. If plans do not grow in place, lists to the end first, so that all processes of the run
 * use one plan. Throws `usage` if the plan belongs to another run.
 */
export async function openStoredPlan(
  stored: StoredRun,
  options: RunOptions,
  context: ReadContext,
): Promise<StoredPlan> {
  const { store, part } = stored;
  if (part && part.index > 0) await waitForPlan(stored, options);
  const plan = await openPlan(stored, options);
  if (plan.isComplete || store.growsInPlace) return plan;
  for await (const _shard of plan.shards(context)) if (context.signal.aborted) break;
  plan.close();
  throwIfInterrupted(context.signal);
  return openPlan(stored, options);
}

async function openPlan({ store, seal }: StoredRun, options: RunOptions): Promise<StoredPlan> {
  const header = headerOf(options);
  const { addresses } = options;
  if (!(await hasPlan(store))) {
    return new Plan(store, seal, { addresses, writer: await PlanWriter.create(store, seal, header) });
  }
  // The plan is read more than once, and slowly.
  await store.local(PLAN);
  const planned = await readPlanHeader(store, UNKEYED);
  // A complete run no longer has its random key, and needs no further fingerprints.
  const { keyCheck, settingsCheck } = planned;
  const now = (await isMerged(store)) ? { ...header, keyCheck, settingsCheck } : header;
  mustMatch(store.name, planned, now);
  const isOfKey = keyCheck === header.keyCheck;
  const ownSeal = isOfKey ? seal : UNKEYED;
  const state = await readPlanState(store, ownSeal);
  if (state.isComplete) return new Plan(store, ownSeal, { addresses, isOfKey });
  const writer = await PlanWriter.reopen(store, ownSeal);
  return new Plan(store, ownSeal, { addresses, writer, until: listedUntil(state), isOfKey });
}

function listedUntil({ last, shards }: ListingState): ListedUntil | undefined {
  if (!last) return undefined;
  const item = last.items.at(-1);
  const isCut = item?.range && !item.range.last;
  return {
    shards,
    address: last.address,
    target: item?.target ?? '',
    ...(isCut && { range: item.range?.index }),
  };
}

/** Short enough that no part idles for long; in a bucket each poll lists a few objects. */
const POLL_MS = 1000;

/** Part 0 lists; the others wait for its whole plan, so that all parts have the same shards. */
async function waitForPlan({ store, seal }: StoredRun, { signal, log }: RunOptions): Promise<void> {
  for (let isLogged = false; ; isLogged = true) {
    throwIfInterrupted(signal);
    await store.refresh();
    if ((await hasPlan(store)) && (await readPlanState(store, seal)).isComplete) return;
    if (!isLogged) log.info({ run: store.name }, 'waiting for part 0 to finish the plan');
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

type Parts = {
  readonly addresses: readonly string[];
  readonly isOfKey?: boolean;
  readonly until?: ListedUntil;
  writer?: PlanWriter;
};

class Plan implements StoredPlan {
  constructor(
    private readonly store: RunStore,
    private readonly seal: Seal,
    private readonly parts: Parts,
  ) {}

  get isComplete(): boolean {
    return this.parts.writer === undefined;
  }

  get isOfKey(): boolean {
    return this.parts.isOfKey ?? true;
  }

  async *shards(context: ReadContext): AsyncGenerator<SealedShard> {
    const { writer, until, addresses } = this.parts;
    // Read now: what this process plans later must not be read back from the file.
    const planned = until?.shards ?? (writer ? 0 : Number.POSITIVE_INFINITY);
    if (planned > 0) {
      for await (const shard of readPlanShards(this.store, this.seal)) {
        if (shard.index >= planned) break;
        yield shard;
      }
    }
    if (!writer) return;
    for await (const shard of planShards(addresses, context, until)) {
      const located = {
        ...shard,
        items: shard.items.map((item) => ({ ...item, target: storedTarget(item, context.readers.sources) })),
      };
      yield writer.add(located);
    }
    if (context.signal.aborted) writer.close();
    else await writer.finish();
    this.parts.writer = undefined;
  }

  close(): void {
    this.parts.writer?.close();
    this.parts.writer = undefined;
  }
}
