/**
 * What finds persons' names in running text, and ranks and numbers beside them. The built-in one reads word lists
 * (names.ts, mention.ts); a user's local model plugs in here too.
 */
import type { Rule } from '../../core/rule.js';

/** A name, or what stands beside one; `rule` says what it is. */
export type FoundName = {
  /** Span in the given text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly normal: string;
  readonly confidence: number;
  readonly rule: Rule;
  /** Where the name starts that this belongs to, in the given text; absent where it belongs to none. */
  readonly of?: number | undefined;
};

export interface NameDetector {
  /** Words that may begin or end a name, lower case; they trigger only with a capital. */
  readonly nameWords: readonly string[];
  /** Words that may stand before a name (Mme, Mr). */
  readonly titleWords: readonly string[];
  /** Bytes of text wanted before the trigger (at most LEAD_BYTES), and from it on. */
  readonly before: number;
  readonly maxBytes: number;
  /** A first look at the trigger [start, end) in UTF-8: false where `detect` finds nothing. May be absent. */
  mayLead?(bytes: Uint8Array, start: number, end: number, title: boolean): boolean;
  /**
   * What stands around the trigger word at `at`: a name, or a rank with its name and number. `title`: the trigger is
   * a title word. Spans share no byte.
   */
  detect(text: string, at: number, title: boolean): readonly FoundName[];
}
