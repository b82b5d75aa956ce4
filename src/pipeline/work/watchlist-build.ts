/**
 * Builds a watchlist file from a staff list. The list is read like any table; the typed cells of each data row become
 * its hashed entries. Input: an address (CSV, workbook, ...). Rejects lists in which no row identifies a person, and
 * missing reference columns.
 */
import { LeaksiftError } from '../../core/errors.js';
import { Budget } from '../../core/limits.js';
import type { Match } from '../../core/match.js';
import type { Rule } from '../../core/rule.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { type BuiltWatchlist, buildWatchlist, type WatchRow } from '../../findings/watchlist.js';
import { openReaders } from '../readers/readers.js';
import { EventWriter } from '../scan/event-writer.js';
import { scanContent } from '../scan/scan-content.js';
import type { Collector, RowView } from '../scan/scan-scope.js';
import { newScanning } from './load.js';

export type WatchlistInput = {
  readonly address: string;
  /** Header of the column whose values are reported as references; default: the row number. */
  readonly reference?: string;
  readonly key: Uint8Array;
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly log: Log;
};

export async function buildWatchlistFile(input: WatchlistInput): Promise<BuiltWatchlist> {
  const { address, settings, rules, log } = input;
  const rows: WatchRow[] = [];
  const readers = await openReaders(settings.plugins);
  const scanning = {
    ...(await newScanning(settings, rules, { log, readers })),
    newCollector: () => new RowCollector(rows, input.reference),
  };
  const signal = new AbortController().signal;
  const context = { options: settings.source, limits: settings.limits, signal, log };
  const source = readers.sources.sourceFor(address);
  for await (const item of source.list(address, context)) {
    const budget = new Budget(settings.limits, () => performance.now());
    const writer = new EventWriter(() => {});
    const content = await source.open(item, context);
    await scanContent(content, { scanning, budget, writer, ready: async () => {} }, 0);
    if (writer.tally.unread > 0)
      throw new LeaksiftError('source', `${address}: could not be read completely`);
  }
  if (input.reference !== undefined && rows.length > 0 && rows.every(({ ref }) => ref === '')) {
    throw new LeaksiftError('usage', `${address}: no column is named "${input.reference}"`);
  }
  const built = buildWatchlist(rows, input.key);
  if (built.entries === 0) throw new LeaksiftError('source', `${address}: no row identifies a person`);
  return built;
}

/** Collects the typed cells of data rows. */
class RowCollector implements Collector {
  #row: Match[] = [];

  constructor(
    private readonly rows: WatchRow[],
    private readonly reference: string | undefined,
  ) {}

  match(match: Match): void {
    this.#row.push(match);
  }

  endRow(isData: boolean, row: RowView): void {
    const matches = this.#row;
    this.#row = [];
    if (!isData) return;
    const ref = this.reference === undefined ? String(row.number) : (row.cell(this.reference) ?? '');
    this.rows.push({ ref: ref.trim(), matches });
  }

  endText(): void {
    this.#row = [];
  }
  beginTable(): void {
    this.#row = [];
  }
  endTable(): void {}
  endContent(): void {}
}
