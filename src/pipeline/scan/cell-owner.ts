/**
 * Whose a pattern's match in a table is, as its column tells: the row's own person, another one whom the header
 * names (`supervisor`), one of a list of recipients, or a place that stands on many rows.
 */
import { entitiesWith } from '../../core/entity.js';
import type { Match } from '../../core/match.js';
import type { ColumnFacts } from '../../match/columns/columns.js';
import { PLACE_CONFIDENCE } from './typed-cell.js';

/** Can belong to a station instead of a person. */
const SHARED = entitiesWith('shared');

/** A match as its column sees it; `text` gives the whole cell. */
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

/** Gives each address of a list of recipients to a person of its own, with the name before it. */
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

/** A number in brackets right behind a name: `Homicide (Imogen Tarleton (100417))`. */
const BRACKETED = /^ ?[([]#?([A-Za-z]{0,3}\d{4,10})[)\]]/;
/** Bytes behind a name in which its number must end. */
export const BRACKET_BYTES = 20;

/** Where the number of the person stands in the text behind a name. */
export function bracketedNumber(behind: string): { value: string; start: number } | undefined {
  const found = BRACKETED.exec(behind);
  return found ? { value: found[1] as string, start: found[0].indexOf(found[1] as string) } : undefined;
}
