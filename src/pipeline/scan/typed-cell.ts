/**
 * A cell of a typed column → its matches: the value, and the number and rank that stand beside a name. In: the
 * cell's text and where it begins in the batch. Out: matches at byte offsets of the batch, none where the cell
 * holds no value of its column.
 */
import type { Match } from '../../core/match.js';
import {
  type CellValue,
  type ColumnRules,
  type ColumnType,
  evaluateCell,
} from '../../match/columns/columns.js';

/** What the one postcode of all rows, or the address of a place on every row, is worth: less than is reported. */
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

/** What a number or a rank beside a name is worth: most of its column has one. */
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
