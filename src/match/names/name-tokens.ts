/**
 * Splits the words around a position of a text into the units of names: capitalised words with their hyphens and
 * apostrophes, initials, particles. Input: a text and an offset; output: the token to the right or left, or undefined
 * at the end of the run (a line break, punctuation, the end of the text). Works on character codes, since it runs at
 * every known first name of a text.
 */
import { foldText } from '../../core/fold.js';

export type TokenKind = 'cap' | 'upper' | 'initial' | 'particle' | 'suffix' | 'numeral' | 'other';

export type Token = {
  readonly text: string;
  readonly folded: string;
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** A comma separates this token from the next one towards the start position. */
  readonly comma: boolean;
  /** The run ends with this token: a full stop or possessive follows. */
  readonly last: boolean;
};

const PARTICLES = new Set(
  'de da di do du des del della delle dei degli dos das van von vom zu zum zur der den ter ten te la le les el al bin ibn ben bint op af y e i dalla lo d l t st in'.split(
    ' ',
  ),
);
const SUFFIXES = new Set(['jr', 'sr', 'junior', 'senior', 'esq', 'phd', 'md', 'qc', 'kc']);
const NUMERALS = new Set('II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX Ier'.split(' '));
/** French and Italian articles before a lower-case word: `l'hôpital`, `dell'ospedale`. */
const ELISION = /^(?:[ldjnmtscLDJNMTSC]|qu|Qu|dell|all|nell|sull|un)['’ʼ](?=\p{Ll})/u;
/** `al-Sayegh`: a surname that begins in lower case. */
const ARABIC_ARTICLE = /^(?:a[lsrdntz]|el|ould|bin|ibn|ben|abu|e[tr])[-‐]\p{Lu}/u;
/** Characters examined to the left for one word. */
const MAX_WORD = 48;

/** The word that starts at `at`, with its hyphenated parts; undefined without a letter there. */
export function wordAt(text: string, at: number): Token | undefined {
  const end = wordEnd(text, at);
  return end === at ? undefined : token(text, { start: at, end, comma: false });
}

/** The next word to the right of `end`, after at most a comma and two spaces. */
export function rightOf(text: string, end: number): Token | undefined {
  let at = end;
  const comma = text.charCodeAt(at) === 0x2c;
  if (comma) at++;
  const gap = at;
  while (at - gap < 2 && isGap(text.charCodeAt(at))) at++;
  if (at === gap) return undefined;
  const stop = initialsEnd(text, at) || wordEnd(text, at);
  // `London SW1`: letters followed by digits are a code.
  if (isDigit(text.charCodeAt(stop))) return undefined;
  return stop === at ? undefined : token(text, { start: at, end: stop, comma });
}

/** The next word to the left of `start`. */
export function leftOf(text: string, start: number): Token | undefined {
  let end = start;
  while (start - end < 2 && isGap(text.charCodeAt(end - 1))) end--;
  if (end === start) return undefined;
  const comma = text.charCodeAt(end - 1) === 0x2c;
  if (comma) end--;
  let from = end;
  const limit = Math.max(0, end - MAX_WORD);
  while (from > limit && isInside(text.charCodeAt(from - 1))) from--;
  return from === end ? undefined : token(text, { start: from, end, comma });
}

/** True for characters that can separate the words of a name: a space or a no-break space. */
export function isGap(code: number): boolean {
  return code === 0x20 || code === 0xa0 || code === 0x202f;
}

/** Letters and marks; beyond Latin-1 every character outside the punctuation blocks counts as one. */
export function isLetter(code: number): boolean {
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  // NaN, from outside the text, is no letter either.
  if (!(code >= 0xc0)) return code === 0xaa || code === 0xba;
  return (
    code !== 0xd7 &&
    code !== 0xf7 &&
    !(code >= 0x2000 && code <= 0x2bff) &&
    !(code >= 0x3000 && code <= 0x303f)
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isJoiner(code: number): boolean {
  return code === 0x2d || code === 0x27 || code === 0x2019 || code === 0x2bc || code === 0x2010;
}

/** Letters, joiners and full stops, for reading a word leftwards. */
function isInside(code: number): boolean {
  return isLetter(code) || isJoiner(code) || code === 0x2e;
}

function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isLetter(code)) end++;
    else if (end > at && isJoiner(code) && isLetter(text.charCodeAt(end + 1))) end += 2;
    else break;
  }
  return end;
}

/** End of `J.`, `J.-P.` or `A.R.`, up to four letters; 0 without an initial. */
function initialsEnd(text: string, at: number): number {
  let end = 0;
  for (let i = at, count = 0; count < 4 && isUpper(text, i) && text.charCodeAt(i + 1) === 0x2e; count++) {
    end = i + 2;
    i = end + Number(text.charCodeAt(end) === 0x2d);
  }
  return end !== 0 && isLetter(text.charCodeAt(end)) ? 0 : end;
}

function isUpper(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code >= 0x41 && code <= 0x5a;
  const char = text[at];
  return char !== undefined && char !== char.toLowerCase();
}

function token(text: string, from: { start: number; end: number; comma: boolean }): Token {
  const { start, comma } = from;
  let { end } = from;
  const possessive = end - start > 2 && text[end - 1] === 's' && /['’]/.test(text[end - 2] as string);
  if (possessive) end -= 2;
  const dotted = text[end - 1] === '.';
  const word = text.slice(start, end);
  const bare = dotted ? word.slice(0, -1) : word;
  const folded = foldText(/['’ʼ]/.test(bare) ? bare.replace(ELISION, '') : bare);
  const kind = kindOf(text, { bare, folded, start, dotted });
  // A full stop belongs to initials and to `Jr.`; elsewhere it ends the sentence.
  const stopped = text[end] === '.';
  const suffixDot = stopped && kind === 'suffix';
  return {
    text: suffixDot ? `${word}.` : word,
    folded,
    kind,
    start,
    end: suffixDot ? end + 1 : end,
    comma,
    last: possessive || (kind !== 'initial' && kind !== 'suffix' && (stopped || dotted)),
  };
}

type Shape = { bare: string; folded: string; start: number; dotted: boolean };

function kindOf(text: string, { bare, folded, start, dotted }: Shape): TokenKind {
  if (!isUpper(text, start)) {
    if (PARTICLES.has(folded)) return 'particle';
    if (bare.length > 2 && /^[dlt]['’ʼ]/.test(bare) && isUpper(text, start + 2)) return 'cap';
    return bare.length > 4 && ARABIC_ARTICLE.test(bare) ? 'cap' : 'other';
  }
  if (bare.length === 1) return 'initial';
  if (dotted && bare.length <= 7 && /^\p{Lu}(?:\.-?\p{Lu})*$/u.test(bare)) return 'initial';
  if (bare.length <= 6 && SUFFIXES.has(folded)) return 'suffix';
  if (bare.length <= 5 && NUMERALS.has(bare)) return 'numeral';
  return isUpper(text, start + 1) && bare === bare.toUpperCase()
    ? 'upper'
    : isAllUpper(bare)
      ? 'upper'
      : 'cap';
}

/** `D'ARC` and `O'NEILL`: capitals around an apostrophe. */
function isAllUpper(word: string): boolean {
  return isJoiner(word.charCodeAt(1)) && word === word.toUpperCase();
}

/** True if the token's letters allow it in a name. */
export function isNameWord(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'cap' || token.kind === 'upper');
}

/** True at the start of a sentence or line: nothing, a break or closing punctuation precedes. */
export function startsSentence(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && /["'«“‘([\s\u00a0—–-]/.test(text[at] as string)) {
    if (text[at] === '\n') return true;
    at--;
  }
  return at < 0 || /[.!?:;…»”]/.test(text[at] as string);
}

/** The words of a name in comparable form: folded, single spaces. */
export function folded(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      foldText(token.text)
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    )
    .join(' ');
}
