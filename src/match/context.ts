/**
 * Words around a match that raise or lower its confidence. Compared on folded text (lower case, no accents), whole
 * words only, within the rule's window of characters before and after.
 */
import type { Context } from '../core/rule.js';

export type ContextVerdict = { readonly positive: boolean; readonly negative: boolean };
export type ContextTest = {
  readonly before: number;
  readonly after: number;
  /** RE2 source; if ASCII text around the match does not match it, the context cannot be positive. */
  readonly demand: string;
  test(before: string, after: string): ContextVerdict;
};

/** The widest window a rule can ask for, in bytes: the lead and tail that pages carry. */
export const MAX_CONTEXT_BYTES = 300;

export function compileContext(context: Context): ContextTest {
  const positive = wordTest(context.words);
  const negative = wordTest(context.negative);
  return {
    before: Math.min(context.before, MAX_CONTEXT_BYTES),
    after: Math.min(context.after, MAX_CONTEXT_BYTES),
    demand: `(?i)(?:${context.words.map(asciiSource).join('|')})`,
    test(before, after) {
      // The match itself separates, so that no phrase spans it.
      const text = joined(before, after);
      if (!negative(text)) return { positive: positive(text), negative: false };
      return { positive: positive(text), negative: negative(joined(...paragraph(before, after))) };
    },
  };
}

function joined(before: string, after: string): string {
  return `${foldText(before)}\u0000${foldText(after)}`;
}

const BLANK_LINE = /\n[ \t\r]*\n/;

/** Negative words count only in the match's own paragraph: the order in the letter before concerns somebody else. */
function paragraph(before: string, after: string): [string, string] {
  return [before.split(BLANK_LINE).at(-1) ?? '', after.split(BLANK_LINE)[0] ?? ''];
}

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** Lower case, no accents, one space for every run of white space, underscores or hyphens. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  const plain = ASCII_ONLY.test(lower) ? lower : lower.normalize('NFD').replace(/\p{M}+/gu, '');
  return plain.replace(/[\s_\u00a0-]+/g, ' ');
}

/** RE2 source for what folds to the word, in text without accents. */
function asciiSource(word: string): string {
  return escaped(foldText(word)).replaceAll(' ', '[\\s_-]+');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function wordTest(words: readonly string[]): (folded: string) => boolean {
  if (words.length === 0) return () => false;
  let pattern: RegExp | undefined;
  return (folded) => {
    // Compiled on first use: most rules of a run never need it.
    pattern ??= wholeWords(words);
    return pattern.test(folded);
  };
}

function wholeWords(words: readonly string[]): RegExp {
  const alternatives = words.map((word) => escaped(foldText(word)));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join('|')})(?![\\p{L}\\p{N}])`, 'u');
}
