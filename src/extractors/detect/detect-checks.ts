/** Tests on more bytes than a magic, for formats whose magic is short or missing. */
import { MEDIA } from '../bytes/media-types.js';

/** A boot sector of NTFS, FAT or a partition table; the superblock of ext. */
export function isDiskImage(head: Buffer): boolean {
  if (head.length < 2048) return false;
  if (head.readUInt16LE(510) === 0xaa55) {
    const names = [
      head.toString('latin1', 3, 11),
      head.toString('latin1', 54, 58),
      head.toString('latin1', 82, 87),
    ];
    if (
      names[0] === 'NTFS    ' ||
      names[0] === 'EXFAT   ' ||
      /^FAT1/.test(names[1] as string) ||
      names[2] === 'FAT32'
    )
      return true;
    if (head.toString('latin1', 512, 520) === 'EFI PART') return true;
    // Partition entries: a status with one of two values, and a first sector.
    return [446, 462, 478, 494].some(
      (at) => ((head[at] as number) & 0x7f) === 0 && head[at + 4] !== 0 && head.readUInt32LE(at + 8) > 0,
    );
  }
  return (
    head.readUInt16LE(1080) === 0xef53 &&
    head.readUInt32LE(1024) > 0 &&
    head.subarray(0, 512).every((byte) => byte === 0)
  );
}

export function skippableOwner(head: Buffer): string {
  const next = 8 + head.readUInt32LE(4);
  const isLz4 = next + 4 <= head.length && (head.readUInt32LE(next) & 0xffff00ff) >>> 0 === 0x184d0004;
  return isLz4 || (next + 4 <= head.length && head.readUInt32LE(next) === 0x184d2204)
    ? MEDIA.lz4
    : MEDIA.zstd;
}

export function isoMedia(brand: string): string {
  if (/^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)/.test(brand)) return MEDIA.heic;
  if (/^(avif|avis)/.test(brand)) return MEDIA.avif;
  if (/^(M4A|M4B|M4P|F4A)/.test(brand)) return MEDIA.m4a;
  return brand === 'qt  ' ? MEDIA.quicktime : MEDIA.mp4;
}

/** ustar by its magic; older tars by the header checksum alone, which random bytes do not match. */
export function isTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  const stored = Number.parseInt(
    head
      .toString('latin1', 148, 156)
      .replace(/[\0 ]+$/, '')
      .trim(),
    8,
  );
  if (!Number.isInteger(stored) || stored === 0 || head[0] === 0) return false;
  let sum = 8 * 32;
  let signed = sum;
  for (let i = 0; i < 512; i++) {
    if (i >= 148 && i < 156) continue;
    const byte = head[i] as number;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return sum === stored || signed === stored;
}

export function isBzip2Block(head: Buffer): boolean {
  const magic = head.subarray(4, 10).toString('hex');
  return '314159265359'.startsWith(magic) || magic === '177245385090';
}

export function isOldCpio(head: Buffer, littleEndian: boolean): boolean {
  if (head.length < 26) return false;
  const nameLength = littleEndian ? head.readUInt16LE(20) : head.readUInt16BE(20);
  return (
    nameLength > 1 && nameLength < 4096 && (head.length < 26 + nameLength || head[25 + nameLength] === 0)
  );
}

export function isPe(head: Buffer): boolean {
  if (head.length < 64) return false;
  const offset = head.readUInt32LE(60);
  if (offset + 4 <= head.length)
    return head.toString('latin1', offset, offset + 2) === 'PE' || !isPrintable(head.subarray(0, 64));
  return !isPrintable(head.subarray(0, 64));
}

export function isAdts(head: Buffer): boolean {
  if (head.length < 7) return false;
  const length = (((head[3] as number) & 3) << 11) | ((head[4] as number) << 3) | ((head[5] as number) >> 5);
  return (
    length > 7 &&
    (head.length < length + 2 || (head[length] === 0xff && ((head[length + 1] as number) & 0xf6) === 0xf0))
  );
}

const BITRATES_V1_L3 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/** An MPEG-1 layer III frame followed by another one: eleven set bits alone prove nothing. */
export function isMpegAudio(head: Buffer): boolean {
  if (head.length < 4 || ((head[1] as number) & 0xfe) !== 0xfa) return false;
  const bitrate = BITRATES_V1_L3[(head[2] as number) >> 4];
  const rate = [44100, 48000, 32000][((head[2] as number) >> 2) & 3];
  if (!bitrate || !rate) return false;
  const next = Math.floor((144_000 * bitrate) / rate) + (((head[2] as number) >> 1) & 1);
  return next + 1 < head.length && head[next] === 0xff && ((head[next + 1] as number) & 0xe0) === 0xe0;
}

export function isPrintable(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
}
