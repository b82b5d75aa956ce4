/** Byte ranges: of a content, and the pieces that a huge text is cut into. */

/** Half-open byte range of a content. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Bytes [start, end) of an item, cut between lines or rows. `line` and `row` are the 1-based numbers of the first in
 * it. Ranges of an item are numbered from 0; the last one is flagged.
 */
export type ItemRange = {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** Of a mailbox: the number of the first message in it. */
  readonly row: number;
  readonly last: boolean;
  /** State that the extractor which cut the range needs to begin here, in its own format. */
  readonly state?: string;
};
