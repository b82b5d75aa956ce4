/** Reads the text records of an enhanced metafile ([MS-EMF], [MS-EMFPLUS]). Stops at a broken record. */
import { decodeCodePage } from '../bytes/code-pages.js';
import { CUT, type Drawn, drawnText, ETO, UNREADABLE } from './metafile-piece.js';

const RECORD = { end: 14, comment: 70, textA: 83, textW: 84, smallText: 108, polyTextA: 96, polyTextW: 97 };
/** Bit blocks: BITBLT to SETDIBITSTODEVICE and STRETCHDIBITS, ALPHABLEND, TRANSPARENTBLT. */
const PICTURES = new Set([76, 77, 78, 79, 80, 81, 114, 116]);
const EMF_PLUS = 0x2b464d45;
const DRAW_STRING = 0x401c;
const HEADER = 8;
/** Pieces of EMF+ text held until the plain records prove to have none. */
const MAX_HELD = 100_000;
/** A bit block record without bits, which only fills, is no longer than this. */
const FILL_BYTES = 120;

export function* emfPieces(bytes: Buffer): Generator<Drawn> {
  // A file with EMF+ draws everything twice: its plain records suffice if they hold text.
  const plus: Drawn[] = [];
  let hasText = false;
  let isEnded = false;
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const type = bytes.readUInt32LE(at);
    const size = bytes.readUInt32LE(at + 4);
    if (size < HEADER || at + size > bytes.length) break;
    isEnded ||= type === RECORD.end;
    const record = bytes.subarray(at, at + size);
    const drawn = emfRecord(type, record);
    if (drawn !== undefined) {
      if (drawn !== UNREADABLE) hasText = true;
      yield drawn;
    }
    if (type === RECORD.comment && plus.length < MAX_HELD) plus.push(...plusPieces(record));
    at += size;
  }
  if (!hasText) yield* plus;
  if (!isEnded) yield CUT;
}

function emfRecord(type: number, record: Buffer): Drawn | undefined {
  if (type === RECORD.textW || type === RECORD.textA) return textRecord(record, type === RECORD.textW);
  if (type === RECORD.smallText) return smallText(record);
  if (type === RECORD.polyTextA || type === RECORD.polyTextW) return UNREADABLE;
  return PICTURES.has(type) && record.length > FILL_BYTES ? UNREADABLE : undefined;
}

/** Bounds, mode and scale, then: point, count, offsets of the text and the widths, options. */
function textRecord(record: Buffer, isWide: boolean): Drawn | undefined {
  if (record.length < 76) return undefined;
  const count = record.readUInt32LE(44);
  const from = record.readUInt32LE(48);
  const options = record.readUInt32LE(52);
  const widths = record.readUInt32LE(72);
  if (count === 0 || from < 76 || from >= record.length) return undefined;
  if ((options & ETO.glyphs) !== 0) return UNREADABLE;
  const part = record.subarray(from, from + count * (isWide ? 2 : 1));
  const text = isWide ? part.toString('utf16le') : decodeCodePage(part, 1252);
  const x = record.readInt32LE(36);
  const end = widthSum(record, widths, count);
  return {
    text: drawnText(text),
    x,
    y: record.readInt32LE(40),
    end: end === undefined ? undefined : x + end,
  };
}

function widthSum(record: Buffer, from: number, count: number): number | undefined {
  if (from < 76 || from + 4 * count > record.length) return undefined;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += record.readInt32LE(from + 4 * i);
  return sum > 0 ? sum : undefined;
}

function smallText(record: Buffer): Drawn | undefined {
  if (record.length < 36) return undefined;
  const count = record.readUInt32LE(16);
  const options = record.readUInt32LE(20);
  const from = (options & ETO.noRectangle) === 0 ? 52 : 36;
  if ((options & ETO.glyphs) !== 0) return UNREADABLE;
  const isSmall = (options & ETO.smallCharacters) !== 0;
  const part = record.subarray(from, from + count * (isSmall ? 1 : 2));
  const text = isSmall ? decodeCodePage(part, 1252) : part.toString('utf16le');
  return { text: drawnText(text), x: record.readInt32LE(8), y: record.readInt32LE(12) };
}

/** Strings among the EMF+ records in a comment: brush, format and length, a rectangle, then UTF-16. */
function* plusPieces(comment: Buffer): Generator<Drawn> {
  if (comment.length < 28 || comment.readUInt32LE(12) !== EMF_PLUS) return;
  for (let at = 16; at + 12 <= comment.length; ) {
    const type = comment.readUInt16LE(at);
    const size = comment.readUInt32LE(at + 4);
    if (size < 12 || at + size > comment.length) return;
    if (type === DRAW_STRING && size >= 40) {
      const length = comment.readUInt32LE(at + 20);
      const text = comment.toString('utf16le', at + 40, Math.min(at + size, at + 40 + 2 * length));
      yield { text: drawnText(text), x: comment.readFloatLE(at + 24), y: comment.readFloatLE(at + 28) };
    }
    at += size;
  }
}
