/**
 * Where a picture ends in its file. Input: the whole file. Output: the offset behind its last byte, undefined where
 * the picture is cut or of a format whose end is not known. Sources: ITU-T T.81, W3C PNG, GIF89a, RIFF.
 */

export function imageEnd(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes.readUInt32BE(0) === 0x89504e47) return pngEnd(bytes);
  if (bytes.readUInt16BE(0) === 0xffd8) return jpegEnd(bytes);
  if (bytes.toString('latin1', 0, 4) === 'GIF8') return gifEnd(bytes);
  if (bytes.toString('latin1', 0, 4) === 'RIFF') return within(bytes, bytes.readUInt32LE(4) + 8);
  return undefined;
}

function within(bytes: Buffer, end: number): number | undefined {
  return end <= bytes.length ? end : undefined;
}

function pngEnd(bytes: Buffer): number | undefined {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const next = at + bytes.readUInt32BE(at) + 12;
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return within(bytes, next);
    at = next;
  }
  return undefined;
}

const SOS = 0xda;
const EOI = 0xd9;

function jpegEnd(bytes: Buffer): number | undefined {
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) at += 1;
    else if (marker === EOI) return at + 2;
    else if (isAlone(marker)) at += 2;
    else {
      if (at + 4 > bytes.length) return undefined;
      at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
      if (marker === SOS) at = markerFrom(bytes, at);
    }
  }
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
