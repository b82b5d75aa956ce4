/**
 * Counts for the summary: workers add them up per shard, and the merge sums the shards. Plain data; addition is
 * commutative, so the order of shards does not matter.
 */
import type { Coverage, CoverageStatus, Finding } from '../../core/events.js';
import type { Item } from '../../core/source.js';
import type { RosterColumn, RosterCounts, RosterPlace } from '../../findings/roster.js';

export type Counts = Record<string, number>;

export type RangeCoverage = { readonly coverage: Coverage; readonly index: number; readonly last: boolean };

/** One range's share of a table: plain data. Parts of a range are in its order. */
export type RosterPart = {
  readonly place: RosterPlace;
  readonly columns: readonly RosterColumn[];
  readonly counts: RosterCounts;
  readonly index: number;
  /** True if it continues the last table of the previous range. */
  readonly continues: boolean;
};

export type Tally = {
  items: number;
  bytes: number;
  findings: number;
  byEntity: Counts;
  byRule: Counts;
  bySeverity: Counts;
  coverage: Record<CoverageStatus, number>;
  byReason: Counts;
  counted: Counts;
  records: number;
  rosters: number;
  /** Coverage of ranges of cut items, to be joined (range-joiner.ts). */
  ranges: RangeCoverage[];
  /** Counts of tables of cut items, to be joined (roster-joiner.ts). */
  rosterParts: RosterPart[];
  /** Items per note, for the summary. */
  notes: Counts;
  /** Contents that should have been read and were not, or only partly. */
  unread: number;
  /** Items that were not read because an earlier run had read them. */
  carried: number;
  /** Findings that a baseline removes, and contents it accepts as unread; set only when shards are merged. */
  accepted: number;
  acceptedUnread: number;
};

export function newTally(): Tally {
  return {
    items: 0,
    bytes: 0,
    findings: 0,
    byEntity: {},
    byRule: {},
    bySeverity: {},
    coverage: { complete: 0, partial: 0, skipped: 0, error: 0 },
    byReason: {},
    counted: {},
    records: 0,
    rosters: 0,
    ranges: [],
    rosterParts: [],
    notes: {},
    unread: 0,
    carried: 0,
    accepted: 0,
    acceptedUnread: 0,
  };
}

/** A cut item counts once, with its last range. */
export function countItem(tally: Tally, { range }: Item, bytes: number): void {
  tally.items += range && !range.last ? 0 : 1;
  tally.bytes += bytes;
}

export function countFinding(tally: Tally, finding: Finding): void {
  tally.findings += 1;
  bump(tally.byEntity, finding.entity);
  bump(tally.byRule, finding.ruleId);
  bump(tally.bySeverity, finding.severity);
}

/** Reverts countFinding. */
export function uncountFinding(tally: Tally, finding: Finding): void {
  tally.findings -= 1;
  drop(tally.byEntity, finding.entity);
  drop(tally.byRule, finding.ruleId);
  drop(tally.bySeverity, finding.severity);
}

function drop(counts: Counts, key: string): void {
  bump(counts, key, -1);
  if (counts[key] === 0) delete counts[key];
}

export function countCoverage(tally: Tally, coverage: Coverage): void {
  tally.coverage[coverage.status] += 1;
  if (coverage.reason !== undefined) bump(tally.byReason, coverage.reason);
  if (isUnread(coverage)) tally.unread += 1;
}

/**
 * Reasons that are no failure: contents without text, or that the user chose not to read. Any other coverage that is
 * not complete makes the run incomplete.
 */
const BY_DESIGN = new Set([
  'unsupported-type',
  'image-not-read',
  'audio-not-read',
  'video-not-read',
  'no-text-layer',
  'symlink',
  'not-regular-file',
  'delete-marker',
  'excluded',
  'limit-file-size',
]);

export function isUnread(coverage: Pick<Coverage, 'status' | 'reason'>): boolean {
  if (coverage.status === 'complete') return false;
  if (coverage.status === 'error') return true;
  return !(coverage.reason ?? '').split(',').every((reason) => BY_DESIGN.has(reason));
}

export function bump(counts: Counts, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

const COUNTS = ['byEntity', 'byRule', 'bySeverity', 'coverage', 'byReason', 'counted', 'notes'] as const;

/** Adds counts. Ranges are no counts: the joiner takes them. */
export function addTally(into: Tally, other: Tally): void {
  for (const key of ['items', 'bytes', 'findings', 'records', 'rosters', 'unread', 'carried'] as const) {
    into[key] += other[key];
  }
  for (const key of COUNTS) {
    for (const [name, count] of Object.entries(other[key])) bump(into[key], name, count);
  }
}
