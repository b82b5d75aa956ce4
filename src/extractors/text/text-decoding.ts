/**
 * Decodes a byte stream to UTF-8 segments that keep their source offsets. Valid UTF-8 passes unchanged (no string is
 * made); wide encodings and single-byte code pages are decoded. A chunk that is not valid UTF-8 is decoded line by
 * line, since dumps mix encodings. Accepts any input.
 */
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { Width } from '../../core/content.js';
import { decodeMixed, wideEncoding } from '../bytes/utf8.js';

export type Segment = { readonly bytes: Buffer; readonly source: number; readonly width: Width };

const BOM = '\ufeff';

/** Decodes `stream`, whose first bytes are `head`; `from` is the source offset of its first byte. */
export async function* decodedSegments(
  stream: AsyncIterable<Uint8Array>,
  head: Buffer,
  from = 0,
): AsyncGenerator<Segment> {
  const wide = wideEncoding(head);
  if (wide) yield* wideSegments(stream, wide, from);
  else yield* narrowSegments(stream, codePage(head), from);
}

/** The single-byte code page for bytes that are not UTF-8. */
function codePage(head: Buffer): 'win1252' | 'iso-8859-15' {
  // 8859-15 differs from 8859-1 in eight characters; French uses oe and the euro sign. Bytes 80-9F are controls there
  // and punctuation in Windows.
  let c1 = false;
  let latin9 = false;
  for (let i = 1; i + 1 < head.length; i++) {
    const b = head[i] as number;
    if (b >= 0x80 && b <= 0x9f) c1 = true;
    else if ((b === 0xbd || b === 0xbc) && isLetter(head[i + 1] as number)) latin9 = true;
    else if (b === 0xa4 && /[\d ]/.test(String.fromCharCode(head[i - 1] as number))) latin9 = true;
  }
  return latin9 && !c1 ? 'iso-8859-15' : 'win1252';
}

function isLetter(b: number): boolean {
  return (b | 32) >= 97 && (b | 32) <= 122;
}

async function* wideSegments(stream: AsyncIterable<Uint8Array>, encoding: string, from: number) {
  const unit = encoding.startsWith('utf-32') ? 4 : 2;
  const width: Width = unit === 4 ? 'utf32' : 'utf16';
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  let source = from;
  for await (const chunk of stream) {
    let text = decoder.write(Buffer.from(chunk));
    if (source === from && text.startsWith(BOM)) {
      text = text.slice(1);
      source += unit;
    }
    if (text === '') continue;
    yield { bytes: Buffer.from(text), source, width };
    source += unit === 4 ? 4 * [...text].length : 2 * text.length;
  }
  const rest = decoder.end();
  if (rest) yield { bytes: Buffer.from(rest), source, width };
}

async function* narrowSegments(stream: AsyncIterable<Uint8Array>, page: string, from: number) {
  let held: Buffer = Buffer.alloc(0);
  let source = from;
  for await (const chunk of stream) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (held.length > 0) bytes = Buffer.concat([held, bytes]);
    if (source === from && bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      bytes = bytes.subarray(3);
      source += 3;
    }
    const whole = bytes.length - cutSequence(bytes);
    const rest = bytes.subarray(whole);
    yield* narrowSegment(bytes.subarray(0, whole), page, source);
    source += whole;
    held = Buffer.from(rest);
  }
  if (held.length > 0) yield* narrowSegment(held, page, source);
}

/** Bytes at the end that begin a UTF-8 sequence which can continue in the next chunk. */
function cutSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const b = bytes[bytes.length - back] as number;
    if (b < 0x80) return 0;
    if (b >= 0xc0) return (b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

function* narrowSegment(bytes: Buffer, page: string, source: number): Generator<Segment> {
  if (bytes.length === 0) return;
  if (isUtf8(bytes)) {
    yield { bytes, source, width: 'utf8' };
    return;
  }
  // Adjacent lines of one kind form one segment.
  let runStart = 0;
  let runUtf8: boolean | undefined;
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline === -1 ? bytes.length : newline + 1;
    const utf8 = isUtf8(bytes.subarray(at, end));
    if (runUtf8 !== undefined && utf8 !== runUtf8) {
      yield run(bytes.subarray(runStart, at), runUtf8, page, source + runStart);
      runStart = at;
    }
    runUtf8 = utf8;
    at = end;
  }
  yield run(bytes.subarray(runStart), runUtf8 === true, page, source + runStart);
}

function run(bytes: Buffer, utf8: boolean, page: string, source: number): Segment {
  if (utf8) return { bytes, source, width: 'utf8' };
  if (page !== 'win1252') return { bytes: Buffer.from(iconv.decode(bytes, page)), source, width: 'single' };
  const text = decodeMixed(bytes);
  // A line that mixes UTF-8 and single bytes has no uniform width: its offsets are exact only at its start.
  return { bytes: Buffer.from(text), source, width: 'single' };
}
