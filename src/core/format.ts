/**
 * The contract of a format: its descriptor holds all that is known before its reader is loaded. The registry,
 * `leaksift formats`, `leaksift plan` and README's table derive from descriptors; plug-ins export them too.
 */
import type { ExtractOptions, Extractor } from './content.js';

/** The headings of README's table, in order, each with what is read from its formats. */
export const FORMAT_KINDS = {
  text: 'UTF-8, UTF-16/32, Windows-1252, ISO-8859-1/15; tables with their header',
  spreadsheets: 'hidden sheets, rows and columns, comments, names, pivot caches, properties',
  documents: 'headers, notes, comments, tracked deletions, text boxes, fields, attachments',
  mail: 'headers, bodies, attachments; of pst also deleted and hidden items, truncated and damaged stores',
  databases: 'all tables, hidden ones too, queries, attachments; deleted records of dbf',
  archives: 'members, nested to any depth within limits',
  media: 'metadata; the text drawn in EMF and WMF; pixels with `--ocr`',
} as const;

export type FormatKind = keyof typeof FORMAT_KINDS;

/** What detection knows of a content besides its first bytes. */
export type DetectHints = {
  readonly name: string;
  /** A media type that a container declared. */
  readonly declaredType?: string;
  /** Size of the whole content, where known. */
  readonly size?: number;
};

export interface Format {
  /** Unique. Shown by `leaksift formats`. */
  readonly id: string;
  /** Its names for readers of README, by kind: `{ documents: 'doc, ppt', mail: 'msg' }`. */
  readonly names: Readonly<Partial<Record<FormatKind, string>>>;
  /**
   * The media types it reads. `*` matches any run of name characters: `image/*`. An exact type takes precedence over
   * a pattern. No two formats may list the same one.
   */
  readonly mediaTypes: readonly string[];
  /** File extensions that promise the format, lower case, without a dot. Other content under them is then a fault. */
  readonly extensions: readonly string[];
  /** How its contents are recognised, in a few words. */
  readonly recognisedBy: string;
  /**
   * Returns the media type of a content that begins with `head` (up to 64 KiB), undefined if it is another format.
   * For formats that the built-in detection does not know; it runs before that detection, so it must be certain. Must
   * not throw.
   */
  recognise?(head: Buffer, hints: DetectHints): string | undefined;
  /** True for containers, whose members count against the depth limit. */
  readonly container?: true;
  /** True for archives and stores, whose size says little about their content. */
  readonly archive?: true;
  /** True where the extractor has `splits`. */
  readonly splits?: true;
  /** The library that reads it. Default: built in. */
  readonly readBy?: string;
  readonly note?: string;
  /** Installed programs that read more, or faster. */
  readonly tools?: readonly Tool[];
  /** The reason why contents of this type are not read, or only their metadata; undefined if they are read. */
  unread?(mediaType: string, options: ExtractOptions): string | undefined;
  /** Loads the reader. Called for the first content of the format. */
  load(): Promise<Extractor>;
}

/** An optional program of the system. */
export type Tool = {
  readonly name: string;
  /** Arguments that print its version. */
  readonly versionArgs: readonly string[];
  readonly usedFor: string;
};
