/**
 * The contract of a detector of persons' names in running text, with ranks and numbers beside them. The built-in
 * detector uses word lists (names.ts, mention.ts); plug-ins can provide a local model.
 */
import type { Rule } from '../../core/rule.js';

/** A name, or a value beside one; `rule` says which. */
export type FoundName = {
  /** Span in the given text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly normal: string;
  readonly confidence: number;
  readonly rule: Rule;
  /** The offset in the given text of the name that this belongs to; absent if it belongs to none. */
  readonly of?: number | undefined;
};

export interface NameDetector {
  /** Words that can begin or end a name, lower case; they trigger only with a capital. */
  readonly nameWords: readonly string[];
  /** Words that can precede a name (Mme, Mr). */
  readonly titleWords: readonly string[];
  /** Bytes of text needed before the trigger (at most LEAD_BYTES), and from it on. */
  readonly before: number;
  readonly maxBytes: number;
  /** Optional fast check of the trigger [start, end) in UTF-8: false if `detect` would find nothing. */
  mayLead?(bytes: Uint8Array, start: number, end: number, title: boolean): boolean;
  /**
   * Finds what surrounds the trigger word at `at`: a name, or a rank with its name and number. `title`: the trigger
   * is a title word. Spans must not overlap.
   */
  detect(text: string, at: number, title: boolean): readonly FoundName[];
}
