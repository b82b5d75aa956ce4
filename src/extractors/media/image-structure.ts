/**
 * The structure of picture files: chunks of PNG, segments of JPEG, and where a picture ends in its file. Input: the
 * file's bytes, as far as read. Stops at broken structure. Sources: ITU-T T.81, W3C PNG, GIF89a, RIFF.
 */

type ImageKind = 'png' | 'jpeg' | 'gif' | 'riff';

/** The first bytes tell; undefined for other formats, and for less than eight bytes. */
export function imageKind(bytes: Buffer): ImageKind | undefined {
  if (bytes.length < 8) return undefined;
  if (bytes.readUInt32BE(0) === 0x89504e47) return 'png';
  if (bytes.readUInt16BE(0) === 0xffd8) return 'jpeg';
  const start = bytes.toString('latin1', 0, 4);
  if (start === 'GIF8') return 'gif';
  return start === 'RIFF' ? 'riff' : undefined;
}

/** The offset behind the last byte of a picture; undefined if it is cut, or if its end is not known. */
export function imageEnd(bytes: Buffer): number | undefined {
  switch (imageKind(bytes)) {
    case 'png':
      return pngEnd(bytes);
    case 'jpeg':
      return jpegEnd(bytes);
    case 'gif':
      return gifEnd(bytes);
    case 'riff':
      return within(bytes, bytes.readUInt32LE(4) + 8);
    default:
      return undefined;
  }
}

function within(bytes: Buffer, end: number): number | undefined {
  return end <= bytes.length ? end : undefined;
}

export type PngChunk = { readonly type: string; readonly data: Buffer; readonly end: number };

/** `end` is behind the checksum, and behind the file where the chunk is cut. */
export function* pngChunks(bytes: Buffer): Generator<PngChunk> {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + length + 12;
    const data = bytes.subarray(at + 8, at + 8 + length);
    yield { type: bytes.toString('latin1', at + 4, at + 8), data, end };
    at = end;
  }
}

function pngEnd(bytes: Buffer): number | undefined {
  for (const { type, end } of pngChunks(bytes)) if (type === 'IEND') return within(bytes, end);
  return undefined;
}

/** Start of scan: coded pixels follow the segment. */
export const SOS = 0xda;
const EOI = 0xd9;

export type JpegSegment = { readonly marker: number; readonly data: Buffer; readonly end: number };

/** `data` is empty, and `end` behind the marker, for markers without a length. Coded pixels are skipped. */
export function* jpegSegments(bytes: Buffer): Generator<JpegSegment> {
  for (let at = 2; at + 2 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker !== EOI && !isAlone(marker) && at + 4 > bytes.length) return;
    const length = marker === EOI || isAlone(marker) ? 0 : Math.max(2, bytes.readUInt16BE(at + 2));
    const end = at + 2 + length;
    yield { marker, data: bytes.subarray(Math.min(at + 4, end), end), end };
    if (marker === EOI) return;
    at = marker === SOS ? markerFrom(bytes, end) : end;
  }
}

function jpegEnd(bytes: Buffer): number | undefined {
  for (const { marker, end } of jpegSegments(bytes)) if (marker === EOI) return end;
  return undefined;
}

/** Markers without a length: TEM, RST0 to RST7, SOI. */
function isAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** The next marker behind coded pixels, in which 0xFF is followed by zero or a restart. */
function markerFrom(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

const GIF_IMAGE = 0x2c;
const GIF_EXTENSION = 0x21;
const GIF_TRAILER = 0x3b;

function gifEnd(bytes: Buffer): number | undefined {
  for (let at = 13 + colours(bytes[10] as number); at < bytes.length; ) {
    const block = bytes[at];
    if (block === GIF_TRAILER) return at + 1;
    if (block === GIF_EXTENSION) at = subBlocksEnd(bytes, at + 2);
    else if (block === GIF_IMAGE) at = subBlocksEnd(bytes, at + 11 + colours(bytes[at + 9] ?? 0));
    else return undefined;
  }
  return undefined;
}

/** Bytes of the table of colours that the flags announce. */
function colours(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}

function subBlocksEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] as number) + 1;
  return at + 1;
}
