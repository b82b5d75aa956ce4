/**
 * A rule hit that its validator accepted, at byte offsets of the flow's UTF-8 text. It becomes a finding
 * once overlaps are resolved and it is masked. Holds the value: never log one.
 */
import type { Rule } from './rule.js';

export type Match = {
  readonly rule: Rule;
  /** Half-open byte range in the flow's text, counted from the flow's first byte. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** Canonical form, used by fingerprints and comparisons. */
  readonly normal: string;
  readonly confidence: number;
  /** A checksum or numbering plan confirms the value. */
  readonly checked: boolean;
  /** Reserved for documentation or fiction. */
  readonly example: boolean;
  readonly by: 'pattern' | 'column' | 'name';
  /** The other person of the row (`supervisor`, `nominee 2`) whose typed column the match is in. */
  readonly role?: string;
  /** The number of its cell in a table; equal numbers are one cell. */
  readonly cell?: number;
  /** Set for the parts (rank, name, number) of one mention of an officer: the offset at which its name starts. */
  readonly mention?: number | undefined;
  /** A value that a typed column repeats on many rows: it belongs to a station, not to a person. */
  readonly shared?: boolean;
};
