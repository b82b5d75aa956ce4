/**
 * Formats a report as text for a terminal. Values are already masked; names are escaped, since the input can be any
 * file.
 */
import { SEVERITIES } from '../core/entity.js';
import type { PersonRecord, Roster, Summary } from '../core/events.js';
import { escapeUnsafe } from '../core/printable.js';
import { printBytes } from '../library/quantity.js';
import { placeOf, type Report, type Unread } from './report-builder.js';

export function describeReport({ summary, rosters, moreRosters, worst, contents, unread }: Report): string {
  const sections = [
    summary ? headline(summary) : '',
    summary ? people(summary) : '',
    list('Lists of people:', rosters.map(rosterLine), moreRosters),
    list(
      'Most records outside of lists:',
      contents.map(({ place, records }) => `${count(records).padStart(9)}  ${place}`),
    ),
    list('Worst exposed:', worst.map(personLine)),
    list('Not read, or only in part:', unread.map(unreadLine)),
    list('To be known:', Object.entries(summary?.notes ?? {}).map(noteLine)),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function headline({ status, items, bytes, findings, coverage }: Summary): string {
  const severities = SEVERITIES.toReversed()
    .filter((severity) => findings.bySeverity[severity])
    .map((severity) => `${count(findings.bySeverity[severity] as number)} ${severity}`);
  const unread = coverage.partial + coverage.skipped + coverage.error;
  return [
    `${status.toUpperCase()}: ${count(items)} items, ${printBytes(bytes)}; ${count(coverage.complete)} contents read in full, ${count(unread)} not`,
    `${count(findings.total)} findings${severities.length > 0 ? `: ${severities.join(', ')}` : ''}`,
  ].join('\n');
}

function people({ persons, watchlist }: Summary): string {
  if (!persons) return '';
  const rows = Object.entries(persons.byEntity).sort((a, b) => b[1] - a[1]);
  const found = watchlist
    ? [`${count(watchlist.found)} of the ${count(watchlist.entries)} on the watchlist`]
    : [];
  return list(`${count(persons.distinct)} people exposed, of these:`, [
    ...found,
    ...rows.map(([entity, number]) => `${count(number).padStart(9)}  ${entity}`),
  ]);
}

function rosterLine(roster: Roster): string {
  const typed = [...new Set(roster.columns.flatMap(({ entity }) => entity ?? []))];
  const hidden = roster.hidden ? ` [${roster.hidden === true ? 'hidden' : roster.hidden}]` : '';
  const sheet = roster.sheet === undefined ? '' : ` ${roster.sheet}`;
  return `${count(roster.persons).padStart(9)}  ${roster.kind.padEnd(6)}  ${placeOf(roster)}${sheet}${hidden}: ${typed.join(', ')}`;
}

function personLine(record: PersonRecord): string {
  const { sheet, row, page, startLine } = record.location;
  const at = [
    sheet,
    page === undefined ? undefined : `page ${page}`,
    row === undefined ? (startLine === undefined ? undefined : `line ${startLine}`) : `row ${row}`,
  ].filter((part) => part !== undefined);
  const why = record.risk.reasons.slice(0, 3).join(', ');
  return `${String(record.risk.score).padStart(3)}  ${record.person ?? '(no name)'}  ${why}  ${placeOf(record)} ${at.join(' ')}`;
}

function unreadLine({ status, reason, count: number, isFault, examples }: Unread): string {
  const more = number > examples.length ? ', …' : '';
  return `${count(number).padStart(9)}  ${status} ${reason}${isFault ? '' : ' (by design)'}: ${examples.join(', ')}${more}`;
}

/** Advice for notes that have some. */
const NOTE_HINTS: Readonly<Record<string, string>> = {
  'older-versions-not-read': ' (only current versions of objects were read: --s3-versions reads all)',
};

function noteLine([note, items]: readonly [string, number]): string {
  return `${count(items).padStart(9)}  ${note}${NOTE_HINTS[note] ?? ''}`;
}

function list(title: string, lines: readonly string[], more = 0): string {
  if (lines.length === 0) return '';
  const rest = more > 0 ? [`and ${count(more)} more`] : [];
  return [title, ...[...lines, ...rest].map((line) => `  ${escapeUnsafe(line)}`)].join('\n');
}

function count(number: number): string {
  return number.toLocaleString('en');
}
