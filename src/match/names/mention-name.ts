/**
 * Recognises the name beside a rank by its shape; it need not be in any list. Input: a text, and where the rank ends
 * or begins; output: the tokens of the name, or undefined where an office, a thing, a place or a sentence follows
 * instead. Over 250 lines: names after and before a rank share the token rules.
 */
import type { Gazetteer } from './gazetteer.js';
import { isCapitalParticle, isGiven, isShouted } from './name-run.js';
import { isNameWord, leftOf, rightOf, type Token } from './name-tokens.js';
import type { RankLexicon } from './rank-lexicon.js';

export type NameLists = { readonly gazetteer: Gazetteer; readonly ranks: RankLexicon };

export type MentionName = {
  readonly tokens: readonly Token[];
  /** Words that are neither initials nor particles. */
  readonly words: readonly Token[];
  readonly hasGiven: boolean;
  /** A form of address precedes it. */
  readonly isAddressed: boolean;
  /** Another rank precedes it. */
  readonly isRanked: boolean;
};

/** The most words of a name beside a rank; more are a sentence or a list. */
const MAX_TOKENS = 6;
const MAX_WORDS = 4;
const CIVIL =
  /^(?:mr|mrs|ms|miss|mx|mme|mlle|m|monsieur|madame|mademoiselle|herr|frau|sr|sra|don|dona|d|sig|dott)$/;
/** Particles that begin a surname also after another word. */
const OF_SURNAME = /^(?:van|von|der|den|del|della|di|ter|ten|el|al|ben|bin|bint|ibn|dos|da)$/;
const NO_PARTICLE = /^(?:y|e|i|in|t|s|st|te|op|af|vom|zu|zum|zur|les|bin)$/;

/** Reads from `end`, which is the end of a rank or of the number after it. */
export function nameBehind(
  text: string,
  end: number,
  { gazetteer: g, isFrench = false }: { readonly gazetteer: Gazetteer; readonly isFrench?: boolean },
): MentionName | undefined {
  const state: Reading = { text, g, tokens: [], pending: [], words: 0, isShouted: undefined };
  let at = end;
  let isAddressed = false;
  const title = rightOf(text, at);
  if (
    title &&
    !title.comma &&
    isNameWordOrInitial(title) &&
    CIVIL.test(title.folded) &&
    isCapital(text, title)
  ) {
    const isPointed = text[title.end] === '.';
    // `M.` is Monsieur after a French rank, and an initial after others.
    if (title.kind !== 'initial' || (title.text === 'M.' && isFrench) || title.text === 'D.') {
      at = isPointed ? title.end + 1 : title.end;
      isAddressed = true;
    }
  }
  while (state.tokens.length + state.pending.length < MAX_TOKENS) {
    const next = rightOf(text, at);
    if (!next || !take(state, next)) break;
    at = next.end;
    if (next.last || next.kind === 'suffix' || next.kind === 'numeral') break;
  }
  return whole(state, isAddressed);
}

type Reading = {
  readonly text: string;
  readonly g: Gazetteer;
  readonly tokens: Token[];
  /** Particles that count only if a name follows. */
  pending: Token[];
  words: number;
  isShouted: boolean | undefined;
};

/** Adds `next` to the name; false if the name has ended. */
function take(state: Reading, next: Token): boolean {
  const { tokens, g } = state;
  if (next.comma) return next.kind === 'suffix' && tokens.length > 0 && push(state, next);
  switch (next.kind) {
    case 'other':
      return false;
    case 'particle':
      return mayBeParticle(state, next) && state.pending.push(next) > 0;
    case 'initial':
      return next.text.includes('.') || !isUpperAround(state, next) ? push(state, next) : false;
    case 'suffix':
    case 'numeral':
      return tokens.length > 0 && push(state, next);
    default:
      if (isCapitalParticle(next)) {
        const then = rightOf(state.text, next.end);
        return isNameWord(then) && !isNoName(then, g) && state.pending.push(next) > 0;
      }
      return isTaken(state, next) && push(state, next);
  }
}

/** Surnames in a name, such as `García López`. */
const MAX_SURNAMES = 3;
/** Capitals after a surname that are an abbreviation: `OPJ`, `APJ`. */
const MAX_ABBREVIATION = 4;

function isTaken(state: Reading, next: Token): boolean {
  const { tokens, g } = state;
  if (state.words >= MAX_WORDS || (isNoName(next, g) && !isNamedMonth(state, next))) return false;
  if (tokens.length + state.pending.length === 0 && isPlaceFirst(next, g)) return false;
  if (g.titles.has(next.folded) && !g.surnames.has(next.folded) && tokens.length > 0) return false;
  const surnames = tokens.filter((token) => isNameWord(token)).filter((token) => !isGiven(token, g));
  if (next.kind !== 'upper') return surnames.length < MAX_SURNAMES;
  // In upper-case text a verb can follow the name: a second word must be known, or follow a given name.
  if (isUpperAround(state, next) && state.words >= 1) {
    const isKnown = isGiven(next, g) || g.surnames.has(next.folded);
    return isKnown || (state.words === 1 && tokens.some((token) => isGiven(token, g)));
  }
  // `Durand OPJ`: short capitals after a capitalised name are an abbreviation.
  const isShort = next.text.length <= MAX_ABBREVIATION && surnames.some((token) => token.kind === 'cap');
  return !isShort;
}

/** `Jan van Voorbeeld`, `June Harker`: a month that is a given name, followed by a name. */
function isNamedMonth({ text, g, tokens }: Reading, next: Token): boolean {
  if (tokens.length > 0 || next.last || !isGiven(next, g) || g.offices.has(next.folded)) return false;
  const then = rightOf(text, next.end);
  return (
    then !== undefined &&
    !then.comma &&
    (then.kind === 'particle' || (isNameWord(then) && !isNoName(then, g)))
  );
}

function push(state: Reading, next: Token): true {
  state.tokens.push(...state.pending, next);
  state.pending = [];
  if (isNameWord(next)) state.words++;
  return true;
}

function isUpperAround(state: Reading, next: Token): boolean {
  state.isShouted ??= isShouted(state.text, next);
  return state.isShouted;
}

function mayBeParticle({ tokens, g }: Reading, next: Token): boolean {
  if (NO_PARTICLE.test(next.folded)) return false;
  // After a surname, `de` leads to a place or a unit.
  const hasSurname = tokens.some((token) => isNameWord(token) && !isGiven(token, g));
  return !hasSurname || OF_SURNAME.test(next.folded);
}

/** True for offices, things and months. */
export function isNoName(token: Token, g: Gazetteer): boolean {
  if (token.text.length < 2) return true;
  return g.stop.has(token.folded) || g.offices.has(token.folded);
}

/** `Saint`, `Fort`, `Lac` begin a place name, unless they are known surnames. */
function isPlaceFirst(token: Token, g: Gazetteer): boolean {
  return !g.surnames.has(token.folded) && !isGiven(token, g) && g.placesBefore.has(token.folded);
}

function isNameWordOrInitial(token: Token): boolean {
  return token.kind === 'initial' || isNameWord(token);
}

function isCapital(text: string, token: Token): boolean {
  const first = text[token.start] as string;
  return first !== first.toLowerCase();
}

function whole(state: Reading, isAddressed: boolean): MentionName | undefined {
  const { text, g, tokens } = state;
  const words = tokens.filter(isNameWord);
  // A two-letter word is a name only beside another word.
  if (!words.some(({ text: word }) => word.length > 2) && !isSurnameLike(words, g)) return undefined;
  const last = tokens.at(-1) as Token;
  const after = last.last || state.pending.length > 0 ? undefined : rightOf(text, last.end);
  // `Sergeant Baker Street`: the next word makes it a place or a firm.
  const isGoingOn = after !== undefined && !after.comma && isNameWord(after);
  const isPlace = isGoingOn && (g.placesAfter.has(after.folded) || (words.length < 2 && isUnit(after, g)));
  if (isPlace || /^[@_=]|^:\/\//.test(text.slice(last.end, last.end + 3))) return undefined;
  return { tokens, words, hasGiven: words.some((word) => isGiven(word, g)), isAddressed, isRanked: false };
}

/** `Ng`, `Li`, `Wu`. */
function isSurnameLike(words: readonly Token[], g: Gazetteer): boolean {
  return words.some((word) => word.kind === 'cap' || g.surnames.has(word.folded));
}

/** `Riverton Police Department`: after a single word, the name of a unit. */
function isUnit(after: Token, g: Gazetteer): boolean {
  return after.kind === 'cap' && g.offices.has(after.folded) && !g.titles.has(after.folded);
}

/** The name that ends at `end`, before a comma, bracket or dash that leads to a rank. */
export function nameBefore(
  text: string,
  end: number,
  { gazetteer: g, ranks }: NameLists,
): MentionName | undefined {
  const tokens: Token[] = [];
  // One more blank, so that leftOf finds the word right before `end`.
  const padded = `${text.slice(0, end)} `;
  let at = end + 1;
  let commas = 0;
  let stopped: Token | undefined;
  while (tokens.length < MAX_TOKENS) {
    const next = leftOf(padded, at);
    if (!next) break;
    if (isRankWord(next, ranks) || !isPartBefore(next, tokens, { g, commas })) {
      stopped = next;
      break;
    }
    if (next.comma) commas++;
    tokens.unshift(next);
    at = next.start;
  }
  while (tokens[0]?.kind === 'particle') tokens.shift();
  const words = tokens.filter(isNameWord);
  if (words.length === 0 || words.length > MAX_WORDS) return undefined;
  const isAddressed = stopped !== undefined && CIVIL.test(stopped.folded.replace('.', ''));
  const isRanked = stopped !== undefined && !stopped.comma && isRankWord(stopped, ranks);
  return { tokens, words, hasGiven: words.some((word) => isGiven(word, g)), isAddressed, isRanked };
}

/** `Officers Lorna Weth (PC 2858)`: the rank of a list is not part of its first name. */
function isRankWord({ folded, kind, text }: Token, ranks: RankLexicon): boolean {
  const known = ranks.ranks.get(folded) ?? ranks.ranks.get(folded.replace(/s$/, ''));
  if (!known || kind === 'initial') return false;
  return kind === 'upper' || known.strength === 'full' || known.strength === 'shared' || text.length < 4;
}

function isPartBefore(
  next: Token,
  tokens: readonly Token[],
  { g, commas }: { g: Gazetteer; commas: number },
): boolean {
  // `DURAND, Paul`: one comma, after a surname in capitals.
  if (next.comma && tokens.length > 0) {
    const isListed = commas === 0 && next.kind === 'upper' && tokens.length <= 2 && isNameWord(tokens[0]);
    if (
      !isListed ||
      (!isGiven(tokens[0] as Token, g) && !(next.text.length > 2 && tokens[0]?.kind === 'cap'))
    )
      return false;
  }
  if (next.comma && tokens.length === 0) return false;
  if (next.kind === 'initial') return next.text !== 'M.' && next.text !== 'MM.';
  if (next.kind === 'particle') return !NO_PARTICLE.test(next.folded) && tokens.length > 0;
  // `Audition de Gwenaëlle Montaud`: a given name after the particle begins the name, unless another precedes it.
  const [behind, then] = tokens;
  if (behind?.kind === 'particle' && then && !isGiven(next, g)) return false;
  if (next.kind === 'suffix' || next.kind === 'numeral') return tokens.length === 0;
  if (!isNameWord(next) || next.last) return false;
  if (isCapitalParticle(next)) return tokens.length > 0;
  const isTitle = g.titles.has(next.folded) || g.roles.has(next.folded);
  return !isNoName(next, g) && !(isTitle && !g.surnames.has(next.folded));
}
