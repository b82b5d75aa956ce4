/**
 * Reads the run of words around a known first name: given names and initials, surnames and particles, in the three
 * orders of names. Input: a text and the word; output: the tokens and their neighbours. names.ts rates the run.
 */
import type { Gazetteer } from './gazetteer.js';
import { isNameWord, leftOf, rightOf, startsSentence, type Token } from './name-tokens.js';

/** Words after the first name of a run; more are a list or a headline. */
export const MAX_RIGHT = 5;
const MAX_LEFT = 3;
const CAPITAL_PARTICLES = new Set(
  'le la lo les el al de di da dei degli dello della delle dell du des del della van von den der ter ten mac mc ben bel ait abu dos das ould'.split(
    ' ',
  ),
);

export type Run = {
  readonly tokens: readonly Token[];
  /**
   * The order of the run: given names first; surname first; surname and comma; surname first and alone in its field.
   */
  readonly order: 'given' | 'surname' | 'comma' | 'listed';
  /** The token left of the run. */
  readonly before: Token | undefined;
  /** The token right of the run. */
  readonly after: Token | undefined;
};

/** The whole run around `word`. */
export function readRun(text: string, word: Token, g: Gazetteer): Run | undefined {
  const right = readRight(text, word, g);
  const alone = !right.some(isNameWord);
  const left = readLeft(text, { word, alone, initialed: alone && right.length > 0 }, g);
  if (!left) return undefined;
  const tokens = [...left.tokens, word, ...right];
  const last = tokens[tokens.length - 1] as Token;
  const after = last.last ? undefined : rightOf(text, last.end);
  return { tokens, order: left.order, before: left.before, after };
}

/** Surnames, particles, initials and further given names after the word. */
function readRight(text: string, word: Token, g: Gazetteer): Token[] {
  const shouted = word.kind === 'upper' && isShouted(text, word);
  const out: Token[] = [];
  let particles: Token[] = [];
  let surname = false;
  let at = word;
  while (out.length + particles.length < MAX_RIGHT && !at.last) {
    const next = rightOf(text, at.end);
    if (!next || !continues(text, next, { surname, g }) || (shouted && isSmallWord(next))) break;
    if (next.kind === 'particle' || isCapitalParticle(next)) particles.push(next);
    else {
      out.push(...particles, next);
      particles = [];
      if (isNameWord(next) && !isGiven(next, g)) {
        // In upper-case text the next word need not belong to the name.
        if (surname && shouted && !g.surnames.has(next.folded)) {
          out.pop();
          break;
        }
        surname = true;
      }
      if (next.kind === 'numeral' || next.kind === 'suffix') break;
    }
    at = next;
  }
  return out;
}

const SHOUTED =
  / (?:LE|LA|LES|DE|DU|DES|ET|EST|ONT|UN|UNE|SUR|DANS|POUR|PAR|THE|OF|IS|WAS|WERE|TO|AND|ON|IN|AT|HAS|HAVE|WITH|BY|DER|DIE|UND|IST|EL|DEL|CON|IL|DI|HET|VAN|EN) /;

/** `A`, `LE`, `DES` in upper-case text are no initials or particles. */
function isSmallWord(token: Token): boolean {
  return token.kind === 'initial' ? !token.text.includes('.') : SHOUTED.test(` ${token.text} `);
}

/** Characters on both sides that show whether a text is in capitals. */
const SHOUTED_REACH = 60;

/** True in upper-case prose: small words around it are in capitals too. */
export function isShouted(text: string, word: Token): boolean {
  const from = text.lastIndexOf('\n', word.start - 1) + 1;
  const to = text.indexOf('\n', word.end);
  const around = text.slice(
    Math.max(from, word.start - SHOUTED_REACH),
    Math.min(to < 0 ? text.length : to, word.end + SHOUTED_REACH),
  );
  return SHOUTED.test(` ${around} `) && !/\p{Ll}{2}/u.test(around);
}

/** `Le Guennec`, `El Amrani`, `Lo Presti`: capitalised articles are part of a surname. */
export function isCapitalParticle(token: Token): boolean {
  return token.kind === 'cap' && CAPITAL_PARTICLES.has(token.folded);
}

type RightState = { readonly surname: boolean; readonly g: Gazetteer };

function continues(text: string, next: Token, state: RightState): boolean {
  const { g } = state;
  if (next.comma) return next.kind === 'suffix';
  if (next.kind === 'other') return false;
  if (next.kind === 'particle') return particleContinues(text, next, state);
  if (next.kind === 'initial' || next.kind === 'suffix' || next.kind === 'numeral') return true;
  if (isCapitalParticle(next)) return isNameWord(rightOf(text, next.end));
  if (g.surnames.has(next.folded) || isGiven(next, g)) return true;
  if (g.stop.has(next.folded)) return false;
  // A title in the middle begins another person; at the end it is a surname (Maréchal, Marshall).
  return !(g.titles.has(next.folded) && isNameWord(rightOf(text, next.end)));
}

function particleContinues(text: string, next: Token, state: RightState): boolean {
  // `y`, `e` and `i` join two surnames, or two persons.
  if (/^(?:[yei]|in)$/.test(next.folded)) {
    const then = rightOf(text, next.end);
    return next.folded === 'y' && state.surname && isNameWord(then) && !isGiven(then, state.g);
  }
  // After a surname, `de` leads to a place.
  return !state.surname || /^(?:van|von|der|den|del|della)$/.test(next.folded);
}

/** `initialed`: only initials follow the word. */
type Beginning = { readonly word: Token; readonly alone: boolean; readonly initialed: boolean };
type Left = { tokens: Token[]; order: Run['order']; before: Token | undefined };

/** Given names and initials before the word; an all-capital surname; `LAST,`. */
function readLeft(text: string, from: Beginning, g: Gazetteer): Left | undefined {
  const tokens: Token[] = [];
  let at = from.word;
  while (tokens.length < MAX_LEFT) {
    const previous = leftOf(text, at.start);
    if (!previous || previous.comma || !precedes(text, previous, g)) break;
    tokens.unshift(previous);
    at = previous;
  }
  const previous = leftOf(text, at.start);
  if (!previous) return { tokens, order: 'given', before: undefined };
  if (previous.comma) return commaForm(text, { ...from, tokens, previous }, g);
  const surname = surnameFirst(text, { previous, word: from.word, alone: from.alone }, g);
  if (surname.length > 0) {
    const first = surname[0] as Token;
    return { tokens: [...surname, ...tokens], order: 'surname', before: leftOf(text, first.start) };
  }
  return { tokens, order: 'given', before: previous };
}

/** A further given name or initial to the left. */
function precedes(text: string, previous: Token, g: Gazetteer): boolean {
  if (previous.last) return false;
  if (previous.kind === 'initial') return previous.text.includes('.') && !startsAbbreviation(previous);
  if (!isNameWord(previous) || !isGiven(previous, g) || isTitle(previous, g)) return false;
  return (
    !(g.ambiguous.has(previous.folded) && startsSentence(text, previous.start)) &&
    !g.stop.has(previous.folded)
  );
}

/** `M.` is a form of address in French before it is an initial. */
function startsAbbreviation(token: Token): boolean {
  return token.text === 'M.' || token.text === 'MM.';
}

/** `DUPONT Marie`, `DE LA TOUR Jean`: capitals before a given name without a surname after it. */
function surnameFirst(
  text: string,
  from: { previous: Token; word: Token; alone: boolean },
  g: Gazetteer,
): Token[] {
  const { previous, word, alone } = from;
  if (!alone || previous.last) return [];
  const acceptable = (token: Token) =>
    token.kind === 'upper' && token.text.length >= 2 && !g.stop.has(token.folded) && !isTitle(token, g);
  if (acceptable(previous) && (word.kind === 'cap' || g.surnames.has(previous.folded))) {
    const out = [previous];
    for (let more = leftOf(text, previous.start); more && !more.comma && !more.last && out.length < 4; ) {
      const particle =
        more.kind === 'upper' && /^(?:de|du|des|la|le|van|von|der|den|di|da|el|al|ben)$/.test(more.folded);
      if (!particle) break;
      out.unshift(more);
      more = leftOf(text, more.start);
    }
    return out;
  }
  return isListed(text, previous, word) && previous.kind === 'cap' && g.surnames.has(previous.folded)
    ? [previous]
    : [];
}

/** Both words fill a line, a field of a list, or the text after a label. */
function isListed(text: string, first: Token, last: Token): boolean {
  const isSpaced = text[first.start - 1] === ' ' && /[;:|]/.test(text[first.start - 2] ?? '');
  const before = text[first.start - (isSpaced ? 2 : 1)];
  const after = text[last.end];
  return (
    (before === undefined || isSpaced || /[\n\t;|•*]/.test(before)) &&
    (after === undefined || /^ ?[\n\r\t;|,]/.test(text.slice(last.end, last.end + 2)))
  );
}

/** `SMITH, John A`: capitals, a known surname, or a name that fills its field. */
function commaForm(
  text: string,
  from: Beginning & { tokens: Token[]; previous: Token },
  g: Gazetteer,
): Left | undefined {
  const { previous, word, tokens } = from;
  const plain: Left = { tokens, order: 'given', before: undefined };
  if (!from.alone || !isNameWord(previous) || g.stop.has(previous.folded)) return plain;
  // `Witherspoon, Dale R.`
  const known = (from.initialed || g.surnames.has(previous.folded)) && !isGiven(previous, g);
  const listed = isListed(text, previous, word);
  const order = listed ? 'listed' : 'comma';
  const capitals = previous.kind === 'upper' && previous.text.length > 1;
  if (!known && !capitals && !listed) return plain;
  const before = leftOf(text, previous.start);
  if (before?.kind === 'particle' || (before && isNameWord(before) && before.kind !== previous.kind)) {
    if (before.kind !== 'particle') return plain;
    return { tokens: [before, previous, ...tokens], order, before: leftOf(text, before.start) };
  }
  // `NAVARRETE SOLÍS, Antonio`
  if (capitals && before?.kind === 'upper' && !before.comma && !before.last && isSurname(before, g)) {
    return { tokens: [before, previous, ...tokens], order, before: leftOf(text, before.start) };
  }
  return { tokens: [previous, ...tokens], order, before };
}

function isSurname(token: Token, g: Gazetteer): boolean {
  return token.text.length > 2 && !g.stop.has(token.folded) && !isTitle(token, g);
}

/** A known first name, or a compound that begins with one. */
export function isGiven(token: Token, g: Gazetteer): boolean {
  if (g.firstNames.has(token.folded)) return true;
  const dash = token.folded.search(/[-‐]/);
  return dash > 1 && g.firstNames.has(token.folded.slice(0, dash));
}

/** A form of address, rank, office or trade. */
export function isTitle(word: Token, g: Gazetteer): boolean {
  return g.titles.has(word.folded) || g.roles.has(word.folded);
}
