/** Scans one item: open → detect → extract → match → findings → coverage. */

import { codeOf, LeaksiftError } from '../../core/errors.js';
import type { Coverage } from '../../core/events.js';
import { Budget } from '../../core/limits.js';
import type { Locator } from '../../core/locator.js';
import { bytesToRead } from '../../core/shard.js';
import type { Item, SourceContext } from '../../core/source.js';
import type { EventWriter } from './event-writer.js';
import { lastNameFrom, tellName } from './name-findings.js';
import { type ItemScope, type Scanning, scanContent } from './scan-content.js';
import { bump, countItem } from './tally.js';

export type ItemRun = {
  readonly scanning: Scanning;
  readonly source: SourceContext;
  readonly writer: EventWriter;
  readonly clock: () => number;
  readonly ready: () => Promise<void>;
  /** Called with the item's bytes as they are read. */
  readonly read?: ItemScope['read'];
  readonly begin?: ItemScope['begin'];
  readonly condemned?: ItemScope['condemned'];
};

/** Scans one item. Always writes its coverage; rejects only on bugs. */
export async function scanItem(item: Item, run: ItemRun): Promise<void> {
  const { writer } = run;
  const { range } = item;
  countItem(writer.tally, item, bytesToRead(item));
  tellItem(item, run);
  const shown = run.scanning.names.locator(locatorOf(item));
  if (item.fault) {
    cover(item, shown.uri, { writer, fault: item.fault });
    return;
  }
  const { limits } = run.source;
  const budget = new Budget(limits, run.clock, run.source.signal);
  if (item.bytes !== undefined) budget.itemBytes = bytesToRead(item);
  try {
    const source = run.scanning.readers.sources.sourceOf(item);
    const content = await source.open(item, run.source);
    const read = (bytes: number) => {
      // The size of a pipe is known only after reading.
      if (item.bytes === undefined) writer.tally.bytes += bytes;
      run.read?.(bytes);
    };
    await scanContent(content, { ...run, budget, range, read }, 0).catch(() => {
      // The item's coverage already reports what ended it.
    });
    // A cut item counts once, with its last range.
    if (!range || range.last) for (const note of content.notes?.() ?? []) bump(writer.tally.notes, note);
  } catch (error) {
    const { log, names } = run.scanning;
    log.debug({ at: shown.uri, reason: codeOf(error) }, 'cannot open');
    const hint = error instanceof LeaksiftError ? error.hint : undefined;
    const detail = hint === undefined ? undefined : names.about(hint, locatorOf(item));
    const fault = {
      status: 'error' as const,
      reason: codeOf(error),
      ...(detail !== undefined && { detail }),
    };
    cover(item, shown.uri, { writer, fault });
  }
}

/** Findings of the item's own name, once for all its ranges. */
function tellItem(item: Item, { scanning, writer }: ItemRun): void {
  const { uri, range, namesFrom = lastNameFrom(uri) } = item;
  if (range && range.index > 0) return;
  const locator = locatorOf(item);
  const { names } = scanning;
  const newCollector = () => scanning.newCollector(writer, undefined);
  tellName(uri.slice(namesFrom), { locator, shown: names.locator(locator), names, newCollector });
}

function locatorOf({ uri, version }: Item): Locator {
  return { uri, version, hops: [] };
}

type Fault = Pick<Coverage, 'status' | 'reason' | 'detail'>;

function cover(item: Item, uri: string, { writer, fault }: { writer: EventWriter; fault: Fault }): void {
  const { version, bytes } = item;
  const coverage: Coverage = {
    type: 'coverage',
    uri,
    ...(version !== undefined && { version }),
    ...(bytes !== undefined && { bytes }),
    ...fault,
  };
  if (item.range) writer.rangeCoverage(coverage, item.range);
  else writer.coverage(coverage);
}
