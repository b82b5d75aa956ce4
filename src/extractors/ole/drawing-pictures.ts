/**
 * Finds the JPEG and PNG pictures that Office 97 stores in its drawing records (Pictures, Data streams) by the record
 * header before each. Skips metafiles and bitmaps.
 */
export type Picture = { readonly extension: string; readonly bytes: Buffer };

const MAGIC: readonly (readonly [string, Buffer])[] = [
  ['jpg', Buffer.from([0xff, 0xd8, 0xff])],
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
];
/** Record header, then one or two 16-byte digests and a tag byte, then the picture. */
const HEADER_DISTANCES = [8 + 16 + 1, 8 + 32 + 1];
const PICTURE_RECORDS = new Set([0xf01d, 0xf01e, 0xf02a]);

export function* pictures(bytes: Buffer): Generator<Picture> {
  for (const [extension, magic] of MAGIC) {
    for (let at = bytes.indexOf(magic); at >= 0; ) {
      const end = pictureEnd(bytes, at);
      if (end > at) yield { extension, bytes: bytes.subarray(at, end) };
      at = bytes.indexOf(magic, Math.max(end, at + 1));
    }
  }
}

/** The end of the record around a picture, or 0 without one. */
function pictureEnd(bytes: Buffer, at: number): number {
  for (const distance of HEADER_DISTANCES) {
    const header = at - distance;
    if (header < 0 || !PICTURE_RECORDS.has(bytes.readUInt16LE(header + 2))) continue;
    return Math.min(bytes.length, header + 8 + bytes.readUInt32LE(header + 4));
  }
  return 0;
}
