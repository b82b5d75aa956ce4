/**
 * Turns a cell of a typed column into its matches: the value, and the number and rank beside a name. Input: the
 * cell's text and its start in the batch; output: matches at byte offsets of the batch, none if the cell holds no
 * value of its column.
 */
import type { Match } from '../../core/match.js';
import {
  type CellValue,
  type ColumnRules,
  type ColumnType,
  evaluateCell,
} from '../../match/columns/columns.js';

/**
 * Confidence, below the limit for reporting, of the one postcode of all rows, or of the address of a place on every
 * row.
 */
export const PLACE_CONFIDENCE = 0.3;

export type TypedCell = {
  readonly text: string;
  /** Byte offset of its first character. */
  readonly start: number;
  readonly cell: number;
  /** The column holds one value on nearly every row. */
  readonly isConstant: boolean;
};

export function typedMatches(type: ColumnType, at: TypedCell, rules: ColumnRules | undefined): Match[] {
  const { text, cell } = at;
  const found = evaluateCell(type, text, rules?.fits);
  if (!found) return [];
  // The one postcode of all rows is the office's.
  const isPlace = type.rule.entity === 'POSTCODE' && at.isConstant;
  const { checked = false, example = false, normal } = found;
  const shared = found.shared === true || isPlace || undefined;
  const confidence = isPlace ? Math.min(found.confidence, PLACE_CONFIDENCE) : found.confidence;
  const whole = { start: found.start ?? 0, end: found.end ?? text.length };
  const { role, rule } = type;
  const { start, end, value } = spanned(at, whole);
  // Written out: a spread costs several times as much, and this runs for every cell.
  const match: Match = {
    by: 'column',
    role,
    cell,
    rule,
    start,
    end,
    value,
    normal,
    confidence,
    checked,
    example,
    shared,
  };
  return found.number || found.rank ? [match, ...besideName(at, found, { role, rules })] : [match];
}

/** Confidence of a number or a rank beside a name, which most cells of its column have. */
const BESIDE = { number: 0.8, rank: 0.8 } as const;

type Spanned = Pick<Match, 'start' | 'end' | 'value'>;

type Column = { readonly role: ColumnType['role']; readonly rules: ColumnRules | undefined };

function besideName(at: TypedCell, found: CellValue, { role, rules }: Column): Match[] {
  const out: Match[] = [];
  for (const part of ['number', 'rank'] as const) {
    const span = found[part];
    const rule = span && rules?.beside[part];
    if (!rule) continue;
    const { start, end, value } = spanned(at, span);
    const normal = rule.entity === 'RANK' ? value.toLowerCase() : numberOf(value);
    const confidence = BESIDE[part];
    out.push({
      by: 'column',
      role,
      cell: at.cell,
      rule,
      start,
      end,
      value,
      normal,
      confidence,
      checked: false,
      example: false,
    });
  }
  return out;
}

function numberOf(value: string): string {
  return value.replace(/[\s.#-]+/g, '').toUpperCase();
}

function spanned({ text, start }: TypedCell, span: { start: number; end: number }): Spanned {
  const value = text.slice(span.start, span.end);
  const from = start + (span.start === 0 ? 0 : Buffer.byteLength(text.slice(0, span.start)));
  return { start: from, end: from + Buffer.byteLength(value), value };
}
