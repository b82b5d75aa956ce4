/** A run's findings → the draft of a baseline in YAML, for people to review: one entry for each value and item. */
import type { Finding } from '../../core/events.js';
import { safeJson } from '../../core/printable.js';
import { findingsOf, groups } from './diff.js';
import { LineSorter } from './line-sorter.js';
import type { RunStore } from './run-store.js';

export type DraftValues = { readonly reason: string; readonly owner: string; readonly expires: string };

/** Yields the text in pieces. `keyCheck` tells a later scan whether the fingerprints can match its own. */
export async function* draftBaseline(
  store: RunStore,
  keyCheck: string,
  values: DraftValues,
): AsyncGenerator<string> {
  yield '# Accepted findings are counted and not reported. Delete the entries that you do not accept.\n';
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
  const { reason, owner, expires } = values;
  // JSON strings are YAML strings, whatever stands in them.
  return [
    `  # ${ruleId}, ${severity}: ${safeJson(masked)}${count > 1 ? `, ${count} times` : ''}`,
    `  - fingerprint: "${fingerprint}"`,
    `    uri: ${safeJson(exactGlob(uri))}`,
    `    reason: ${safeJson(reason)}`,
    `    owner: ${safeJson(owner)}`,
    `    expires: ${safeJson(expires)}`,
    '',
  ].join('\n');
}

/** The glob of this URI alone. */
function exactGlob(uri: string): string {
  return uri.replaceAll(/[\\*?[\]{},]/g, '\\$&');
}
