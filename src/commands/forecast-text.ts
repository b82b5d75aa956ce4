/** Formats a forecast as text for a terminal. Escapes names and extensions. */
import { escapeUnsafe } from '../core/printable.js';
import { printBytes } from '../library/quantity.js';
import type { Forecast, S3Cost } from '../pipeline/forecast/forecast.js';
import type { Amount } from '../pipeline/forecast/listing-totals.js';

/** Rows shown per table, so that a forecast fits a screen; --json has all of them. */
const ROWS = 12;

export function describeForecast(made: Forecast): string {
  const sampled = made.sampled.isAll ? '' : `, estimated from ${made.sampled.items} of them`;
  const sections = [
    `${amount(made)}, listed in ${printSeconds(made.listSeconds)}`,
    table(
      'By name:',
      made.byName.map((row) => [row.extension, row]),
    ),
    table(
      `By content${sampled}:`,
      made.byContent.map((row) => [row.mediaType, row]),
    ),
    made.archives.items > 0 ? `Archives: ${amount(made.archives)}, before unpacking` : '',
    list(
      'Largest:',
      made.largest.map(({ uri, bytes }) => `${printBytes(bytes).padStart(9)}  ${uri}`),
    ),
    unreadSection(made, sampled),
    made.s3 ? s3Section(made.s3) : '',
    timeSection(made),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function amount({ items, bytes }: Amount): string {
  return `${items.toLocaleString('en')} items, ${printBytes(bytes)}`;
}

function table(title: string, rows: readonly (readonly [string, Amount])[]): string {
  const shown = rows.slice(0, ROWS);
  const width = Math.max(...shown.map(([name]) => name.length), 0);
  const lines = shown.map(
    ([name, { items, bytes }]) =>
      `${name.padEnd(width)}  ${items.toLocaleString('en').padStart(9)} items  ${printBytes(bytes).padStart(9)}`,
  );
  if (rows.length > ROWS) lines.push(`and ${rows.length - ROWS} more`);
  return list(title, lines);
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${escapeUnsafe(line)}`)].join('\n');
}

function unreadSection({ unread }: Forecast, sampled: string): string {
  const listed = Object.entries(unread.listed).map(
    ([reason, count]) => `${reason}: ${count.toLocaleString('en')} items`,
  );
  const byContent = unread.sampled
    .slice(0, ROWS)
    .map((row) => `${row.reason}${row.mediaType ? ` (${row.mediaType})` : ''}: ${amount(row)}${sampled}`);
  const pipes = unread.unmeasured > 0 ? [`of unknown size: ${unread.unmeasured} items`] : [];
  return list('Will not be read, or only their metadata:', [...listed, ...byContent, ...pipes]);
}

function s3Section({ listRequests, getRequests, bytes, dollars, prices }: S3Cost): string {
  return list('S3:', [
    `${listRequests.toLocaleString('en')} LIST and ${getRequests.toLocaleString('en')} GET requests, ${printBytes(bytes)}: about $${dollars.toFixed(2)}`,
    `assuming $${prices.listPer1000} and $${prices.getPer1000} per 1,000 requests; transfer out of AWS is not included`,
  ]);
}

function timeSection({ time }: Forecast): string {
  if (!time) return '';
  const { measured, forecast, jobs } = time;
  const how = `from ${printBytes(measured.bytes)} in ${measured.items} items scanned in ${printSeconds(measured.seconds)} by ${jobs} workers`;
  if (!forecast) return `Time: unknown (${how})`;
  const { seconds, low, high } = forecast;
  return `Time: about ${printSeconds(seconds)} (${printSeconds(low)} to ${printSeconds(high)}), ${how}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Times below these are shown in tenths of seconds, seconds, minutes and hours; longer ones in days. */
const SHOWN_BELOW = { tenths: 10, seconds: 100, minutes: 1.5 * HOUR, hours: 2 * DAY } as const;

export function printSeconds(seconds: number): string {
  if (seconds < SHOWN_BELOW.tenths) return `${seconds.toFixed(1)} s`;
  if (seconds < SHOWN_BELOW.seconds) return `${Math.round(seconds)} s`;
  if (seconds < SHOWN_BELOW.minutes) return `${Math.round(seconds / MINUTE)} min`;
  return seconds < SHOWN_BELOW.hours
    ? `${(seconds / HOUR).toFixed(1)} h`
    : `${Math.round(seconds / DAY)} days`;
}
