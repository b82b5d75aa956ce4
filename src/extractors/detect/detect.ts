/**
 * Detects the media type of a content from its head and hints: content first, name second. Own signatures and text
 * tests decide nearly always, in microseconds; only unknown binaries go to libmagic. Never throws.
 */

import type { DetectHints } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';
import { detectWithMagic } from './detect-magic.js';
import { detectOle } from './detect-ole.js';
import { detectSecured } from './detect-secured.js';
import { detectSignature } from './detect-signatures.js';
import { textSample } from './detect-text.js';
import { detectTextual } from './detect-textual.js';
import { detectZip, isLocalHeader } from './detect-zip.js';
import { EBCDIC, isEbcdic, unreadWeak } from './unread-data.js';

/** The media type of the content that starts with `head` (up to 64 KiB). */
export async function detectType(head: Buffer, hints: DetectHints): Promise<string> {
  try {
    return detectKnown(head, hints) ?? (await detectWithMagic(head));
  } catch {
    return MEDIA.unknown;
  }
}

function detectKnown(head: Buffer, hints: DetectHints): string | undefined {
  if (head.length === 0) return MEDIA.empty;
  if (isZip(head)) return detectZip(head);
  const signature = detectSignature(head);
  if (signature) return signature === MEDIA.ole ? detectOle(head) : signature;
  if (isEbcdic(head)) return EBCDIC;
  const text = textSample(head);
  const extension = /\.([^./\\]{1,12})$/.exec(hints.name)?.[1]?.toLowerCase() ?? '';
  if (text !== undefined) {
    if (isShiftedPdf(head, extension)) return MEDIA.pdf;
    return detectTextual(text, { extension, declared: plainType(hints.declaredType) });
  }
  return detectWeak(head, extension);
}

function plainType(declared: string | undefined): string {
  return declared?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function isZip(head: Buffer): boolean {
  if (head.length < 22 || head[0] !== 0x50 || head[1] !== 0x4b) return false;
  const signature = head.readUInt32LE(0);
  if (signature === 0x04034b50) return true;
  // An empty archive; a spanning marker; a central directory whose members were cut off.
  return signature === 0x06054b50 || signature === 0x08074b50 || signature === 0x30304b50;
}

/** Readers accept a PDF header within the first 1,024 bytes; text that quotes one is no PDF. */
function isShiftedPdf(head: Buffer, extension: string): boolean {
  const at = head.subarray(0, 1024).indexOf('%PDF-');
  return at >= 0 && (extension === 'pdf' || /^\s*$/.test(head.toString('latin1', 0, at)));
}

/** Binary without a signature at the start: short magics, leading junk, and names. */
function detectWeak(head: Buffer, extension: string): string | undefined {
  if (head.subarray(0, 1024).indexOf('%PDF-') >= 0) return MEDIA.pdf;
  const sealed = detectSecured(head);
  if (sealed) return sealed;
  if (isDbf(head, extension)) return MEDIA.dbf;
  if (isLzmaAlone(head, extension)) return MEDIA.lzma;
  for (let at = head.indexOf('PK\x03\x04'); at >= 0; at = head.indexOf('PK\x03\x04', at + 4)) {
    if (isLocalHeader(head, at)) return detectZip(head);
  }
  return unreadWeak(head, extension);
}

/** dBASE and FoxPro: version, a date, a header length that ends with 0x0D after whole field records. */
function isDbf(head: Buffer, extension: string): boolean {
  if (head.length < 33) return false;
  const version = head[0] as number;
  if (
    ![
      0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8c, 0x8e, 0xcb, 0xf5, 0xfb,
    ].includes(version)
  )
    return false;
  const month = head[2] as number;
  const day = head[3] as number;
  if (month > 12 || day > 31) return false;
  const headerLength = head.readUInt16LE(8);
  const recordLength = head.readUInt16LE(10);
  if (headerLength < 33 || recordLength === 0) return extension === 'dbf' && version === 2;
  const hasField = /^[A-Za-z_][\w ]{0,10}$/.test(head.toString('latin1', 32, 43).replace(/\0[\s\S]*$/, ''));
  return hasField && /^[A-Z@+]$/i.test(String.fromCharCode(head[43] ?? 0));
}

/** LZMA alone has no magic: properties, a power-of-two dictionary, and a plausible or unknown size. */
function isLzmaAlone(head: Buffer, extension: string): boolean {
  if (head.length < 14 || head[0] !== 0x5d || head[13] !== 0) return false;
  const dictionary = head.readUInt32LE(1);
  const high = head.readUInt32LE(9);
  const isPower = dictionary >= 4096 && (dictionary & (dictionary - 1)) === 0;
  return (isPower && (high === 0xffffffff || high < 0x100)) || extension === 'lzma';
}
