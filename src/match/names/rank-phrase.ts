/**
 * Finds the rank at a word of a text: the longest phrase of the lexicon around it, with the words that belong to it
 * before (`Acting`, `T/`) and after (`de police`, `1st Class`). Input: a text and the word's offset; output: the span
 * and the kind of rank, or undefined.
 */
import { foldText } from '../../core/fold.js';
import type { RankKind, RankLexicon, RankStrength } from './rank-lexicon.js';

export type RankFound = RankKind & {
  readonly start: number;
  readonly end: number;
  /** Folded words. */
  readonly normal: string;
  /** Several names can follow: `Officers`, `les brigadiers`. */
  readonly isPlural: boolean;
};

type Word = { readonly start: number; readonly end: number; readonly folded: string };

const WORD = /[\p{L}\p{M}]+|\d(?=st |nd |rd |e |re )(?:st|nd|rd|re|e)/uy;
/** Joins the words of a rank: one or two spaces, a line break, a full stop, a hyphen, a slash, an apostrophe. */
const GAP = /\.?[ \u00a0\u202f]{1,2}|-[ ]{0,2}|[ ]?\r?\n[ ]{0,4}|-\r?\n|[./'’]/uy;
const MAX_LEFT = 4;

/** The rank around the word at `at`; undefined if there is none or it is part of something else. */
export function rankAt(text: string, at: number, lexicon: RankLexicon): RankFound | undefined {
  const word = wordFrom(text, at);
  if (!word) return undefined;
  const left = wordsLeft(text, word.start);
  const words = [...left, word, ...wordsRight(text, word.end, lexicon.maxWords)];
  const core = longest(words, left.length, lexicon);
  if (!core) return undefined;
  const kind = kindOf(words, core, lexicon) as RankKind;
  const from = core.from - before(words, core.from, { country: kind.country, lexicon });
  const to = core.to + behind(words, core.to, lexicon);
  const [first, last] = [words[from] as Word, words[to] as Word];
  if (isPiece(text, first.start, last.end)) return undefined;
  const strength = asWritten(text, words[core.from] as Word, kind);
  if (!strength) return undefined;
  const isPlural = !lexicon.ranks.has(phrase(words, core));
  return {
    country: kind.country,
    strength,
    start: first.start,
    end: withPoint(text, last),
    normal: phrase(words, { from, to }),
    isPlural,
  };
}

function wordFrom(text: string, at: number): Word | undefined {
  WORD.lastIndex = at;
  const found = WORD.exec(text)?.[0];
  return found === undefined ? undefined : { start: at, end: at + found.length, folded: foldText(found) };
}

function wordsRight(text: string, end: number, max: number): Word[] {
  const out: Word[] = [];
  for (let at = end; out.length < max + 2; ) {
    GAP.lastIndex = at;
    const gap = GAP.exec(text);
    const word = gap && wordFrom(text, at + gap[0].length);
    if (!word) break;
    out.push(word);
    at = word.end;
  }
  return out;
}

const LEFT = /([\p{L}\p{M}]+)(?:\.?[ \u00a0\u202f]{1,2}|-[ ]{0,2}|[ ]?\r?\n[ ]{0,4}|[./'’])$/u;
const LEFT_CHARACTERS = 26;

function wordsLeft(text: string, start: number): Word[] {
  const out: Word[] = [];
  for (let at = start; out.length < MAX_LEFT; ) {
    const slice = text.slice(Math.max(0, at - LEFT_CHARACTERS), at);
    const found = LEFT.exec(slice)?.[1];
    if (found === undefined) break;
    at = at - slice.length + slice.lastIndexOf(found);
    out.unshift({ start: at, end: at + found.length, folded: foldText(found) });
  }
  return out;
}

type Range = { readonly from: number; readonly to: number };

function phrase(words: readonly Word[], { from, to }: Range): string {
  let out = (words[from] as Word).folded;
  for (let i = from + 1; i <= to; i++) out += ` ${(words[i] as Word).folded}`;
  return out;
}

/** The longest phrase that contains word `at`; of two the one that begins first. */
function longest(words: readonly Word[], at: number, lexicon: RankLexicon): Range | undefined {
  for (let count = Math.min(lexicon.maxWords, words.length); count > 0; count--) {
    for (let from = Math.max(0, at - count + 1); from <= at && from + count <= words.length; from++) {
      const range = { from, to: from + count - 1 };
      if (kindOf(words, range, lexicon)) return range;
    }
  }
  return undefined;
}

/** The kind of a phrase, or of its singular: `Detective Sergeants`, `gardiens de la paix`. */
function kindOf(words: readonly Word[], range: Range, lexicon: RankLexicon): RankKind | undefined {
  const whole = phrase(words, range);
  const kind = lexicon.ranks.get(whole);
  if (kind) return kind;
  const [first] = whole.split(' ', 1) as [string];
  const isPlural = /[^s]s$/.test(whole) || /[^s]s$/.test(first);
  if (!isPlural) return undefined;
  const one = whole.replace(/ies$/, 'y').replace(/s$/, '');
  const found = lexicon.ranks.get(one) ?? lexicon.ranks.get(whole.replace(/^(\p{L}+)s(?= |$)/u, '$1'));
  // Abbreviations have no plural.
  return found && (found.strength === 'full' || found.strength === 'shared') ? found : undefined;
}

/** Lower-case `pc`, `const` and `col` are words of programs; lower-case `cne` is a common abbreviation. */
function asWritten(text: string, { start }: Word, { country, strength }: RankKind): RankStrength | undefined {
  const isSmall = text[start] === text[start]?.toLowerCase();
  if (!isSmall || strength === 'full' || strength === 'shared') return strength;
  return country === 'fr' && strength === 'abbreviated' ? 'short' : undefined;
}

/** How many words before the phrase belong to the rank. */
function before(
  words: readonly Word[],
  from: number,
  { country, lexicon }: { country: string; lexicon: RankLexicon },
): number {
  if (country !== 'uk' && country !== 'us') return 0;
  const previous = words[from - 1];
  return previous && lexicon.before.has(previous.folded) ? 1 : 0;
}

const MAX_BEHIND = 5;

function behind(words: readonly Word[], to: number, lexicon: RankLexicon): number {
  for (let count = Math.min(MAX_BEHIND, words.length - to - 1); count > 0; count--) {
    if (lexicon.behind.has(phrase(words, { from: to + 1, to: to + count }))) return count;
  }
  return 0;
}

/** `@capitaine`, `/officer`, `officer@`, `major.minor`, `col-2`: names of files, fields and addresses. */
function isPiece(text: string, start: number, end: number): boolean {
  if (/[\p{L}\p{N}_@#$\\=~+-]$|[\p{L}\p{N}]\/$|\p{L}\.$/u.test(text.slice(Math.max(0, start - 2), start)))
    return true;
  return /^[\p{L}_@\\=$]|^[./-]\p{L}|^::|^\(\)/u.test(text.slice(end, end + 2));
}

/** The full stop of `Ofc.` and `Det.` belongs to the word; the one that ends a sentence does not. */
const POINTED = new Set(['ofc', 'det', 'tpr', 'dep', 'ptl', 'ofcr', 'ptlm']);

function withPoint(text: string, last: Word): number {
  const isPointed =
    text[last.end] === '.' && POINTED.has(last.folded) && /[ \u00a0]/.test(text[last.end + 1] ?? '');
  return isPointed ? last.end + 1 : last.end;
}
