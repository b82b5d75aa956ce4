/**
 * Drafts a baseline in YAML from a run's findings and unread contents, for people to review: one entry for each value
 * and item, and one for each content.
 */
import type { Coverage, Finding } from '../../core/events.js';
import { safeJson } from '../../core/printable.js';
import { textLines, wholeLines } from '../scan/lines.js';
import { isUnread } from '../scan/tally.js';
import { findingsOf, groups } from './diff.js';
import { LineSorter } from './line-sorter.js';
import { COVERAGE, type RunStore } from './run-store.js';

export type DraftValues = { readonly reason: string; readonly owner: string; readonly expires: string };

/** Yields the text in pieces. `keyCheck` lets a later scan check that the fingerprints are comparable. */
export async function* draftBaseline(
  store: RunStore,
  keyCheck: string,
  values: DraftValues,
): AsyncGenerator<string> {
  yield '# Accepted findings are counted and not reported; accepted unread contents do not make a scan incomplete.\n';
  yield '# Delete the entries that you do not accept.\n';
  yield `keyCheck: ${keyCheck}\naccepted:\n`;
  const sorter = new LineSorter();
  let isEmpty = true;
  try {
    for await (const finding of findingsOf(store)) {
      sorter.add(`${finding.uri}\u0000${finding.fingerprint}`, JSON.stringify(finding));
    }
    for await (const { line, count } of groups(sorter)) {
      isEmpty = false;
      yield entry(JSON.parse(line) as Finding, count, values);
    }
    for await (const coverage of unreadOf(store)) {
      isEmpty = false;
      yield unreadEntry(coverage, values);
    }
    if (isEmpty) yield '  []\n';
  } finally {
    sorter.close();
  }
}

function entry(
  { ruleId, masked, severity, fingerprint, uri }: Finding,
  count: number,
  values: DraftValues,
): string {
  // Every JSON string is a valid YAML string.
  return [
    `  # ${ruleId}, ${severity}: ${safeJson(masked)}${count > 1 ? `, ${count} times` : ''}`,
    `  - fingerprint: "${fingerprint}"`,
    `    uri: ${safeJson(exactGlob(uri))}`,
    ...acceptedBy(values),
  ].join('\n');
}

function unreadEntry({ uri, path, version, reason, bytes = 0 }: Coverage, values: DraftValues): string {
  return [
    `  # not read, ${bytes} bytes`,
    `  - unread: ${safeJson(reason)}`,
    `    uri: ${safeJson(exactGlob(uri))}`,
    ...(path === undefined ? [] : [`    path: ${safeJson(exactGlob(path))}`]),
    ...(version === undefined ? [] : [`    version: ${safeJson(version)}`]),
    ...acceptedBy(values),
  ].join('\n');
}

function acceptedBy({ reason, owner, expires }: DraftValues): string[] {
  return [
    `    reason: ${safeJson(reason)}`,
    `    owner: ${safeJson(owner)}`,
    `    expires: ${safeJson(expires)}`,
    '',
  ];
}

/** Coverage of contents that should have been read, were not, and are not accepted yet. */
async function* unreadOf(store: RunStore): AsyncGenerator<Coverage> {
  for await (const lines of wholeLines(store.read(COVERAGE))) {
    for (const line of textLines(lines)) {
      if (line.includes('"status":"complete"')) continue;
      const coverage = JSON.parse(line) as Coverage;
      if (coverage.reason !== undefined && isUnread(coverage) && !coverage.accepted) yield coverage;
    }
  }
}

/** The glob that matches only this URI. */
function exactGlob(uri: string): string {
  return uri.replaceAll(/[\\*?[\]{},]/g, '\\$&');
}
