/**
 * Distinguishes text from binary by a sample of the head, and returns that sample as a string for format detection.
 * Recognises UTF-16 and UTF-32 by their BOM or the positions of their NULs; single-byte text by its small share of
 * control characters. The text extractor determines the charset.
 */
import { isUtf8 } from 'node:buffer';

const SAMPLE = 4096;
/** Random bytes hold 11 % control characters and 50 % high bytes; NUL-separated lists hold 2 to 5 %. */
const MAX_CONTROL_SHARE = 0.06;
const MAX_CONTROL_SHARE_OF_HIGH = 0.005;
const HIGH_SHARE = 0.3;
/** Shares of NULs at one position of four in mostly Latin text: none, UTF-16, UTF-32. */
const NO_NULS = 0.1;
const UTF16_NULS = 0.4;
const UTF32_NULS = 0.9;
/** One bad code unit in this many is allowed in wide text. */
const CODE_UNITS_PER_BAD_ONE = 20;

/** The sample as a string (single bytes read as Latin-1), or undefined for binary. */
export function textSample(head: Buffer): string | undefined {
  const bom = bomSample(head);
  if (bom !== undefined) return bom;
  const start = skipNuls(head);
  if (start === head.length) return undefined;
  const sample = head.subarray(start, start + SAMPLE);
  const counts = countBytes(sample);
  if (counts.nul * 5 > sample.length) return wideSample(head.subarray(0, SAMPLE));
  return isSingleByteText(sample, counts) ? sample.toString('latin1') : undefined;
}

function bomSample(head: Buffer): string | undefined {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return head.subarray(3, SAMPLE).toString('latin1');
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return utf32(head.subarray(4, SAMPLE), true);
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return utf32(head.subarray(4, SAMPLE), false);
  if (a === 0xff && b === 0xfe) return plausible(head.toString('utf16le', 2, SAMPLE));
  if (a === 0xfe && b === 0xff) return plausible(swapped(head.subarray(2, SAMPLE)).toString('utf16le'));
  return undefined;
}

/** Logs that are truncated while a program writes them start with a hole: a long run of NULs before the text. */
function skipNuls(head: Buffer): number {
  if (head[0] !== 0 || head[8] !== 0) return 0;
  let at = 0;
  while (at < head.length && head[at] === 0) at++;
  return at >= 512 ? at : 0;
}

/** Escape, shift out and shift in: ISO 2022 switches character sets with them. */
function isShift(byte: number): boolean {
  return byte === 0x1b || byte === 0x0e || byte === 0x0f;
}

type Counts = { nul: number; control: number; high: number };

function countBytes(sample: Buffer): Counts {
  let nul = 0;
  let control = 0;
  let high = 0;
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i] as number;
    if (byte >= 0x80) high++;
    else if (byte < 0x20 || byte === 0x7f) {
      if (byte === 0) nul++;
      else if ((byte < 7 || byte > 13) && !isShift(byte)) control++;
    }
  }
  return { nul, control, high };
}

function isSingleByteText(sample: Buffer, { nul, control, high }: Counts): boolean {
  const share = (nul + control) / sample.length;
  if (high === 0) return share <= MAX_CONTROL_SHARE;
  if (isUtf8(trimmed(sample))) return share <= MAX_CONTROL_SHARE;
  return share <= (high > HIGH_SHARE * sample.length ? MAX_CONTROL_SHARE_OF_HIGH : MAX_CONTROL_SHARE / 3);
}

/** Drops the last character, which the end of the sample may cut. */
function trimmed(sample: Buffer): Buffer {
  let end = sample.length;
  while (end > sample.length - 4 && end > 0 && ((sample[end - 1] as number) & 0xc0) === 0x80) end--;
  return end > 0 && (sample[end - 1] as number) >= 0xc0 ? sample.subarray(0, end - 1) : sample;
}

/** UTF-16 or UTF-32 without a BOM: in mostly Latin text the NULs are at fixed positions. */
function wideSample(sample: Buffer): string | undefined {
  const nuls = [0, 0, 0, 0];
  const length = sample.length & ~3;
  for (let i = 0; i < length; i++) if (sample[i] === 0) nuls[i & 3] = (nuls[i & 3] as number) + 1;
  const quarter = length / 4;
  const [n0, n1, n2, n3] = nuls.map((n) => n / Math.max(1, quarter)) as [number, number, number, number];
  if (Math.min(n1, n2, n3) > UTF32_NULS && n0 < NO_NULS) return utf32(sample, true);
  if (Math.min(n0, n1, n2) > UTF32_NULS && n3 < NO_NULS) return utf32(sample, false);
  if (Math.min(n1, n3) > UTF16_NULS && Math.max(n0, n2) < NO_NULS)
    return plausible(sample.toString('utf16le'));
  if (Math.min(n0, n2) > UTF16_NULS && Math.max(n1, n3) < NO_NULS)
    return plausible(swapped(sample).toString('utf16le'));
  // Fewer than four bytes, or an odd length: two bytes suffice to see the pattern.
  if (length === 0 && sample.length >= 2) return plausible(sample.toString('utf16le'));
  return undefined;
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}

function utf32(bytes: Buffer, littleEndian: boolean): string | undefined {
  let out = '';
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const cp = littleEndian ? bytes.readUInt32LE(i) : bytes.readUInt32BE(i);
    if (cp > 0x10ffff) return undefined;
    out += String.fromCodePoint(cp);
  }
  return plausible(out);
}

/** Rejects wide text with more than a few control characters or unassigned code units. */
function plausible(text: string): string | undefined {
  let bad = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit < 0x20 && (unit < 7 || unit > 13)) || unit === 0xfffd || unit >= 0xfffe) bad++;
    else if (unit >= 0xe000 && unit < 0xf900) bad++;
  }
  return bad * CODE_UNITS_PER_BAD_ONE <= text.length ? text : undefined;
}
