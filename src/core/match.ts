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
  /** Canonical form: what fingerprints and comparisons use. */
  readonly normal: string;
  readonly confidence: number;
  /** A checksum or numbering plan was proved. */
  readonly checked: boolean;
  /** Reserved for documentation or fiction. */
  readonly example: boolean;
  readonly by: 'pattern' | 'column' | 'name';
  /** In a typed column of another person of the row (`supervisor`, `nominee 2`): that person. */
  readonly role?: string;
  /** In a table: the cell it stands in; equal numbers are one cell. */
  readonly cell?: number;
  /** A rank, name or number of one mention of an officer: where its name starts. */
  readonly mention?: number | undefined;
  /** A value that a typed column repeats on many rows: a station's, not a person's. */
  readonly shared?: boolean;
};
