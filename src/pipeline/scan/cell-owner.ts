/**
 * Assigns a pattern's match in a table to its owner by its column: the row's own person, another one whom the header
 * names (`supervisor`), one of a list of recipients, or a place that many rows repeat.
 */
import { entitiesWith } from '../../core/entity.js';
import type { Match } from '../../core/match.js';
import type { ColumnFacts } from '../../match/columns/columns.js';
import { PLACE_CONFIDENCE } from './typed-cell.js';

/** Can belong to a station instead of a person. */
const SHARED = entitiesWith('shared');

/** A match with what its column says about it; `text` returns the whole cell. */
export function owned(match: Match, facts: ColumnFacts, text: () => string): Match {
  const { entity } = match.rule;
  const shared =
    facts.repeated.size > 0 && SHARED.has(entity) && facts.repeated.has(text().trim().toLowerCase());
  if (!shared) return facts.role === undefined ? match : { ...match, role: facts.role };
  const { confidence } = match;
  return {
    ...match,
    role: facts.role,
    shared,
    confidence: entity === 'ADDRESS' ? Math.min(confidence, PLACE_CONFIDENCE) : confidence,
  };
}

/** Assigns each address of a list of recipients to a separate person, with the name before it. */
export class RecipientLists {
  #cell = -1;
  #count = 0;

  owned(match: Match, cell: number, facts: ColumnFacts): Match {
    if (!facts.isList) return match;
    if (cell !== this.#cell) this.#count = 0;
    this.#cell = cell;
    const role = `recipient ${this.#count}`;
    if (match.rule.entity === 'EMAIL_ADDRESS') this.#count += 1;
    return { ...match, role };
  }
}

/** A number in brackets right after a name: `Homicide (Imogen Tarleton (100417))`. */
const BRACKETED = /^ ?[([]#?([A-Za-z]{0,3}\d{4,10})[)\]]/;
/** Bytes after a name in which its number must end. */
export const BRACKET_BYTES = 20;

/** The person's number in the text after a name, and its position. */
export function bracketedNumber(behind: string): { value: string; start: number } | undefined {
  const found = BRACKETED.exec(behind);
  return found ? { value: found[1] as string, start: found[0].indexOf(found[1] as string) } : undefined;
}
