/**
 * The text of a Word binary document (97 to 2003, and 2 to 95 without formatting) as runs in reading order. Follows
 * the piece table, so that fast-saved text is complete. Input: the main and table streams; output: runs with their
 * story and flags. Throws `corrupt` for an invalid header, `encrypted` if the header says so.
 */
import { LeaksiftError } from '../../core/errors.js';
import { codePageOfLanguage, decodeCodePage } from '../bytes/code-pages.js';
import { formatRanges, type Range } from './doc-formats.js';

export type DocStory =
  | 'body'
  | 'footnote'
  | 'header'
  | 'macro'
  | 'comment'
  | 'endnote'
  | 'text-box'
  | 'header-text-box';

export type DocRun = { readonly text: string; readonly story: DocStory; readonly flags: number };

type Piece = { readonly start: number; readonly chars: number; readonly isWide: boolean };

type Header = {
  readonly isOld: boolean;
  readonly codePage: number;
  readonly lengths: readonly number[];
  readonly textStart: number;
  readonly textEnd: number;
  readonly clx: Buffer;
  readonly characters: Buffer;
  readonly paragraphs: Buffer;
};

const STORIES: readonly DocStory[] = [
  'body',
  'footnote',
  'header',
  'macro',
  'comment',
  'endnote',
  'text-box',
  'header-text-box',
];
const WORD_97 = 0xa5ec;
/** 6 and 95: everything is in the main stream. */
const WORD_6 = 0xa5dc;
/** 1 and 2, which have no container; their text is at the same place as in Word 6. */
const WORD_2 = new Set([0xa59b, 0xa59c, 0xa5db]);
const FAST_SAVED = 0x0004;
const ENCRYPTED = 0x0100;
const TABLE_1 = 0x0200;
const MAX_PIECES = 2_000_000;
const MAX_RUN_CHARS = 64 * 1024;

export function isEncryptedDoc(main: Buffer): boolean {
  return main.length > 12 && (main.readUInt16LE(10) & ENCRYPTED) !== 0;
}

/** The table stream that a document uses. */
export function tableStreamName(main: Buffer): string {
  return main.length > 12 && (main.readUInt16LE(10) & TABLE_1) !== 0 ? '1Table' : '0Table';
}

export function* docRuns(main: Buffer, table: Buffer): Generator<DocRun> {
  const header = readHeader(main, table);
  const ranges = [
    new Cursor(formatRanges(main, header.characters, 'character')),
    new Cursor(formatRanges(main, header.paragraphs, 'paragraph')),
  ];
  let story = 0;
  let left = header.lengths[0] ?? 0;
  for (const piece of readPieces(main, header)) {
    for (let done = 0; done < piece.chars; ) {
      while (left <= 0 && story < STORIES.length - 1) {
        story += 1;
        left = header.lengths[story] ?? 0;
      }
      const width = piece.isWide ? 2 : 1;
      const at = piece.start + done * width;
      const next = Math.min(...ranges.map((cursor) => cursor.borderAfter(at)));
      const toBorder = Math.max(1, Math.ceil((next - at) / width));
      const chars = Math.min(piece.chars - done, toBorder, MAX_RUN_CHARS, left > 0 ? left : Infinity);
      const bytes = main.subarray(at, at + chars * width);
      const flags = ranges.reduce((all, cursor) => all | cursor.flagsAt(at), 0);
      const text = piece.isWide ? bytes.toString('utf16le') : decodeCodePage(bytes, header.codePage);
      yield { text, story: STORIES[story] as DocStory, flags };
      done += chars;
      left -= chars;
    }
  }
}

/** Walks sorted ranges; pieces can jump back, and then it searches again. */
class Cursor {
  #at = 0;

  constructor(private readonly ranges: readonly Range[]) {}

  flagsAt(offset: number): number {
    this.#seek(offset);
    const range = this.ranges[this.#at];
    return range && range.start <= offset ? range.flags : 0;
  }

  /** The next offset at which flags can change. */
  borderAfter(offset: number): number {
    this.#seek(offset);
    const range = this.ranges[this.#at];
    if (!range) return Number.POSITIVE_INFINITY;
    return range.start > offset ? range.start : range.end;
  }

  /** Moves to the first range that ends after `offset`. */
  #seek(offset: number): void {
    const previous = this.ranges[this.#at - 1];
    if (previous && previous.end > offset) this.#at = 0;
    while (this.#at < this.ranges.length && (this.ranges[this.#at] as Range).end <= offset) this.#at += 1;
  }
}

function readHeader(main: Buffer, table: Buffer): Header {
  const magic = main.length >= 0x60 ? main.readUInt16LE(0) : 0;
  if (magic === WORD_97 && main.length >= 0x200) return header97(main, table);
  if (magic === WORD_6 && main.length >= 0x170) return header6(main);
  if (WORD_2.has(magic) && main.length >= 0x170)
    return { ...header6(main), clx: Buffer.alloc(0), lengths: [main.length] };
  throw new LeaksiftError('corrupt', 'doc: no header');
}

function header97(main: Buffer, table: Buffer): Header {
  const at = (index: number) =>
    slice(table, main.readUInt32LE(0x9a + 8 * index), main.readUInt32LE(0x9e + 8 * index));
  return {
    isOld: false,
    codePage: 1252,
    lengths: [0x4c, 0x50, 0x54, 0x58, 0x5c, 0x60, 0x64, 0x68].map((offset) => main.readUInt32LE(offset)),
    textStart: main.readUInt32LE(0x18),
    textEnd: main.readUInt32LE(0x1c),
    clx: at(33),
    characters: at(12),
    paragraphs: at(13),
  };
}

function header6(main: Buffer): Header {
  const isFastSaved = (main.readUInt16LE(10) & FAST_SAVED) !== 0;
  return {
    isOld: true,
    codePage: codePageOfLanguage(main.readUInt16LE(6)),
    lengths: [0x34, 0x38, 0x3c, 0x40, 0x44, 0x48, 0x4c, 0x50].map((offset) => main.readUInt32LE(offset)),
    textStart: main.readUInt32LE(0x18),
    textEnd: main.readUInt32LE(0x1c),
    clx: isFastSaved ? slice(main, main.readUInt32LE(0x160), main.readUInt32LE(0x164)) : Buffer.alloc(0),
    // Their property pages have another form, and what they hide is rarely relevant.
    characters: Buffer.alloc(0),
    paragraphs: Buffer.alloc(0),
  };
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  return bytes.subarray(start, start + length);
}

/** The piece table; without one the text is a single run. */
function readPieces(main: Buffer, header: Header): Piece[] {
  const table = pieceTable(header.clx);
  const count = Math.min(Math.floor((table.length - 4) / 12), MAX_PIECES);
  if (count <= 0) {
    const end = Math.min(header.textEnd, main.length);
    return [{ start: header.textStart, chars: Math.max(0, end - header.textStart), isWide: false }];
  }
  const pieces: Piece[] = [];
  for (let i = 0; i < count; i++) {
    const chars = table.readUInt32LE(4 * i + 4) - table.readUInt32LE(4 * i);
    const raw = table.readUInt32LE(4 * (count + 1) + 8 * i + 2);
    const isWide = !header.isOld && (raw & 0x40000000) === 0;
    const start = header.isOld || isWide ? raw & 0x3fffffff : (raw & 0x3fffffff) >> 1;
    const room = Math.floor((main.length - start) / (isWide ? 2 : 1));
    if (chars > 0 && room > 0) pieces.push({ start, chars: Math.min(chars, room), isWide });
  }
  return withinReason(pieces, main.length);
}

/** Pieces of valid files share no bytes: together they cannot be longer than the stream. */
function withinReason(pieces: Piece[], bytes: number): Piece[] {
  let total = 0;
  const end = pieces.findIndex((piece) => {
    total += piece.chars * (piece.isWide ? 2 : 1);
    return total > 2 * bytes;
  });
  return end < 0 ? pieces : pieces.slice(0, end);
}

/** Property runs (1) precede the piece table (2). */
function pieceTable(clx: Buffer): Buffer {
  let at = 0;
  while (at + 3 <= clx.length && clx[at] === 1) at += 3 + clx.readUInt16LE(at + 1);
  if (at + 5 > clx.length || clx[at] !== 2) return Buffer.alloc(0);
  return slice(clx, at + 5, clx.readUInt32LE(at + 1));
}
