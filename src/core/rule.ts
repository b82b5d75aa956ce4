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
  /** RE2 source, fragments joined. Absent in rules that only type columns. Always of bounded length. */
  readonly pattern?: string;
  /** RE2 source that the value must also contain: narrows a pattern that several rules share. */
  readonly refine?: string;
  /** The capture group that holds the value; 0 is the whole match. */
  readonly group: number;
  /** Longest possible match in UTF-8 bytes, computed from the pattern. */
  readonly maxBytes: number;
  /** Longest possible match in characters. */
  readonly maxCharacters: number;
  /** True where every match holds an ASCII digit; computed from the pattern. */
  readonly hasDigit: boolean;
  /** Name of a validator (src/match/validators). */
  readonly validator?: string;
  readonly prefilter: Prefilter;
  /** Confidence of the pattern with its validator, 0 to 1, before context. */
  readonly confidence: number;
  readonly context?: Context;
  /**
   * What a match needs to be reported at all. `column` reports only typed columns; `mention` rules have no pattern:
   * the mention detector finds them.
   */
  readonly requires: 'nothing' | 'context' | 'column' | 'mention';
  /** Header phrases that type a column with this rule, normalised: lower case, no accents, single spaces. */
  readonly columns: readonly string[];
  /** RE2 source that the whole trimmed cell of a typed column must match. Default: any non-placeholder. */
  readonly cell?: string;
  /** Confidence of a cell in a typed column. */
  readonly cellConfidence: number;
  /** The lower rank wins where two matches of equal confidence and length overlap. */
  readonly rank: number;
  readonly examples: readonly Example[];
  readonly negativeExamples: readonly Example[];
  readonly references: readonly string[];
};

/**
 * A cheap necessary condition of a match. Every match contains one of the words (a whole run of letters, any case),
 * or one of the literal byte strings, or at least `digits` digits with gaps of at most 4 bytes between them. With
 * `none` the matcher runs the pattern over everything.
 */
export type Prefilter =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'literal'; readonly literals: readonly string[] }
  | { readonly kind: 'digits'; readonly digits: number }
  | { readonly kind: 'none' };

export type Context = {
  /** Words or phrases that make the match more likely; whole words, compared without case and accents. */
  readonly words: readonly string[];
  /** Number of characters searched before and after the match. */
  readonly before: number;
  readonly after: number;
  /** Added to the confidence once if any of the words is there. */
  readonly adds: number;
  /** Words that make the match less likely; searched in the same window. */
  readonly negative: readonly string[];
  readonly subtracts: number;
};

/**
 * An example text; the match must be its `value` (default: any match). With `column` it is a cell under that header.
 */
export type Example = { readonly text: string; readonly value?: string; readonly column?: string };

/**
 * A validator's verdict on a matched value; false rejects it. `normal` is the canonical form that fingerprints and
 * comparisons use. `checked`: a checksum or numbering plan confirms it. `example`: a number or domain reserved for
 * documentation or fiction. `length` shortens the match to its first characters (for patterns that must over-match).
 */
export type Verdict =
  | false
  | {
      readonly normal: string;
      readonly checked?: boolean;
      readonly example?: boolean;
      readonly length?: number;
    };

/** `neighbours` are the characters right before and after the value, about 24 bytes each ('' at an end of the text). */
export type Validator = (value: string, neighbours: { before: string; after: string }) => Verdict;
