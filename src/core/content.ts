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
  /** A media type that its container declared (MIME): a hint, which content detection can overrule. */
  readonly declaredType?: string;
  /** True when open() may be called more than once, and with a range. */
  readonly reopenable: boolean;
  /**
   * True where a sender sets the pace (stdin, pipes, buckets): waiting for bytes is not charged to --timeout, and the
   * source itself limits silence.
   */
  readonly isPaced?: boolean;
  /** Available after reading: the reason why its bytes may differ from those listed. Its coverage is then `partial`. */
  readonly caveat?: () => string | undefined;
  /** Available after reading: names that the summary counts under `notes`. */
  readonly notes?: () => readonly string[];
  /** A local file that holds exactly these bytes, if one exists. Read-only. */
  readonly localPath?: string | Buffer;
  open(range?: ByteRange): AsyncIterable<Uint8Array>;
}

/** Seekable bytes. The caller closes it, which also removes a private spool file. */
export interface RandomAccess {
  readonly size: number;
  /** A local path that holds the bytes, where one exists (a file item, or a private spool file). */
  readonly path?: string | Buffer;
  /** Reads up to `length` bytes at `offset`; shorter only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** The position of a run of text or a table within a content. */
export type Place = {
  readonly page?: number;
  readonly sheet?: string;
  /** Part of a document: `header`, `footnote`, `comment`, `metadata`, ... */
  readonly part?: string;
  /** The kind of hiding, where usual readers do not show this place. */
  readonly hidden?: string;
};

/** How the byte offsets of a text flow relate to the content. */
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
      /** Only matches that start in these bytes of the content are reported; the rest is context. */
      readonly window?: ByteRange;
    };

/** Source bytes per character: as in UTF-8, one, as in UTF-16, four. */
export type Width = 'utf8' | 'single' | 'utf16' | 'utf32';

/** From byte `at` of a text on, characters come from source byte `source` on, in this width. */
export type Origin = { readonly at: number; readonly source: number; readonly width: Width };

/** One run of text. Matches may span writes, never flows. Write UTF-8 bytes or strings; end it once. */
export interface TextFlow {
  write(text: string | Uint8Array): void;
  /**
   * For `source` flows: states that the next byte written comes from `sourceOffset` of the content, and that
   * characters have this width from there on.
   */
  sync(sourceOffset: number, width?: Width): void;
  end(): void;
}

/** The displayed value of a cell, and what else it holds. */
export type Cell = {
  readonly text: string;
  /** The raw value where it differs from the displayed one (a number behind its format). Also matched. */
  readonly raw?: string;
  /** 1-based sheet column. Default: position in the row. */
  readonly column?: number;
  /** The kind of hiding of this cell (`column`, ...). */
  readonly hidden?: string;
};

export type RowOptions = {
  /** 1-based row number as the application displays it. Default: counted. */
  readonly row?: number;
  readonly hidden?: string;
  /** The row only shows what the columns hold, like TableFlow.prime(). Comes before all rows that are read. */
  readonly primes?: true;
};

/** One table. The header row is found by the scan, not by the extractor, unless `header` says so. */
export interface TableFlow {
  /** Cells in column order; a plain string is displayed text. */
  row(cells: readonly (string | Cell)[], options?: RowOptions): void;
  /**
   * Fast path for delimited text: whole rows as they stand in the content; see RowBatch.
   */
  rows(batch: RowBatch): void;
  /** Rows that only show what the header is: the table's first ones, where the range begins further in. */
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
  /** 1-based number of the first row in the table as in the file (blank lines not counted). */
  readonly firstRow: number;
  /** Row numbers as the application displays them, where they are not firstRow, firstRow + 1, ... */
  readonly rowNumbers?: Uint32Array;
  /** 1-based column of each cell, where it is not its position in the row. */
  readonly columnNumbers?: Uint32Array;
  /** The source of the bytes, ascending; empty for extracted text. */
  readonly origins: readonly Origin[];
};

export type TableOptions = Place & {
  /** Column names where the format itself has them (database field names). All rows are then data. */
  readonly columns?: readonly string[];
  /** The table's own name (database table, CREATE TABLE). */
  readonly name?: string;
  /** Set where a range continues the table in which the previous range ended. */
  readonly continues?: true;
};

export interface PartWriter {
  /** Opens a run of text. */
  text(place?: Place, offsets?: OffsetSpace): TextFlow;
  /** Opens a table. */
  table(options?: TableOptions): TableFlow;
  /**
   * Scans a member. Resolves when the member is finished; never rejects for the member's own faults, which become its
   * coverage. Rejects only for what ends the whole item (budget exceeded, interrupted). The caller drains a stream
   * that was not read to its end.
   */
  member(content: Content): Promise<void>;
  /**
   * States that a part of this content was not read, why, and how much: status becomes `partial`. `name` is that of
   * the part in the content, where it has one: hostile.
   */
  partial(reason: string, detail?: string, name?: string): void;
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
  /** The part of the content to read, where a huge text is cut. Set only for extractors with `splits`. */
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

/** User options for extractors. Plain data: it crosses to workers. */
export type ExtractOptions = {
  readonly ocr: boolean;
  readonly ocrLanguages: readonly string[];
  readonly strings: boolean;
  /** Passwords to try on encrypted contents, besides the well-known default of Excel. Secrets. */
  readonly passwords: readonly string[];
};

/** Reads one format. Its descriptor (format.ts) holds what is known before the reader is loaded. */
export interface Extractor {
  /**
   * Finds the cuts of a content whose ranges can be read independently (see ItemRange). Without it the content stays
   * whole. The descriptor's `splits` must agree.
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
