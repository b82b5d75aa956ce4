/**
 * The plan of a run folder as a stream of shards: what is planned already is read, the rest is listed and
 * planned as it is asked for. Refuses to go on with other options, rules or keys than the plan was made with.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaksiftError } from '../../core/errors.js';
import type { ReadContext } from '../readers/readers.js';
import { type RunFolder, unwritable } from './folder-store.js';
import { type ListedUntil, type PlannedShard, planShards, type StoredPlan, storedTarget } from './plan.js';
import { PlanWriter, readPlanShards, readPlanState } from './plan-file.js';
import { headerOf, mustMatch } from './plan-header.js';
import type { RunOptions } from './run-options.js';

/** Opens or begins the plan of a run folder. Throws `usage` where it belongs to another run. */
export async function openStoredPlan(folder: RunFolder, options: RunOptions): Promise<StoredPlan> {
  const header = headerOf(options);
  if (options.folder?.part && options.folder.part.index > 0) await planOfFirstPart(folder, options);
  if (!folder.exists()) {
    try {
      return new Plan(folder, {
        addresses: options.addresses,
        writer: PlanWriter.create(folder.plan, header),
      });
    } catch (error) {
      throw unwritable(folder.plan, error);
    }
  }
  const state = await readPlanState(folder.plan);
  // A complete run has forgotten its random key, and nothing will be fingerprinted any more.
  const { keyCheck, settingsCheck } = state.header;
  mustMatch(folder.name, state.header, folder.isMerged() ? { ...header, keyCheck, settingsCheck } : header);
  const isOfKey = keyCheck === header.keyCheck;
  if (state.end) return new Plan(folder, { addresses: options.addresses, isOfKey });
  const writer = await PlanWriter.reopen(folder.plan, state);
  const last = state.last;
  const item = last?.items.at(-1);
  const isCut = item?.range && !item.range.last;
  const until = last && {
    shards: state.shards,
    address: last.address,
    target: item?.target ?? '',
    ...(isCut && { range: item.range?.index }),
  };
  return new Plan(folder, { addresses: options.addresses, writer, until, isOfKey });
}

const POLL_MS = 500;

/** Part 0 lists; the others wait for its plan, so that all parts cut the same shards. */
async function planOfFirstPart(folder: RunFolder, { signal, log }: RunOptions): Promise<void> {
  for (let told = false; ; told = true) {
    if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
    const state = folder.exists() ? await readPlanState(folder.plan).catch(() => undefined) : undefined;
    if (state?.end) return;
    if (!told) log.info({ run: folder.name }, 'waiting for part 0 to finish the plan');
    await sleep(POLL_MS);
  }
}

type Parts = {
  addresses: readonly string[];
  isOfKey?: boolean;
  writer?: PlanWriter;
  until?: ListedUntil;
};

class Plan implements StoredPlan {
  constructor(
    private readonly folder: RunFolder,
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
      for await (const shard of readPlanShards(this.folder.plan)) {
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
    if (!context.signal.aborted) writer.finish();
    else writer.close();
    this.parts.writer = undefined;
  }

  close(): void {
    this.parts.writer?.close();
    this.parts.writer = undefined;
  }
}
