/** The confidence levels that evidence gives a typed column, shared by all files that rate columns. */
import type { Entity } from '../../core/entity.js';
import type { ColumnType } from './columns-cell.js';

/** Rules below this cell confidence have headers that count only beside persons. */
export const VAGUE = 0.6;
/** From this confidence on, a column is reported and can support its neighbours: the lower bound of `medium`. */
export const SURE = 0.6;
/** A vague header that the table confirms: just above the limit for reporting. */
export const BORNE_OUT = 0.65;
/** A post that is no rank word, beside named persons. */
export const POST = 0.78;
/** A column of rank words. */
export const RANK_WORDS = 0.85;
/** A header that the table contradicts: visible to neighbouring columns, not reported by default. */
export const DOUBTED = 0.35;

/** True for a column of this entity that is reported. */
export function isSure(type: ColumnType | undefined, entity: Entity): boolean {
  return type?.rule.entity === entity && type.confidence >= SURE;
}

/** True for a column that holds rank words, not only posts. */
export function isRankWords(type: ColumnType | undefined): boolean {
  return type !== undefined && type.confidence >= RANK_WORDS;
}

/** The type with at most this confidence. */
export function atMost(type: ColumnType, confidence: number): ColumnType {
  return { ...type, confidence: Math.min(type.confidence, confidence) };
}
