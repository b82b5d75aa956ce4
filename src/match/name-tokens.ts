/**
 * Words around a position of a text, as names are made of them: capitalised words with their hyphens and
 * apostrophes, initials, particles. In: a text and an offset. Out: one token to the right or left, or
 * undefined where the run of words ends (a line break, punctuation, the end of the text).
 */
import { foldText } from '../core/fold.js';

export type TokenKind = 'cap' | 'upper' | 'initial' | 'particle' | 'suffix' | 'numeral' | 'other';

export type Token = {
  readonly text: string;
  readonly folded: string;
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** A comma stands between this token and the next one towards the start position. */
  readonly comma: boolean;
  /** The run cannot go on behind this token: a full stop or possessive ends it. */
  readonly last: boolean;
};

const PARTICLES = new Set(
  'de da di do du des del della delle dei degli dos das van von vom zu zum zur der den ter ten te la le les el al bin ibn ben bint op af y e i dalla lo d l t st in'.split(
    ' ',
  ),
);
const SUFFIXES = new Set(['jr', 'sr', 'junior', 'senior', 'esq', 'phd', 'md', 'qc', 'kc']);
const NUMERAL = /^(?:I{1,3}|IV|VI{0,3}|IX|XI{0,3}|XIV|XVI{0,3}|XV|XIX|XX|Ier)$/;

/** French and Italian articles that lean on a lower-case word: `l'hôpital`, `dell'ospedale`. */
const ELISION = /^(?:[ldjnmtsc]|qu|dell|all|nell|sull|un)['’ʼ](?=\p{Ll})/iu;

const GAP = '[ \\u00a0\\u202f]{1,2}';
const LETTERS = '\\p{L}[\\p{L}\\p{M}]*';
const WORD = `(?:[DdLlOoTt]['’ʼ])?${LETTERS}(?:[-‐'’ʼ]${LETTERS})*`;
const RIGHT = new RegExp(`(,?)${GAP}((?:\\p{Lu}\\.[ -]?){1,4}(?=${GAP}|[^\\p{L}]|$)|${WORD})`, 'uy');
const WHOLE = new RegExp(WORD, 'uy');

/** The word that starts at `at`, with what is joined to it by hyphens; undefined if no letter stands there. */
export function wordAt(text: string, at: number): Token | undefined {
  WHOLE.lastIndex = at;
  const found = WHOLE.exec(text);
  return found ? token(text, at, { word: found[0], comma: false }) : undefined;
}

/** The next word to the right of `end`. */
export function rightOf(text: string, end: number): Token | undefined {
  RIGHT.lastIndex = end;
  const found = RIGHT.exec(text);
  if (!found) return undefined;
  const word = found[2] as string;
  return token(text, end + found[0].length - word.length, { word, comma: found[1] === ',' });
}

/** The next word to the left of `start`, looking at most 48 characters back. */
export function leftOf(text: string, start: number): Token | undefined {
  let end = start;
  while (end > 0 && isGap(text.charCodeAt(end - 1)) && start - end < 2) end--;
  if (end === start) return undefined;
  const comma = text[end - 1] === ',';
  if (comma) end--;
  let from = end;
  const limit = Math.max(0, end - 48);
  while (from > limit && isWordUnit(text, from - 1)) from--;
  if (from === end) return undefined;
  return token(text, from, { word: text.slice(from, end), comma });
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0xa0 || code === 0x202f;
}

/** Letters, and the joiners and full stops inside a word as it is read leftwards. */
function isWordUnit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return true;
  if (code === 0x2e || code === 0x2d || code === 0x27 || code === 0x2019) return true;
  return code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && !(code >= 0x2000 && code <= 0x2bff);
}

function token(text: string, start: number, from: { word: string; comma: boolean }): Token {
  const possessive = /['’]s$/.test(from.word);
  const word = possessive ? from.word.slice(0, -2) : from.word;
  const end = start + word.length;
  const bare = word.replace(/\.$/, '');
  const folded = foldText(bare.replace(ELISION, ''));
  const kind = kindOf(bare, folded);
  // A full stop belongs to initials and to `Jr.`; behind anything else it ends the sentence.
  const dotted = text[end] === '.' && kind === 'suffix';
  const stopped = text[end] === '.' && kind !== 'initial' && kind !== 'suffix';
  return {
    text: dotted ? `${word}.` : word,
    folded,
    kind,
    start,
    end: dotted ? end + 1 : end,
    comma: from.comma,
    last: possessive || stopped,
  };
}

function kindOf(word: string, folded: string): TokenKind {
  const first = word[0] as string;
  const isCapital = first !== first.toLowerCase();
  if (!isCapital) {
    if (PARTICLES.has(folded)) return 'particle';
    return /^[dlt]['’ʼ]\p{Lu}/u.test(word) ? 'cap' : 'other';
  }
  if (/^(?:\p{Lu}\.?[ -]?)+$/u.test(word) && (word.length === 1 || word.includes('.'))) return 'initial';
  if (SUFFIXES.has(folded)) return 'suffix';
  if (NUMERAL.test(word)) return 'numeral';
  if (word === word.toUpperCase()) return 'upper';
  return 'cap';
}

/** True where the token may be part of a name by its letters. */
export function isNameWord(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'cap' || token.kind === 'upper');
}

/** True at the start of a sentence or line: nothing, a break or closing punctuation stands before. */
export function startsSentence(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && /["'«“‘([\s\u00a0—–-]/.test(text[at] as string)) {
    if (text[at] === '\n') return true;
    at--;
  }
  return at < 0 || /[.!?:;…»”]/.test(text[at] as string);
}
