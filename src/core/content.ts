/**
 * Contracts between sources, extractors and the scan.
 *
 * A source lists items and opens them as contents. An extractor turns one content into parts by pushing
 * them into a PartWriter: runs of text, tables, members, and reasons for what it could not read. Matching
 * happens inside the push, synchronously, so a writer that returned has finished with the bytes it was
 * given, and nothing is held but the current page.
 */
import type { Budget } from './limits.js';
import type { Locator } from './locator.js';
import type { ByteRange, ItemRange } from './range.js';

/** Bytes that can be opened: of an item, or of a member found inside a content. */
export interface Content {
  readonly locator: Locator;
  /** The raw last name (file name, key, member name), for type hints only. Hostile; never a local path. */
  readonly name: string;
  /** Bytes, if known beforehand. May lie for members: never allocate by it. */
  readonly size?: number;
  /** Where the content was hidden by its container, if it was (`attachment`, `embedded`, ...). */
  readonly hidden?: string;
  /** A media type its container declared (MIME); a hint that content detection may overrule. */
  readonly declaredType?: string;
  /** True when open() may be called more than once, and with a range. */
  readonly reopenable: boolean;
  /**
   * True where a sender sets the pace (stdin, pipes, buckets): waiting for bytes is not charged to --timeout, and the
   * source itself ends a silence.
   */
  readonly isPaced?: boolean;
  /** Known once it is read: the reason why its bytes may not be those listed. Its coverage is `partial` then. */
  readonly caveat?: () => string | undefined;
  /** Known once it is read: what the summary counts under `notes`, by name. */
  readonly notes?: () => readonly string[];
  /** A local file that holds exactly these bytes, where there is one. Read-only. */
  readonly localPath?: string | Buffer;
  open(range?: ByteRange): AsyncIterable<Uint8Array>;
}

/** Seekable bytes. Closing is the caller's duty; a spooled private file is removed by it. */
export interface RandomAccess {
  readonly size: number;
  /** A local path that holds the bytes, where one exists (a file item, or a private spool file). */
  readonly path?: string | Buffer;
  /** Reads up to `length` bytes at `offset`; shorter only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where inside a content a run of text or a table stands. */
export type Place = {
  readonly page?: number;
  readonly sheet?: string;
  /** Part of a document: `header`, `footnote`, `comment`, `metadata`, ... */
  readonly part?: string;
  /** The kind of hiding, where what stands here is not seen by a usual reader. */
  readonly hidden?: string;
};

/** How byte offsets of a text flow relate to the content. */
export type OffsetSpace =
  /** Extracted text: offsets and lines are those of the text. */
  | { readonly kind: 'text' }
  /** Decoded from the content's own bytes: offsets are mapped back to them. */
  | {
      readonly kind: 'source';
      readonly width: Width;
      /** Byte offset in the content of the first byte written. */
      readonly start: number;
      /** 1-based line number of the first byte written. */
      readonly line?: number;
      /** Only what starts at these bytes of the content is reported; the rest is its surroundings. */
      readonly window?: ByteRange;
    };

/** How many source bytes a character takes: as in UTF-8, one, as in UTF-16, four. */
export type Width = 'utf8' | 'single' | 'utf16' | 'utf32';

/** From byte `at` of a text on, characters come from source byte `source` on, in this width. */
export type Origin = { readonly at: number; readonly source: number; readonly width: Width };

/** One run of text. Matches may span writes, never flows. Write UTF-8 bytes or strings; end it once. */
export interface TextFlow {
  write(text: string | Uint8Array): void;
  /**
   * For `source` flows: states that the next byte written stands at `sourceOffset` of the content, and
   * that characters have this width from there on.
   */
  sync(sourceOffset: number, width?: Width): void;
  end(): void;
}

/** A cell as it is shown, plus what else it holds. */
export type Cell = {
  readonly text: string;
  /** The raw value where it differs from what is shown (a number behind its format). Matched too. */
  readonly raw?: string;
  /** 1-based sheet column. Default: position in the row. */
  readonly column?: number;
  /** The kind of hiding of this cell (`column`, ...). */
  readonly hidden?: string;
};

export type RowOptions = {
  /** 1-based row number as its application shows it. Default: counted. */
  readonly row?: number;
  readonly hidden?: string;
  /** Only shows what the columns hold, like TableFlow.prime(): before all rows that are to be read. */
  readonly primes?: true;
};

/** One table. The header row is found by the scan, not by the extractor, unless `header` says so. */
export interface TableFlow {
  /** Cells in column order; a plain string is a shown text. */
  row(cells: readonly (string | Cell)[], options?: RowOptions): void;
  /**
   * Fast path for delimited text: whole rows as they stand in the content; see RowBatch.
   */
  rows(batch: RowBatch): void;
  /** Rows that only show what the header is: the table's first ones, where a range further in is read. */
  prime(batch: RowBatch): void;
  end(): void;
}

export type RowBatch = {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** Start and end byte offset of every cell's value, quotes excluded: 2 entries a cell. */
  readonly cells: Uint32Array;
  /** Number of cells before each row; one entry more than there are rows. */
  readonly rowCells: Uint32Array;
  /** Byte offset of each row's start; one entry more than there are rows. */
  readonly rowStarts: Uint32Array;
  /** 1-based physical line of each row's first byte. */
  readonly rowLines: Uint32Array;
  /** 1-based number of the first row in the table as the file has it (blank lines not counted). */
  readonly firstRow: number;
  /** Row numbers as the application shows them, where they are not firstRow, firstRow + 1, ... */
  readonly rowNumbers?: Uint32Array;
  /** 1-based column of each cell, where it is not its position in the row. */
  readonly columnNumbers?: Uint32Array;
  /** Where the bytes come from, ascending; empty for extracted text. */
  readonly origins: readonly Origin[];
};

export type TableOptions = Place & {
  /** Column names where the format itself has them (database field names). Then every row is data. */
  readonly columns?: readonly string[];
  /** The table's own name (database table, CREATE TABLE). */
  readonly name?: string;
  /** Set where a range goes on with the table that the range before it ended in. */
  readonly continues?: true;
};

export interface PartWriter {
  /** Opens a run of text. */
  text(place?: Place, offsets?: OffsetSpace): TextFlow;
  /** Opens a table. */
  table(options?: TableOptions): TableFlow;
  /**
   * Scans a member. Resolves when it is finished with; never rejects for the member's own faults, which
   * become its coverage. Rejects only for what ends the whole item (budget spent, interrupted). A stream
   * that was not read to its end is the caller's to drain.
   */
  member(content: Content): Promise<void>;
  /** States that a part of this content was not read, why, and how much: status becomes `partial`. */
  partial(reason: string, detail?: string): void;
  /** States that nothing of this content was read: status becomes `skipped`. */
  skip(reason: string): void;
  /** Resolves when the output has room. Await it between chunks of long inputs. */
  ready(): Promise<void>;
}

/** What an extractor may use. One per content; `budget` is shared by the whole item. */
export interface ExtractContext {
  readonly budget: Budget;
  readonly options: ExtractOptions;
  /** Media type as detected. */
  readonly mediaType: string;
  /** How many containers surround this content. */
  readonly depth: number;
  /** The part of the content to read, where a huge text is cut. Only extractors with `splits` meet it. */
  readonly range?: ItemRange;
  /** The first bytes (up to 64 KiB) without consuming the content. */
  readonly head: Buffer;
  /** The content's whole stream, from its first byte. Call at most once unless it is reopenable. */
  stream(): AsyncIterable<Uint8Array>;
  /** All bytes in memory. Throws `limit-memory` beyond `maxBytes` (default limits.maxParseBytes). */
  bytes(maxBytes?: number): Promise<Buffer>;
  /** Seekable view: the file itself, ranged reads, memory, or a private spool file. */
  randomAccess(): Promise<RandomAccess>;
  /** A private temporary folder for this content, removed when the content is done. */
  tempFolder(): Promise<string>;
  /** A member of this content. `open` may be single-use. */
  child(name: string, open: () => AsyncIterable<Uint8Array>, extra?: ChildOptions): Content;
}

export type ChildOptions = {
  readonly size?: number;
  readonly hidden?: string;
  readonly declaredType?: string;
  readonly reopenable?: boolean;
  readonly localPath?: string;
};

/** User options that extractors obey. Plain data: it crosses to workers. */
export type ExtractOptions = {
  readonly ocr: boolean;
  readonly ocrLanguages: readonly string[];
  readonly strings: boolean;
  /** Passwords to try on encrypted contents, besides the well-known default of Excel. Secrets. */
  readonly passwords: readonly string[];
};

/** Reads one format. What is known of the format before its reader is loaded stands in its descriptor (format.ts). */
export interface Extractor {
  /**
   * Finds the cuts of a content, where one range can be read by itself (see ItemRange). None: it stays whole.
   * The descriptor says `splits` too.
   */
  readonly splits?: (
    content: Content,
    head: Buffer,
    rangeBytes: number,
  ) => AsyncIterable<ItemRange> | undefined;
  /**
   * Pushes all parts of the content. May throw LeaksiftError (its code becomes the reason) or anything
   * else (`corrupt`); what was pushed before stays, and the status is then `partial`.
   */
  extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void>;
}
