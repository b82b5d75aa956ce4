/** Ranges of bytes: of a content, and the pieces that a huge text is cut into. */

/** Half-open byte range of a content. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Bytes [start, end) of an item, cut between lines or rows. `line` and `row` are 1-based numbers of the
 * first one in it. Ranges of an item are numbered from 0; the last one says so.
 */
export type ItemRange = {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** Of a mailbox: the number of the first message in it. */
  readonly row: number;
  readonly last: boolean;
  /** What the extractor that cut it must know to begin here, in its own words. */
  readonly state?: string;
};
