/**
 * The header phrases of all rules, compiled once for lookups. Input: rules; output: a table from a header to its
 * possible rules, best first. Pure data after compilation.
 */
import type { Entity } from '../../core/entity.js';
import type { Rule, Verdict } from '../../core/rule.js';
import { headerTokens } from './columns-normalize.js';
import { DATES, META, NEUTRAL, NO_PAY, OF_PAY, PLACES, ROLES, THINGS, WORKS } from './columns-words.js';

/** Checks a cell of a typed column and returns its canonical form; `jsFits` is the default. */
export type CellFits = (rule: Rule, text: string) => Verdict;

/** Known first names, folded (gazetteers). */
export type NameWords = { has(folded: string): boolean };

export type ColumnRules = {
  /** Rules by header phrase without spaces: `lastname`, so that glued headers match too. */
  readonly phrases: ReadonlyMap<string, Phrase>;
  /** Rules that have column headers, by id. */
  readonly rules: readonly Rule[];
  readonly fits: CellFits;
  readonly firstNames: NameWords;
  /** The rules for the number and rank beside a name in its cell. */
  readonly beside: { readonly number?: Rule; readonly rank?: Rule };
};

export type Phrase = { readonly tokens: readonly string[]; readonly rules: readonly Rule[] };

/** One reading of a header: the rules of its phrase, how well it fits, and the remaining words. */
export type HeaderHit = {
  readonly rules: readonly Rule[];
  readonly phrase: readonly string[];
  /** 0 to 1. */
  readonly quality: number;
  readonly rest: readonly string[];
  readonly exact: boolean;
};

/** Longer headers are sentences of a questionnaire. */
const MAX_TOKENS = 14;

export type ColumnRuleOptions = { readonly fits: CellFits; readonly firstNames?: NameWords };

export function compileColumnRules(rules: readonly Rule[], options: ColumnRuleOptions): ColumnRules {
  const phrases = new Map<string, { tokens: readonly string[]; rules: Rule[] }>();
  for (const rule of rules) {
    for (const column of rule.columns) addPhrase(phrases, rule, headerTokens(column));
  }
  return {
    phrases,
    rules: rules.filter((rule) => rule.columns.length > 0),
    fits: options.fits,
    firstNames: options.firstNames ?? new Set<string>(),
    beside: {
      number: rules.find((rule) => rule.id === 'staff.beside-name'),
      rank: rules.find((rule) => rule.id === 'rank.column'),
    },
  };
}

function addPhrase(
  phrases: Map<string, { tokens: readonly string[]; rules: Rule[] }>,
  rule: Rule,
  tokens: readonly string[],
): void {
  const key = tokens.join('');
  if (key === '') return;
  const entry = phrases.get(key);
  if (!entry) phrases.set(key, { tokens, rules: [rule] });
  else if (!entry.rules.includes(rule)) entry.rules.push(rule);
}

/** Quality of a reading from which a header counts as known. */
const KNOWN_QUALITY = 0.7;
/** Quality of a phrase that is a part of its header; 1 is the whole header. Set by hand, held by `npm run score`. */
const QUALITY = {
  /** The other words are about the column instead of its content. */
  meta: 0.4,
  /** The other words only say whose column it is. */
  neutral: 0.95,
  /** Unknown words before, after and around the phrase: the last words of a header carry its meaning. */
  last: 0.86,
  first: 0.82,
  middle: 0.72,
  least: 0.3,
} as const;
/** What a single word loses, and each unknown word after the second. */
const SINGLE_WORD_COST = 0.08;
const UNKNOWN_WORD_COST = 0.05;
/** What each further word of a phrase gains in the order of readings; letters only break ties. */
const WORD_GAIN = 0.15;
const MAX_LETTERS = 40;
const LETTER_SCALE = 400;

/** True if the header, or most of it, is a phrase of a rule: used to recognise header rows. */
export function isKnownHeader(text: string, rules: ColumnRules): boolean {
  const best = lookupHeader(text, rules)[0];
  return best !== undefined && best.quality >= KNOWN_QUALITY;
}

/** All readings of a header, best first: longer phrases first, then by the phrase's position. */
export function lookupHeader(text: string, rules: ColumnRules): readonly HeaderHit[] {
  const tokens = headerTokens(text);
  if (tokens.length === 0 || tokens.length > MAX_TOKENS) return [];
  const hits: { hit: HeaderHit; length: number }[] = [];
  for (let from = 0; from < tokens.length; from++) {
    let key = '';
    for (let to = from; to < tokens.length; to++) {
      key += tokens[to];
      const phrase = rules.phrases.get(key);
      if (phrase) hits.push({ hit: judge(tokens, { from, to: to + 1 }, phrase), length: key.length });
    }
  }
  hits.sort((a, b) => score(b) - score(a));
  return hits.map(({ hit }) => hit).filter((hit) => hit.quality > 0);
}

/** The word count of a phrase outweighs its position in the header; letters only break ties. */
function score({ hit, length }: { hit: HeaderHit; length: number }): number {
  return hit.quality + WORD_GAIN * (hit.phrase.length - 1) + Math.min(length, MAX_LETTERS) / LETTER_SCALE;
}

function judge(tokens: readonly string[], at: { from: number; to: number }, phrase: Phrase): HeaderHit {
  const rest = [...tokens.slice(0, at.from), ...tokens.slice(at.to)];
  const exact = rest.length === 0;
  const quality = exact ? 1 : partQuality(rest, at, { size: tokens.length, phrase });
  return { rules: phrase.rules, phrase: phrase.tokens, quality, rest, exact };
}

function partQuality(
  rest: readonly string[],
  at: { from: number; to: number },
  whole: { size: number; phrase: Phrase },
): number {
  const letters = whole.phrase.tokens.join('').length;
  // Two-letter phrases (`sc`, `no`) count only alone.
  if (letters <= 2) return 0;
  // `SubjectDOB` is about a person, `EmailSubject` about the mail.
  const isMeta = (word: string, i: number) => META.has(word) && !(i < at.from && ROLES.has(word));
  if (rest.some(isMeta)) return QUALITY.meta;
  if (rest.every((word) => NEUTRAL.has(word) || ROLES.has(word) || isOrdinal(word))) return QUALITY.neutral;
  const place = at.to === whole.size ? QUALITY.last : at.from === 0 ? QUALITY.first : QUALITY.middle;
  // One short word among unknown ones proves little.
  const vague = whole.phrase.tokens.length === 1 ? SINGLE_WORD_COST : 0;
  const crowd = Math.max(0, rest.length - 2) * UNKNOWN_WORD_COST;
  return Math.max(QUALITY.least, place - vague - crowd);
}

function isOrdinal(word: string): boolean {
  return /^\d+(st|nd|rd|th|e|er|eme)?$/.test(word) || word === 'one' || word === 'two';
}

/** True if the rest of the header names a thing, so that the phrase `name` is not a person's. */
export function namesThing(hit: HeaderHit): boolean {
  return hit.rest.some((word) => THINGS.has(word));
}

/**
 * True if the header describes another kind of value than the entity: `Service Date` is a date and no unit,
 * `department state` a state, `pay step` no pay.
 */
export function saysOtherKind(hit: HeaderHit, entity: Entity, header: readonly string[]): boolean {
  if (entity === 'SALARY') return hit.rest.some((word) => NO_PAY.has(word) && !OF_PAY.has(word));
  if (entity === 'DATE_OF_BIRTH') return false;
  const last = header.at(-1) ?? '';
  return hit.rest.some((word) => DATES.has(word)) || (hit.rest.includes(last) && PLACES.has(last));
}

/** True if all other words of the header say how an amount of pay is calculated. */
export function isReckoned(hit: HeaderHit): boolean {
  return hit.rest.every((word) => OF_PAY.has(word) || NEUTRAL.has(word) || isOrdinal(word));
}

/** True if the rest of the header names a work, so that the phrase `title` is not a post. */
export function namesWork(hit: HeaderHit): boolean {
  return hit.rest.some((word) => WORKS.has(word));
}

/** The other person of the row that the header names (`supervisor`, `nominee 2`), if any. */
export function roleOf(header: string): string | undefined {
  const tokens = headerTokens(header);
  const roles = tokens.filter((word) => ROLES.has(word));
  if (roles.length === 0) return undefined;
  return [...roles, ...tokens.filter((word) => /^\d+$/.test(word))].join(' ');
}
