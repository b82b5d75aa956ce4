/**
 * Text in segments of picture formats: PNG text chunks, JPEG comments, GIF comments. Input: the file's bytes, as far
 * as read; output: lines. Stops at broken structure.
 */
import { inflateSync } from 'node:zlib';
import { decodeMixed } from '../bytes/utf8.js';
import { imageKind, jpegSegments, pngChunks, SOS } from './image-structure.js';
import type { MetadataText } from './metadata-text.js';

const MAX_TEXT_BYTES = 4 * 1024 * 1024;

export function addSegments(bytes: Buffer, to: MetadataText): void {
  const kind = imageKind(bytes);
  if (kind === 'png') addPng(bytes, to);
  else if (kind === 'jpeg') addJpeg(bytes, to);
  else if (kind === 'gif') addGif(bytes, to);
}

function addPng(bytes: Buffer, to: MetadataText): void {
  for (const { type, data } of pngChunks(bytes))
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') addPngText(type, data, to);
}

function addPngText(type: string, data: Buffer, to: MetadataText): void {
  const end = data.indexOf(0);
  if (end < 0) return;
  const name = data.toString('latin1', 0, Math.min(end, 79));
  // The packet is read separately.
  if (name === 'XML:com.adobe.xmp') return;
  if (type === 'tEXt') to.add(name, decodeMixed(data.subarray(end + 1)));
  else if (type === 'zTXt') to.add(name, decodeMixed(inflated(data.subarray(end + 2))));
  else {
    const isCompressed = data[end + 1] === 1;
    const language = data.indexOf(0, end + 3);
    const start = language < 0 ? -1 : data.indexOf(0, language + 1);
    if (start < 0) return;
    const text = data.subarray(start + 1);
    to.add(name, decodeMixed(isCompressed ? inflated(text) : text));
  }
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    return Buffer.alloc(0);
  }
}

const COMMENT = 0xfe;

function addJpeg(bytes: Buffer, to: MetadataText): void {
  for (const { marker, data } of jpegSegments(bytes)) {
    if (marker === SOS) return;
    if (marker === COMMENT) to.add('Comment', decodeMixed(data));
  }
}

/** Bounds time: the mark also occurs in pixels. */
const MAX_COMMENTS = 1000;
const GIF_COMMENT = Buffer.from([0x21, 0xfe]);

function addGif(bytes: Buffer, to: MetadataText): void {
  let found = bytes.indexOf(GIF_COMMENT);
  for (let comments = 0; found >= 0 && comments < MAX_COMMENTS; comments++) {
    const pieces: Buffer[] = [];
    let at = found + 2;
    for (let size = bytes[at] ?? 0; size > 0 && at < bytes.length; size = bytes[at] ?? 0) {
      pieces.push(bytes.subarray(at + 1, at + 1 + size));
      at += size + 1;
    }
    const text = decodeMixed(Buffer.concat(pieces));
    // The same two bytes also occur in pixels.
    if (!/\p{Cc}/u.test(text.replace(/[\t\r\n\0]/g, ''))) to.add('Comment', text);
    found = bytes.indexOf(GIF_COMMENT, Math.max(at, found + 2));
  }
}
