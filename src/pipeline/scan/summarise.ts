/** Builds the summary event from counts. Keys are sorted, so that equal counts give equal bytes. */
import type { Summary } from '../../core/events.js';
import { OUTPUT_FORMAT } from '../../core/version.js';
import type { Counts, Tally } from './tally.js';

export function summarise(
  tally: Tally,
  run: Pick<Summary, 'status' | 'packHash' | 'toolVersion' | 'persons' | 'watchlist'>,
): Summary {
  return {
    type: 'summary',
    format: OUTPUT_FORMAT,
    status: run.status,
    items: tally.items,
    bytes: tally.bytes,
    findings: {
      total: tally.findings,
      byEntity: sorted(tally.byEntity),
      byRule: sorted(tally.byRule),
      bySeverity: sorted(tally.bySeverity),
    },
    coverage: { ...tally.coverage, byReason: sorted(tally.byReason) },
    ...(Object.keys(tally.counted).length > 0 && { counted: sorted(tally.counted) }),
    ...(Object.keys(tally.notes).length > 0 && { notes: sorted(tally.notes) }),
    ...(tally.records > 0 && { records: tally.records }),
    ...(tally.rosters > 0 && { rosters: tally.rosters }),
    ...(run.persons && { persons: run.persons }),
    ...(run.watchlist && { watchlist: run.watchlist }),
    ...(tally.accepted > 0 && { accepted: tally.accepted }),
    ...(tally.acceptedUnread > 0 && { acceptedUnread: tally.acceptedUnread }),
    ...(tally.carried > 0 && { carried: tally.carried }),
    toolVersion: run.toolVersion,
    packHash: run.packHash,
  };
}

function sorted(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
