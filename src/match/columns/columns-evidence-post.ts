/**
 * Rates headers of ranks, titles and posts. Input: a type from the header, its cells, and what the table says about
 * persons; output: the type with its confidence, or undefined if the values are codes, salutations or places in a
 * race.
 */
import { foldText } from '../../core/fold.js';
import type { ColumnType } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { BORNE_OUT, POST, RANK_WORDS, VAGUE } from './columns-worth.js';
import { isRank } from './rank-words.js';

/** `Rank` over other values stays a weak guess; job titles count beside named persons. */
export function rankType(
  type: ColumnType,
  cells: readonly string[],
  table: { named: boolean; personal: boolean; employed: boolean },
): ColumnType | undefined {
  if (type.by === 'values' || cells.length === 0) return type;
  // Places in a competition, pay grades, job numbers: codes are no ranks.
  if (cells.filter((cell) => /\p{L}.*\p{L}/u.test(cell)).length < 0.5 * cells.length) return undefined;
  if (cells.filter(isSalutation).length >= 0.5 * cells.length) return undefined;
  const share = rankShare(cells);
  if (share >= 0.3) return { ...type, confidence: Math.max(type.confidence, RANK_WORDS) };
  const isVague = type.rule.cellConfidence < VAGUE;
  if (table.named && (isBareTitle(type) ? table.employed && lowVariety(cells) : true)) {
    return { ...type, confidence: POST };
  }
  if (isBareTitle(type) && !lowVariety(cells)) return { ...type, confidence: 0.5 };
  if (share >= 0.05 || (table.personal && lowVariety(cells))) {
    return { ...type, confidence: isVague ? Math.min(type.confidence, BORNE_OUT) : BORNE_OUT };
  }
  return table.personal ? { ...type, confidence: Math.min(type.confidence, 0.5) } : undefined;
}

function isSalutation(cell: string): boolean {
  return /^(?:m|mm|mr|mrs|ms|miss|mx|dr|mme|mlle|monsieur|madame|herr|frau|sig|sig\.ra|sr|sra|dhr|mevr?)\.?$/i.test(
    cell,
  );
}

/** `Title`, `Role` and `Position` are also headers over books, films and matches; `Job title` is only over posts. */
function isBareTitle(type: ColumnType): boolean {
  return type.rule.cellConfidence < VAGUE && BARE.has(headerTokens(type.header ?? '').join(' '));
}

const BARE = new Set(
  'title post role rol ruolo position classification class categoria funktion amt'.split(' '),
);

export function rankShare(cells: readonly string[]): number {
  return cells.length === 0 ? 0 : cells.filter(isRank).length / cells.length;
}

function lowVariety(cells: readonly string[]): boolean {
  const distinct = new Set(cells.map(foldText)).size;
  return distinct < 60 && distinct <= Math.max(3, cells.length * 0.7);
}
