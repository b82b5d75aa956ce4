/**
 * Compares the findings of two runs: new, gone and the same. Findings are the same if fingerprint, rule and place are
 * equal (or the fingerprint alone). Both runs are sorted on disk, so memory is bounded.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { Finding, Summary } from '../../core/events.js';
import { textLines, wholeLines } from '../scan/lines.js';
import { LineSorter } from './line-sorter.js';
import { readAnyHeader } from './plan-file.js';
import { FINDINGS, mustBeMerged, type RunStore, readWhole, SUMMARY } from './run-store.js';
import { UNKEYED } from './seal.js';

export type DiffBy = 'place' | 'value';

/** One output line: equal findings, shown by the first of them. */
export type DiffLine = {
  readonly type: 'diff';
  readonly change: 'new' | 'gone' | 'same';
  /** Occurrences in the run that has it; for `same` in the later run. */
  readonly count: number;
  readonly finding: Finding;
};

export type DiffSummary = {
  readonly type: 'diff_summary';
  readonly by: DiffBy;
  readonly new: number;
  readonly gone: number;
  readonly same: number;
  /** With an incomplete run, findings can appear or disappear because something was not read. */
  readonly status: readonly [Summary['status'], Summary['status']];
  /** True if the runs used other rules or another version, which alone changes findings. */
  readonly otherRules?: true;
};

/** Yields the changes by key, and finally the summary. Throws `usage` for runs that cannot be compared. */
export async function* diffRuns(
  earlier: RunStore,
  later: RunStore,
  by: DiffBy,
): AsyncGenerator<DiffLine | DiffSummary> {
  const [before, after] = [await openRun(earlier), await openRun(later)];
  if (before.header.keyCheck !== after.header.keyCheck) {
    throw new LeaksiftError(
      'usage',
      'the runs have different fingerprint keys: nothing in them can be compared; give --fingerprint-key-file to scans',
    );
  }
  const totals = { new: 0, gone: 0, same: 0 };
  for await (const line of joinRuns(earlier, later, by)) {
    totals[line.change] += 1;
    yield line;
  }
  const isOther =
    before.header.packHash !== after.header.packHash ||
    before.header.toolVersion !== after.header.toolVersion;
  const status = [before.summary.status, after.summary.status] as const;
  yield { type: 'diff_summary', by, ...totals, status, ...(isOther && { otherRules: true as const }) };
}

async function openRun(store: RunStore) {
  await mustBeMerged(store);
  const header = await readAnyHeader(store, UNKEYED);
  const summary = JSON.parse(`${await readWhole(store, SUMMARY)}`) as Summary;
  return { header, summary };
}

async function* joinRuns(earlier: RunStore, later: RunStore, by: DiffBy): AsyncGenerator<DiffLine> {
  const sorters = [new LineSorter(), new LineSorter()] as const;
  try {
    await fill(sorters[0], earlier, by);
    await fill(sorters[1], later, by);
    const [old, now] = [groups(sorters[0]), groups(sorters[1])];
    let [a, b] = [await next(old), await next(now)];
    while (a || b) {
      const isSame = a?.key === b?.key;
      if (isSame && b) yield shown('same', b);
      else if (b && (!a || b.key < a.key)) yield shown('new', b);
      else if (a) yield shown('gone', a);
      const takesOld: boolean = isSame || !b || (a !== undefined && a.key < b.key);
      [a, b] = [takesOld ? await next(old) : a, isSame || !takesOld ? await next(now) : b];
    }
  } finally {
    for (const sorter of sorters) sorter.close();
  }
}

async function fill(sorter: LineSorter, store: RunStore, by: DiffBy): Promise<void> {
  for await (const finding of findingsOf(store)) {
    const { fingerprint, ruleId, uri, path = '' } = finding;
    const key = by === 'value' ? fingerprint : [fingerprint, ruleId, uri, path].join('\u0000');
    sorter.add(key, JSON.stringify(finding));
  }
}

/** The findings of a merged run, without records and rosters. */
export async function* findingsOf(store: RunStore): AsyncGenerator<Finding> {
  for await (const lines of wholeLines(store.read(FINDINGS))) {
    for (const line of textLines(lines)) {
      if (line.startsWith('{"type":"finding"')) yield JSON.parse(line) as Finding;
    }
  }
}

type Group = { readonly key: string; readonly line: string; readonly count: number };

/** Lines of equal keys, shown by the first of them. */
export async function* groups(sorter: LineSorter): AsyncGenerator<Group> {
  let group: Group | undefined;
  for await (const { key, line } of sorter.sorted()) {
    if (group && group.key !== key) yield group;
    group = group?.key === key ? { ...group, count: group.count + 1 } : { key, line, count: 1 };
  }
  if (group) yield group;
}

async function next(of: AsyncGenerator<Group>): Promise<Group | undefined> {
  const { value, done } = await of.next();
  return done ? undefined : (value as Group);
}

function shown(change: DiffLine['change'], { line, count }: Group): DiffLine {
  return { type: 'diff', change, count, finding: JSON.parse(line) as Finding };
}
