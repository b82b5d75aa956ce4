/**
 * Reads a cell of a name column: the name, and the rank and number that some lists write in the same cell (`Jane Doe
 * (104414)`, `PC 1234 Smith`, `CDT BERTHIER`). Input: a cell; output: character spans. Whether a column has ranks
 * beside its names is decided on its sample, so that `Major` stays a surname in a column of plain names.
 */
import { nameSpan } from './columns-values.js';
import { isRank } from './rank-words.js';

export type Span = { readonly start: number; readonly end: number };

/** What most names of a column have beside them. */
export type BesideNames = { readonly numbers: boolean; readonly ranks: boolean };

export type NameCell = { readonly name: Span; readonly number?: Span; readonly rank?: Span };

const RANK_AND_NUMBER = /^(?:(\p{L}[\p{L}./]{0,11})\s+)?(#?[A-Z]{0,2}\d{2,6}[A-Z]?)[\s,:-]+(?=\p{L})/u;
/** A rank of one or two words before a capitalised or upper-case name. */
const RANK_BEFORE =
  /^(\p{L}[\p{L}/-]{0,20}\.?(?:[ -]\p{L}[\p{L}/-]{1,20}\.?){0,3}?)\s+(?=\p{Lu}[\p{L}'’-]+(?:[ ,-]+\p{Lu}[\p{L}'’.-]*){0,3}$)/u;
/** Shorter numbers beside a name are ages, places in a list, years of service. */
const NUMBER = /[A-Z]{0,3}\d{3,10}[A-Z]?/i;
/** Share of the sampled names that must have a number, or a rank. */
const BESIDE_SHARE = 0.6;
const MIN_CELLS = 2;

/** The name in a cell, with the rank or number beside it; undefined without a name. */
export function nameIn(value: string, beside?: BesideNames): NameCell | undefined {
  const span = nameSpan(value);
  if (!span) return behindRank(value);
  if (beside?.ranks) {
    const led = ledByRank(value, span);
    if (led) return { ...led, ...(beside.numbers && numberOf(value, led.name)) };
  }
  return beside?.numbers ? { name: span, ...numberOf(value, span) } : { name: span };
}

/** `PC 1234 Smith`: the name after a rank and its number. */
function behindRank(value: string): NameCell | undefined {
  const lead = RANK_AND_NUMBER.exec(value);
  if (!lead || (lead[1] !== undefined && !isRank(lead[1]))) return undefined;
  const start = lead[0].length;
  const span = nameSpan(value.slice(start));
  if (!span) return undefined;
  const [, rank, number] = lead as unknown as [string, string | undefined, string];
  const at = value.indexOf(number, rank?.length ?? 0);
  return {
    name: { start: start + span.start, end: start + span.end },
    number: { start: at, end: at + number.length },
    ...(rank !== undefined && { rank: { start: 0, end: rank.length } }),
  };
}

function ledByRank(value: string, { start, end }: Span): NameCell | undefined {
  const text = value.slice(start, end);
  const lead = RANK_BEFORE.exec(text);
  const rank = lead?.[1];
  if (!lead || rank === undefined || !isRank(rank)) return undefined;
  return { name: { start: start + lead[0].length, end }, rank: { start, end: start + rank.length } };
}

/** The number outside the name. */
function numberOf(value: string, name: Span): { number?: Span } {
  for (const [from, to] of [
    [name.end, value.length],
    [0, name.start],
  ] as const) {
    const found = NUMBER.exec(value.slice(from, to));
    if (found) return { number: { start: from + found.index, end: from + found.index + found[0].length } };
  }
  return {};
}

/** True for a rank or number before a name in one cell. */
export function isRankedName(value: string): boolean {
  return behindRank(value.trim()) !== undefined;
}

/** What the names of a column have beside them; undefined if nothing. */
export function besideNames(cells: readonly string[]): BesideNames | undefined {
  if (cells.length < MIN_CELLS) return undefined;
  let [names, numbers, ranks] = [0, 0, 0];
  for (const cell of cells) {
    const span = nameSpan(cell);
    if (!span) continue;
    names += 1;
    if (numberOf(cell, span).number) numbers += 1;
    if (ledByRank(cell, span)) ranks += 1;
  }
  const isMost = (count: number) => count >= Math.max(MIN_CELLS, BESIDE_SHARE * names);
  return isMost(numbers) || isMost(ranks) ? { numbers: isMost(numbers), ranks: isMost(ranks) } : undefined;
}
