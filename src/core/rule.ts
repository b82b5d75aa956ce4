/**
 * A rule as the matcher uses it: the validated form of an entry in rules/*.yaml (see rules/README.md for
 * the fields in words). Plain data, so that it can be hashed and handed to workers.
 */
import type { Entity, Severity } from './entity.js';

export type Rule = {
  /** Dotted: `contact.phone.fr`. Unique over all packs. */
  readonly id: string;
  readonly pack: string;
  readonly name: string;
  readonly entity: Entity;
  readonly description: string;
  readonly severity: Severity;
  /** RE2 source, fragments joined. Absent in rules that only type columns. Always bounded in length. */
  readonly pattern?: string;
  /** RE2 source that the value must contain besides: narrows a pattern that several rules share. */
  readonly refine?: string;
  /** Capture group that is the value; 0 is the whole match. */
  readonly group: number;
  /** Longest possible match in UTF-8 bytes, computed from the pattern. */
  readonly maxBytes: number;
  /** The same in characters. */
  readonly maxCharacters: number;
  /** True where every match holds an ASCII digit, computed too. */
  readonly hasDigit: boolean;
  /** Name of a validator (src/match/validators). */
  readonly validator?: string;
  readonly prefilter: Prefilter;
  /** Confidence of the pattern with its validator, 0 to 1, before context. */
  readonly confidence: number;
  readonly context?: Context;
  /**
   * What it takes to be reported at all. `column` also accepts nothing but a typed column; `mention`: the detector
   * of mentions finds it, without a pattern.
   */
  readonly requires: 'nothing' | 'context' | 'column' | 'mention';
  /** Header phrases that type a column with this rule, normalised: lower case, no accents, single spaces. */
  readonly columns: readonly string[];
  /** RE2 source that the whole trimmed cell of a typed column must match. Default: any non-placeholder. */
  readonly cell?: string;
  /** Confidence of a cell in a typed column. */
  readonly cellConfidence: number;
  /** Lower rank wins where two findings of equal confidence and length overlap. */
  readonly rank: number;
  readonly examples: readonly Example[];
  readonly negativeExamples: readonly Example[];
  readonly references: readonly string[];
};

/**
 * A cheap necessary condition of a match: somewhere inside every match stands one of the words (a whole
 * run of letters, any case), or one of the literal bytes strings, or at least `digits` digits with gaps of
 * at most 4 bytes between them. `none` makes the matcher run the pattern over everything.
 */
export type Prefilter =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'literal'; readonly literals: readonly string[] }
  | { readonly kind: 'digits'; readonly digits: number }
  | { readonly kind: 'none' };

export type Context = {
  /** Words or phrases that make the match likelier; compared without case and accents, whole words. */
  readonly words: readonly string[];
  /** Characters looked at before and after the match. */
  readonly before: number;
  readonly after: number;
  /** Added to the confidence once if any word is there. */
  readonly adds: number;
  /** Words that make it unlikelier; looked for in the same window. */
  readonly negative: readonly string[];
  readonly subtracts: number;
};

/**
 * An example text; the match must be its `value` (default: any match). `column` makes it a cell under
 * that header.
 */
export type Example = { readonly text: string; readonly value?: string; readonly column?: string };

/**
 * What a validator says of a matched value. false: not one. `normal` is the canonical form that
 * fingerprints and comparisons use. `checked` tells that a checksum or numbering plan was proved.
 * `example`: a number or domain reserved for documentation or fiction. `length` shortens the match to
 * its first so many characters (for patterns that must over-match).
 */
export type Verdict =
  | false
  | {
      readonly normal: string;
      readonly checked?: boolean;
      readonly example?: boolean;
      readonly length?: number;
    };

/** `neighbours` are the characters right before and after the value, some 24 bytes each ('' at an end). */
export type Validator = (value: string, neighbours: { before: string; after: string }) => Verdict;
