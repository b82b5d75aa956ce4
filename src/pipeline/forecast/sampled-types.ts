/**
 * Detects the types of sampled items from their first bytes. Reads at most 64 KiB of an item and never a pipe. Counts
 * items that cannot be opened by reason.
 */
import PQueue from 'p-queue';
import type { ExtractOptions } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { HEAD_BYTES } from '../../core/limits.js';
import type { Item } from '../../core/source.js';
import type { FormatRegistry } from '../../extractors/index.js';
import type { ReadContext } from '../readers/readers.js';
import type { Amount } from './listing-totals.js';
import type { Drawn } from './priority-sample.js';

export type SampledItem = Drawn<Item> & {
  /** Absent if the item could not be opened: see `reason`. */
  readonly mediaType?: string;
  readonly reason?: string;
};

/** Heads read concurrently, so that round trips to a share or a bucket overlap. */
const AT_ONCE = 16;

export async function sampleTypes(
  sample: readonly Drawn<Item>[],
  context: ReadContext,
): Promise<SampledItem[]> {
  const queue = new PQueue({ concurrency: AT_ONCE });
  return queue.addAll(
    sample.map((drawn) => async () => {
      if (context.signal.aborted) return { ...drawn, reason: 'interrupted' };
      try {
        return { ...drawn, mediaType: await typeOf(drawn.value, context) };
      } catch (error) {
        return { ...drawn, reason: codeOf(error) };
      }
    }),
  );
}

async function typeOf(item: Item, context: ReadContext): Promise<string> {
  const { sources, formats } = context.readers;
  const content = await sources.sourceOf(item).open(item, context);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content.open({ start: 0, end: HEAD_BYTES })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  const head = Buffer.concat(chunks).subarray(0, HEAD_BYTES);
  return formats.detect(head, { name: content.name, size: content.size });
}

/** Why contents of a type will not be read, or only their metadata; undefined if they will. */
export function unreadReason(
  mediaType: string,
  options: ExtractOptions,
  formats: FormatRegistry,
): string | undefined {
  const format = formats.formatFor(mediaType, options);
  if (format) return format.unread?.(mediaType, options);
  return mediaType === 'application/x-empty' ? undefined : 'unsupported-type';
}

/** Sums what the sampled items of each kind represent. */
export function estimate(
  items: readonly SampledItem[],
  bytes: readonly SampledItem[],
  kindOf: (probed: SampledItem) => string | undefined,
): Map<string, Amount> {
  const kinds = new Map<string, Amount>();
  const amountOf = (kind: string) => {
    const amount = kinds.get(kind) ?? { items: 0, bytes: 0 };
    kinds.set(kind, amount);
    return amount;
  };
  for (const probed of items) {
    const kind = kindOf(probed);
    if (kind !== undefined) amountOf(kind).items += probed.standsFor;
  }
  for (const probed of bytes) {
    const kind = kindOf(probed);
    const share = (probed.value.bytes ?? 0) / probed.weight;
    if (kind !== undefined) amountOf(kind).bytes += probed.standsFor * share;
  }
  return kinds;
}
