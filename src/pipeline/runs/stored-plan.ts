/**
 * The plan of a run that is kept, as a stream of shards: what is planned already is read, the rest is listed and
 * planned as it is asked for. Refuses to go on with other options, rules or keys than the plan was made with.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaksiftError } from '../../core/errors.js';
import type { ReadContext } from '../readers/readers.js';
import { type ListedUntil, type PlannedShard, planShards, type StoredPlan, storedTarget } from './plan.js';
import { type PlanState, PlanWriter, readPlanShards, readPlanState } from './plan-file.js';
import { headerOf, mustMatch } from './plan-header.js';
import type { RunOptions, StoredRun } from './run-options.js';
import { hasPlan, isMerged, PLAN, type RunStore } from './run-store.js';

/**
 * Opens or begins the plan. Where plans do not grow in place, it is listed to its end first, so that all processes
 * of the run work on one plan. Throws `usage` where the plan belongs to another run.
 */
export async function openStoredPlan(
  { store, part }: StoredRun,
  options: RunOptions,
  context: ReadContext,
): Promise<StoredPlan> {
  if (part && part.index > 0) await waitForPlan(store, options);
  const plan = await openPlan(store, options);
  if (plan.isComplete || store.growsInPlace) return plan;
  for await (const _shard of plan.shards(context)) if (context.signal.aborted) break;
  plan.close();
  if (context.signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
  return openPlan(store, options);
}

async function openPlan(store: RunStore, options: RunOptions): Promise<StoredPlan> {
  const header = headerOf(options);
  const { addresses } = options;
  if (!(await hasPlan(store))) {
    return new Plan(store, { addresses, writer: await PlanWriter.create(store, header) });
  }
  // It is read more than once, and slowly.
  await store.local(PLAN);
  const state = await readPlanState(store);
  // A complete run has no random key any more, and nothing of it will be fingerprinted again.
  const { keyCheck, settingsCheck } = state.header;
  const now = (await isMerged(store)) ? { ...header, keyCheck, settingsCheck } : header;
  mustMatch(store.name, state.header, now);
  const isOfKey = keyCheck === header.keyCheck;
  if (state.end) return new Plan(store, { addresses, isOfKey });
  const writer = await PlanWriter.reopen(store, state);
  return new Plan(store, { addresses, writer, until: listedUntil(state), isOfKey });
}

function listedUntil({ last, shards }: PlanState): ListedUntil | undefined {
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

/** Often enough that no part idles long; in a bucket each look is a listing of a few objects. */
const POLL_MS = 1000;

/** Part 0 lists; the others wait for its whole plan, so that all parts cut the same shards. */
async function waitForPlan(store: RunStore, { signal, log }: RunOptions): Promise<void> {
  for (let isLogged = false; ; isLogged = true) {
    if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
    await store.refresh();
    const state = (await hasPlan(store)) ? await readPlanState(store).catch(() => undefined) : undefined;
    if (state?.end) return;
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
    private readonly parts: Parts,
  ) {}

  get isComplete(): boolean {
    return this.parts.writer === undefined;
  }

  get isOfKey(): boolean {
    return this.parts.isOfKey ?? true;
  }

  async *shards(context: ReadContext): AsyncGenerator<PlannedShard> {
    const { writer, until, addresses } = this.parts;
    // Taken now: what this process plans must not be read back from the file too.
    const planned = until?.shards ?? (writer ? 0 : Number.POSITIVE_INFINITY);
    if (planned > 0) {
      for await (const shard of readPlanShards(this.store)) {
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
      writer.add(located);
      yield located;
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
