/** Reads the text records of a Windows metafile ([MS-WMF]), placeable or not. Stops at a broken record. */
import { decodeCodePage } from '../bytes/code-pages.js';
import { CUT, type Drawn, drawnText, ETO, UNREADABLE } from './metafile-piece.js';

const PLACEABLE = 0x9ac6cdd7;
const TEXT_OUT = 0x0521;
const EXT_TEXT_OUT = 0x0a32;
/** Bit blocks with their bits. */
const PICTURES = new Set([0x0922, 0x0940, 0x0b23, 0x0b41, 0x0d33, 0x0f43]);
const HEADER_WORDS = 9;

export function* wmfPieces(bytes: Buffer): Generator<Drawn> {
  if (bytes.length < 40) return;
  const start = bytes.readUInt32LE(0) === PLACEABLE ? 22 : 0;
  for (let at = start + 2 * HEADER_WORDS; at + 6 <= bytes.length; ) {
    const size = 2 * bytes.readUInt32LE(at);
    if (size < 6 || at + size > bytes.length) break;
    if (bytes.readUInt16LE(at + 4) === 0) return;
    const drawn = wmfRecord(bytes.readUInt16LE(at + 4), bytes.subarray(at + 6, at + size));
    if (drawn !== undefined) yield drawn;
    at += size;
  }
  yield CUT;
}

function wmfRecord(kind: number, body: Buffer): Drawn | undefined {
  if (PICTURES.has(kind)) return body.length > 64 ? UNREADABLE : undefined;
  if (kind === TEXT_OUT && body.length >= 6) return textOut(body);
  return kind === EXT_TEXT_OUT && body.length >= 8 ? extTextOut(body) : undefined;
}

/** Length, the text padded to words, then y and x. */
function textOut(body: Buffer): Drawn | undefined {
  const length = body.readInt16LE(0);
  const point = 2 + length + (length % 2);
  if (length <= 0 || point + 4 > body.length) return undefined;
  const text = decodeCodePage(body.subarray(2, 2 + length), 1252);
  return { text: drawnText(text), x: body.readInt16LE(point + 2), y: body.readInt16LE(point) };
}

/** y, x, length, options, an optional rectangle, the text padded to words, then widths. */
function extTextOut(body: Buffer): Drawn | undefined {
  const length = body.readInt16LE(4);
  const options = body.readUInt16LE(6);
  const from = 8 + ((options & (ETO.opaque | ETO.clipped)) === 0 ? 0 : 8);
  if (length <= 0 || from + length > body.length) return undefined;
  if ((options & ETO.glyphs) !== 0) return UNREADABLE;
  const text = drawnText(decodeCodePage(body.subarray(from, from + length), 1252));
  const x = body.readInt16LE(2);
  const widths = from + length + (length % 2);
  if (widths + 2 * length > body.length) return { text, x, y: body.readInt16LE(0) };
  let end = x;
  for (let i = 0; i < length; i++) end += body.readInt16LE(widths + 2 * i);
  return { text, x, y: body.readInt16LE(0), end: end > x ? end : undefined };
}
