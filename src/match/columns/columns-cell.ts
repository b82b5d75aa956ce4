/**
 * Reads one cell of a typed column: whether it is a value, its normal form, its confidence, and its position in the
 * cell. Runs for every cell of every typed column, so it allocates only for accepted cells.
 */
import type { Rule, Verdict } from '../../core/rule.js';
import { type BesideNames, nameIn, type Span } from './columns-name-cell.js';
import type { CellFits } from './columns-rules.js';
import { isPlaceholder, normalCell, plausible } from './columns-values.js';
import { isRank } from './rank-words.js';

/** A column and the rule that reads its cells. */
export type ColumnType = {
  readonly rule: Rule;
  /** Confidence of the column's type, 0 to 1: the upper bound for its cells. */
  readonly confidence: number;
  readonly by: 'header' | 'values';
  /** The header as written, so that a header repeated among the rows does not count as a value. */
  readonly header?: string;
  /** The role of the other person whose data the column holds (`supervisor`); absent for the row's own person. */
  readonly role?: string;
  /** Values on more than a fifth of the sampled rows, folded: they belong to a station, not to a person. */
  readonly repeated?: ReadonlySet<string>;
  /** What most cells of a name column hold beside the name. */
  readonly beside?: BesideNames;
};

export type CellValue = {
  readonly normal: string;
  readonly confidence: number;
  /** Character offsets in the given text; the whole trimmed cell where absent. */
  readonly start?: number;
  readonly end?: number;
  readonly checked?: boolean;
  readonly example?: boolean;
  /** True if the value is one of the column's repeated ones. */
  readonly shared?: boolean;
  /** The person's number and rank, where the cell holds them beside the name. */
  readonly number?: Span;
  readonly rank?: Span;
};

/** Confidence of a shared address or phone, which describes a station, not the person. */
const SHARED_CONFIDENCE = 0.3;
/** Longer values are prose or a blob, regardless of their column. */
const MAX_CELL_CHARS = 400;
/** pandas and Excel write whole numbers as `7368886.0`. */
const POINT_ZERO = /^\d{2,12}\.0$/;

/** Reads one cell; undefined if it holds no value of the column's rule. */
export function evaluateCell(type: ColumnType, text: string, fits: CellFits = jsFits): CellValue | undefined {
  const value = text.trim();
  if (value.length === 0 || value.length > MAX_CELL_CHARS) return undefined;
  if (value === type.header || (isPlaceholder(value) && !mayBeInitials(type, value))) return undefined;
  const whole = POINT_ZERO.test(value) ? value.slice(0, -2) : value;
  if (type.rule.entity === 'PERSON') return personCell(type, text, whole);
  const verdict = fits(type.rule, whole);
  if (verdict === false) return undefined;
  const cell = judged(type, whole, verdict);
  if (text.length !== whole.length) {
    cell.start = text.indexOf(whole);
    cell.end = cell.start + whole.length;
  }
  return cell;
}

/** `NA` and `NC` can also be initials. */
function mayBeInitials(type: ColumnType, value: string): boolean {
  return /\.initials$/.test(type.rule.id) && /^\p{Lu}{2}$/u.test(value);
}

/** Least confidence of a value whose checksum or numbering plan agrees. */
const CHECKED_CONFIDENCE = 0.9;
/** Factor for a post in a column of ranks that is no known rank word. */
const UNKNOWN_RANK = 0.8;

type Draft = { -readonly [K in keyof CellValue]: CellValue[K] };

function judged(type: ColumnType, value: string, verdict: Exclude<Verdict, false>): Draft {
  const shared = type.repeated?.has(value.toLowerCase()) === true;
  // The column's confidence already includes the rule's cell confidence.
  let { confidence } = type;
  if (verdict.checked) confidence = Math.max(confidence, type.rule.confidence, CHECKED_CONFIDENCE);
  if (type.rule.entity === 'RANK' && !isRank(value)) confidence *= UNKNOWN_RANK;
  if (shared) confidence = Math.min(confidence, SHARED_CONFIDENCE);
  const out: Draft = { normal: verdict.normal, confidence };
  if (verdict.checked) out.checked = true;
  if (verdict.example) out.example = true;
  if (shared) out.shared = true;
  return out;
}

function personCell(type: ColumnType, text: string, value: string): CellValue | undefined {
  const cell = nameIn(value, type.beside);
  if (cell === undefined) return undefined;
  const name = value.slice(cell.name.start, cell.name.end);
  // A single letter is an initial: valid as first or middle name, not as a whole name.
  if (name.length < 2 && !/\.(?:first|middle|initials)$/.test(type.rule.id)) return undefined;
  const from = text.indexOf(value);
  const { confidence } = type;
  const out: Draft = {
    normal: normalCell('PERSON', name),
    confidence,
    start: from + cell.name.start,
    end: from + cell.name.end,
  };
  if (cell.number) out.number = moved(cell.number, from);
  if (cell.rank) out.rank = moved(cell.rank, from);
  return out;
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** The default check of a cell: the rule's `cell` expression, or else the shape of its entity. */
export function jsFits(rule: Rule, text: string): Verdict {
  const expression = rule.cell === undefined ? undefined : compiledCell(rule);
  const ok = expression ? expression.test(text) : plausible(rule.entity, text);
  return ok && { normal: normalCell(rule.entity, text) };
}

const compiled = new WeakMap<Rule, RegExp>();

function compiledCell(rule: Rule): RegExp {
  let expression = compiled.get(rule);
  if (!expression) {
    expression = compileCell(rule.cell as string);
    compiled.set(rule, expression);
  }
  return expression;
}

/** Compiles RE2 source to a JavaScript expression over the whole cell. Prefer the engine's re2. */
export function compileCell(source: string): RegExp {
  const ignoreCase = /^\(\?i\)/.test(source);
  const body = source
    .replace(/^\(\?i\)/, '')
    .replace(/\\x\{([0-9A-Fa-f]+)\}/g, '\\u{$1}')
    .replace(/\\([pP])([LNPSZMC])(?![{\w])/g, '\\$1{$2}')
    .replace(/\\p([LNPSZMC])/g, '\\p{$1}')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(/\(\?P</g, '(?<')
    .replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, '$1');
  return new RegExp(`^(?:${body})$`, ignoreCase ? 'iu' : 'u');
}
