/**
 * Types with a conclusive signature at a fixed position. Input: the head of a content; output: a media type or
 * undefined. Skips signatures that are too short: those need a test on more bytes. Own table instead of libmagic,
 * which takes 50 times as long per file and 47 MB to load (docs/decisions/014).
 */

import { MEDIA } from '../bytes/media-types.js';
import {
  isAdts,
  isBzip2Block,
  isDiskImage,
  isMpegAudio,
  isOldCpio,
  isoMedia,
  isPe,
  isPrintable,
  isTar,
  skippableOwner,
} from './detect-checks.js';
import { unreadSignature } from './unread-data.js';

type Test = (head: Buffer) => boolean;
type Signature = { readonly type: string; readonly magic: Buffer; readonly test?: Test };

function at(type: string, magic: string | readonly number[], test?: Test): Signature {
  return { type, magic: typeof magic === 'string' ? Buffer.from(magic, 'latin1') : Buffer.from(magic), test };
}

/** The kind of substream (sheet, chart, macros) follows the version. */
const isSheetStart: Test = (head) =>
  head.length >= 8 && [0x10, 0x20, 0x40, 0x100].includes(head.readUInt16LE(6));
const fourCc = (head: Buffer, offset: number): string => head.toString('latin1', offset, offset + 4);

/** All at offset 0. The first match wins; longer ones precede their prefixes. */
const SIGNATURES: readonly Signature[] = [
  at(MEDIA.pdf, '%PDF-'),
  at(MEDIA.postscript, '%!PS'),
  at(MEDIA.eps, [0xc5, 0xd0, 0xd3, 0xc6]),
  at(MEDIA.rtf, '{\\rt'),
  at(MEDIA.ole, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
  // Excel 2, 3 and 4 have no container: the stream starts with a BOF record.
  at(MEDIA.xls, [0x09, 0x00, 0x04, 0x00], isSheetStart),
  at(MEDIA.xls, [0x09, 0x02, 0x06, 0x00], isSheetStart),
  at(MEDIA.xls, [0x09, 0x04, 0x06, 0x00], isSheetStart),
  at(
    MEDIA.lotus,
    [0x00, 0x00, 0x02, 0x00],
    (h) => h.length > 8 && h[5] !== undefined && h[5] >= 0x04 && h[5] <= 0x10 && h[7] === 0,
  ),
  at(MEDIA.lotus, [0x00, 0x00, 0x1a, 0x00], (h) => h.length > 8 && h[5] === 0x10),
  at(MEDIA.wordPerfect, [0xff, 0x57, 0x50, 0x43]),
  at(MEDIA.gzip, [0x1f, 0x8b, 0x08]),
  at(MEDIA.bzip2, 'BZh', (h) => h[3] !== undefined && h[3] >= 0x31 && h[3] <= 0x39 && isBzip2Block(h)),
  at(MEDIA.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  at(MEDIA.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
  at(MEDIA.lz4, [0x04, 0x22, 0x4d, 0x18]),
  at(MEDIA.lz4, [0x02, 0x21, 0x4c, 0x18]),
  at(MEDIA.sevenZip, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  at(MEDIA.rar, [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]),
  at(MEDIA.rar, [0x52, 0x45, 0x7e, 0x5e]),
  at(MEDIA.cab, 'MSCF\0\0\0\0'),
  at(MEDIA.lzip, 'LZIP', (h) => h[4] === 1 || h[4] === 0),
  at(MEDIA.lzop, [0x89, 0x4c, 0x5a, 0x4f, 0x00]),
  at(MEDIA.compress, [0x1f, 0x9d]),
  at(MEDIA.compress, [0x1f, 0xa0]),
  at(MEDIA.cpio, '07070', (h) => h[5] === 0x31 || h[5] === 0x32 || h[5] === 0x37),
  at(MEDIA.cpio, [0xc7, 0x71], (h) => isOldCpio(h, true)),
  at(MEDIA.cpio, [0x71, 0xc7], (h) => isOldCpio(h, false)),
  at(MEDIA.ar, '!<arch>\n'),
  at(MEDIA.arj, [0x60, 0xea], (h) => h.length > 10 && h.readUInt16LE(2) <= 2600 && (h[10] ?? 99) <= 2),
  at(MEDIA.rpm, [0xed, 0xab, 0xee, 0xdb]),
  at(MEDIA.wim, 'MSWIM\0\0\0'),
  at(MEDIA.chm, 'ITSF\x03\0'),
  at(MEDIA.xar, 'xar!'),
  at(MEDIA.squashfs, 'hsqs'),
  at(MEDIA.vmdk, 'KDMV'),
  at(MEDIA.qcow, [0x51, 0x46, 0x49, 0xfb]),
  at(MEDIA.vhd, 'conectix'),
  at(MEDIA.vhd, 'vhdxfile'),
  at(MEDIA.sqlite, 'SQLite format 3\0'),
  at(MEDIA.access, '\0\x01\0\0Standard '),
  at(MEDIA.access, '\0\x01\0\0Jet '),
  at(MEDIA.pst, '!BDN'),
  at(MEDIA.appleDouble, [0x00, 0x05, 0x16, 0x07]),
  at(MEDIA.tnef, [0x78, 0x9f, 0x3e, 0x22]),
  at(MEDIA.elf, '\x7fELF'),
  at(MEDIA.pe, 'MZ', isPe),
  at(MEDIA.macho, [0xcf, 0xfa, 0xed, 0xfe]),
  at(MEDIA.macho, [0xce, 0xfa, 0xed, 0xfe]),
  at(MEDIA.javaClass, [0xca, 0xfe, 0xba, 0xbe]),
  at(MEDIA.wasm, '\0asm'),
  at(MEDIA.djvu, 'AT&TFORM'),
  at(MEDIA.jpeg, [0xff, 0xd8, 0xff]),
  at(MEDIA.png, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  at(MEDIA.gif, 'GIF8'),
  at(
    MEDIA.bmp,
    'BM',
    (h) =>
      h.length >= 26 &&
      h.readUInt32LE(6) === 0 &&
      [12, 40, 52, 56, 64, 108, 124].includes(h.readUInt32LE(14)),
  ),
  at(MEDIA.tiff, [0x49, 0x49, 0x2a, 0x00]),
  at(MEDIA.tiff, [0x4d, 0x4d, 0x00, 0x2a]),
  at(MEDIA.tiff, [0x49, 0x49, 0x2b, 0x00]),
  at(MEDIA.tiff, [0x4d, 0x4d, 0x00, 0x2b]),
  at(MEDIA.webp, 'RIFF', (h) => fourCc(h, 8) === 'WEBP'),
  at(MEDIA.wav, 'RIFF', (h) => fourCc(h, 8) === 'WAVE'),
  at(MEDIA.avi, 'RIFF', (h) => fourCc(h, 8) === 'AVI '),
  at(MEDIA.wav, 'RF64'),
  at(MEDIA.wav, 'RIFX', (h) => fourCc(h, 8) === 'WAVE'),
  at(MEDIA.psd, '8BPS'),
  at(MEDIA.jp2, [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]),
  at(MEDIA.jp2, [0xff, 0x4f, 0xff, 0x51]),
  at(MEDIA.jxl, [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20]),
  at(MEDIA.jxl, [0xff, 0x0a], (h) => !isPrintable(h.subarray(2, 10))),
  at(MEDIA.ico, [0, 0, 1, 0], (h) => h.length >= 22 && (h[4] ?? 0) > 0 && h[5] === 0 && h[9] === 0),
  at(MEDIA.emf, [1, 0, 0, 0], (h) => fourCc(h, 40) === ' EMF'),
  at(MEDIA.wmf, [0xd7, 0xcd, 0xc6, 0x9a]),
  at(MEDIA.wmf, [1, 0, 9, 0, 0, 3]),
  at(MEDIA.mp3, 'ID3', (h) => (h[3] ?? 99) < 10),
  at(MEDIA.ogg, 'OggS'),
  at(MEDIA.flac, 'fLaC'),
  at(MEDIA.aiff, 'FORM', (h) => fourCc(h, 8).startsWith('AIF')),
  at(MEDIA.midi, 'MThd\0\0\0\x06'),
  at(MEDIA.amr, '#!AMR'),
  at(MEDIA.matroska, [0x1a, 0x45, 0xdf, 0xa3], (h) => !h.subarray(0, 64).includes('webm')),
  at(MEDIA.webm, [0x1a, 0x45, 0xdf, 0xa3]),
  at(MEDIA.asf, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]),
  at(MEDIA.flv, 'FLV\x01'),
  at(MEDIA.mpeg, [0, 0, 1, 0xba]),
  at(MEDIA.mpeg, [0, 0, 1, 0xb3]),
  at(MEDIA.aac, [0xff, 0xf1], isAdts),
  at(MEDIA.aac, [0xff, 0xf9], isAdts),
  at(MEDIA.mp3, [0xff], isMpegAudio),
];

const BY_FIRST_BYTE: readonly (readonly Signature[])[] = Array.from({ length: 256 }, (_, byte) =>
  SIGNATURES.filter((s) => s.magic[0] === byte),
);

/** Skippable frames can precede the first frame of zstd and lz4. */
const SKIPPABLE_MASK = 0x184d2a50;

export function detectSignature(head: Buffer): string | undefined {
  for (const signature of BY_FIRST_BYTE[head[0] ?? 0] ?? []) {
    const { magic, test } = signature;
    if (head.length < magic.length || magic.compare(head, 0, magic.length) !== 0) continue;
    if (!test || test(head)) return signature.type;
  }
  return unreadSignature(head) ?? detectOffset(head);
}

function detectOffset(head: Buffer): string | undefined {
  if (head.length >= 8 && (head.readUInt32LE(0) & ~0xf) === SKIPPABLE_MASK) return skippableOwner(head);
  if (head.length >= 12 && fourCc(head, 4) === 'ftyp') return isoMedia(fourCc(head, 8));
  if (head.length >= 8 && ['moov', 'mdat', 'wide', 'free', 'skip'].includes(fourCc(head, 4)) && head[0] === 0)
    return MEDIA.quicktime;
  if (isTar(head)) return MEDIA.tar;
  if (head.length >= 21 && head[2] === 0x2d && /^-l[hz][0-9ds]-$/.test(head.toString('latin1', 2, 7)))
    return MEDIA.lzh;
  if (head.length > 32774 && /^(CD001|BEA01)/.test(head.toString('latin1', 32769, 32774))) return MEDIA.iso;
  if (isDiskImage(head)) return MEDIA.diskImage;
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47 && head[564] === 0x47) return MEDIA.mpegTs;
  return undefined;
}
