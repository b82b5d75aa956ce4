/**
 * The text in a BIFF stream's records that SheetJS omits: headers and footers, cached cells of other workbooks, pivot
 * cache items. Input: the Workbook stream or a pivot cache stream; output: strings by kind. Reads BIFF5 and BIFF8;
 * broken records end the walk.
 */
import { decodeMixed } from '../bytes/utf8.js';

export type RecordTexts = Readonly<Record<'header-footer' | 'external-link' | 'pivot-cache', string[]>>;

const HEADER = 0x14;
const FOOTER = 0x15;
const CACHED_ROW = 0x5a;
const SUPPORT_BOOK = 0x1ae;
const PIVOT_STRING = 0xcd;
const PIVOT_FIELD = 0xc7;
const BEGIN = 0x809;
const BIFF8 = 0x600;
const MAX_TEXTS = 1_000_000;

export function recordTexts(stream: Uint8Array): RecordTexts {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  const found = { 'header-footer': [], 'external-link': [], 'pivot-cache': [] } as {
    [kind in keyof RecordTexts]: string[];
  };
  // Pivot streams have no BOF record; only BIFF8 workbooks have such streams with wide strings.
  let isWide = true;
  let count = 0;
  for (let at = 0; at + 4 <= bytes.length && count < MAX_TEXTS; ) {
    const type = bytes.readUInt16LE(at);
    const body = bytes.subarray(at + 4, at + 4 + bytes.readUInt16LE(at + 2));
    at += 4 + body.length;
    if (type === BEGIN && body.length >= 2) isWide = body.readUInt16LE(0) >= BIFF8;
    const texts = textsOf(type, body, isWide);
    const kind = KINDS[type];
    if (kind) found[kind].push(...texts.filter((text) => text !== ''));
    count += texts.length;
  }
  return found;
}

const KINDS: Readonly<Record<number, keyof RecordTexts>> = {
  [HEADER]: 'header-footer',
  [FOOTER]: 'header-footer',
  [CACHED_ROW]: 'external-link',
  [SUPPORT_BOOK]: 'external-link',
  [PIVOT_STRING]: 'pivot-cache',
  [PIVOT_FIELD]: 'pivot-cache',
};

function textsOf(type: number, body: Buffer, isWide: boolean): string[] {
  if (type === HEADER || type === FOOTER || type === PIVOT_STRING) return [stringAt(body, 0, isWide).text];
  if (type === PIVOT_FIELD) return body.length > 14 ? [stringAt(body, 14, isWide).text] : [];
  if (type === SUPPORT_BOOK) return supportBook(body, isWide);
  return type === CACHED_ROW ? cachedRow(body, isWide) : [];
}

/** A string after its length: 16 bits and an option byte in BIFF8, one byte before. */
function stringAt(body: Buffer, at: number, isWide: boolean): { text: string; end: number } {
  if (!isWide) {
    const length = body[at] ?? 0;
    return { text: decodeMixed(body.subarray(at + 1, at + 1 + length)), end: at + 1 + length };
  }
  if (at + 3 > body.length) return { text: '', end: body.length };
  const length = body.readUInt16LE(at);
  const isUtf16 = ((body[at + 2] as number) & 1) !== 0;
  const end = at + 3 + length * (isUtf16 ? 2 : 1);
  return { text: body.toString(isUtf16 ? 'utf16le' : 'latin1', at + 3, end), end };
}

/** The path of another workbook and its sheets' names. */
function supportBook(body: Buffer, isWide: boolean): string[] {
  const count = body.length > 4 ? body.readUInt16LE(0) : 0;
  const out: string[] = [];
  let at = 2;
  for (let i = 0; i <= count && at < body.length; i++) {
    const { text, end } = stringAt(body, at, isWide);
    // Control characters represent parts of the path (MS-XLS, VirtualPath).
    out.push([...text].map((ch) => (ch < ' ' ? '/' : ch)).join(''));
    at = end;
  }
  return out;
}

/** A run of cached cells: last column, first column, row, then typed values. */
function cachedRow(body: Buffer, isWide: boolean): string[] {
  const out: string[] = [];
  for (let at = 4; at < body.length; ) {
    const type = body[at];
    if (type === 2) {
      const { text, end } = stringAt(body, at + 1, isWide);
      out.push(text);
      at = end;
    } else {
      if (type === 1 && at + 9 <= body.length) out.push(String(body.readDoubleLE(at + 1)));
      at += 9;
    }
  }
  return out;
}
