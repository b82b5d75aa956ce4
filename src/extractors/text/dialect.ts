/**
 * Detects whether text is delimited (CSV and similar), and its delimiter. Input: the first bytes as UTF-8 and the
 * file name; output: the delimiter, or undefined for prose, logs and code.
 */

import { HEAD_BYTES } from '../../core/limits.js';

export type Dialect = { readonly delimiter: number; readonly quote: number };

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const TAB = 0x09;
const PIPE = 0x7c;
const QUOTE = 0x22;
const CANDIDATES = [SEMICOLON, TAB, PIPE, COMMA] as const;

const PROBE_LINES = 60;
const NAMED = /\.(csv|tsv|tab|psv|ssv)(\.[^.]{1,8})?$/i;

export function detectDialect(head: Buffer, name: string): Dialect | undefined {
  const named = NAMED.test(name);
  const rows = (delimiter: number) => probe(head, delimiter);
  let best: { delimiter: number; score: number } | undefined;
  for (const delimiter of CANDIDATES) {
    const score = scoreOf(rows(delimiter), delimiter, named);
    if (score > 0 && (!best || score > best.score)) best = { delimiter, score };
  }
  return best && { delimiter: best.delimiter, quote: QUOTE };
}

/** Field counts of the first records, with quotes; a record cut by the end of the head is excluded. */
function probe(head: Buffer, delimiter: number): { counts: number[]; longest: number } {
  const counts: number[] = [];
  let fields = 1;
  let quoted = false;
  let atStart = true;
  let length = 0;
  let longest = 0;
  for (let i = 0; i < head.length && counts.length < PROBE_LINES; i++) {
    const b = head[i];
    length++;
    if (quoted) {
      if (b === QUOTE) {
        if (head[i + 1] === QUOTE) i++;
        else quoted = false;
      }
    } else if (b === QUOTE && atStart) quoted = true;
    else if (b === delimiter) {
      fields++;
      atStart = true;
      continue;
    } else if (b === 0x0a) {
      if (length > 2 || fields > 1) counts.push(fields);
      longest = Math.max(longest, length);
      fields = 1;
      atStart = true;
      length = 0;
      continue;
    }
    atStart = false;
  }
  if (length > 0 && !quoted && head.length < HEAD_BYTES) counts.push(fields);
  return { counts, longest };
}

/** Least share of records with the usual number of fields, if the file's name promises delimited text. */
const NAMED_SHARE = 0.3;
/**
 * What makes a text delimited without such a name. Prose and code contain commas too, so those must be steadier and
 * more frequent. Set by hand, held by the tests of dialects.
 */
const UNNAMED = {
  comma: { rows: 4, fields: 3, share: 0.9 },
  other: { rows: 3, fields: 2, share: 0.8 },
} as const;
/** Fields of a table of two rows that is no prose. */
const MIN_FIELDS_OF_TWO = 5;
/** More fields do not make a dialect more likely. */
const MAX_SCORED_FIELDS = 12;

/** 0: not delimited by this character. More fields and steadier counts score higher. */
function scoreOf({ counts }: { counts: number[] }, delimiter: number, named: boolean): number {
  if (counts.length === 0) return 0;
  const tally = new Map<number, number>();
  for (const n of counts) tally.set(n, (tally.get(n) ?? 0) + 1);
  let mode = 1;
  let times = 0;
  for (const [n, t] of tally) if (n > 1 && (t > times || (t === times && n > mode))) [mode, times] = [n, t];
  if (mode < 2) return 0;
  const share = times / counts.length;
  if (named) return share >= NAMED_SHARE ? share * Math.min(mode, MAX_SCORED_FIELDS) : 0;
  const least = delimiter === COMMA ? UNNAMED.comma : UNNAMED.other;
  if (times < least.rows || mode < least.fields || share < least.share) return twoRows(counts, mode, share);
  return share * Math.min(mode, MAX_SCORED_FIELDS);
}

/** A header and one or two rows, all with many fields: small, but hardly prose. */
function twoRows(counts: readonly number[], mode: number, share: number): number {
  return counts.length >= 2 && mode >= MIN_FIELDS_OF_TWO && share === 1
    ? share * Math.min(mode, MAX_SCORED_FIELDS)
    : 0;
}
