/**
 * Lotus 1-2-3 sheets (WK1, WK3, WK4) as tables: labels, numbers and the results of formulas, in row order. Own code
 * because SheetJS can crash the process on a truncated file. Cell formats are not applied.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { decodeCodePage } from '../bytes/code-pages.js';

/** These programs ran in a few megabytes. */
const MAX_BYTES = 64 << 20;
const WESTERN_DOS = 850;

export const lotus: Extractor = {
  async extract(_content, out, context) {
    const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
    const { sheets, isCut } = readSheets(bytes, context);
    for (const [number, cells] of sheets) writeSheet(number, cells, out);
    if (isCut) out.partial('truncated');
  },
};

type Placed = { readonly row: number; readonly column: number; readonly text: string };
type Found = Placed & { readonly sheet: number };

function readSheets(bytes: Buffer, context: ExtractContext) {
  const sheets = new Map<number, Placed[]>();
  const isLater = bytes.length > 5 && bytes[5] === 0x10;
  let at = 0;
  let isEnded = false;
  while (!isEnded && at + 4 <= bytes.length) {
    context.budget.check();
    const type = bytes.readUInt16LE(at);
    const size = bytes.readUInt16LE(at + 2);
    const body = bytes.subarray(at + 4, at + 4 + size);
    isEnded = type === 1;
    const cell = isLater ? laterCell(type, body) : firstCell(type, body);
    if (cell && cell.text !== '') {
      const cells = sheets.get(cell.sheet);
      if (cells) cells.push(cell);
      else sheets.set(cell.sheet, [cell]);
    }
    at += 4 + size;
  }
  return { sheets, isCut: !isEnded };
}

/** WK1: a format, column and row, then the value. */
function firstCell(type: number, body: Buffer): Found | undefined {
  if (body.length < 6) return undefined;
  const value = body.subarray(5);
  const text = firstValue(type, value);
  return text === undefined
    ? undefined
    : { sheet: 0, column: body.readUInt16LE(1), row: body.readUInt16LE(3), text };
}

function firstValue(type: number, value: Buffer): string | undefined {
  if (type === 0x0f) return label(value);
  if (type === 0x33) return textOf(value);
  if (type === 0x0d && value.length >= 2) return String(value.readInt16LE(0));
  return (type === 0x0e || type === 0x10) && value.length >= 8 ? shown(value.readDoubleLE(0)) : undefined;
}

/** WK3 and WK4: row, sheet and column, then the value. */
function laterCell(type: number, body: Buffer): Found | undefined {
  if (body.length < 5) return undefined;
  const text = laterValue(type, body.subarray(4));
  return text === undefined
    ? undefined
    : { row: body.readUInt16LE(0), sheet: body[2] as number, column: body[3] as number, text };
}

function laterValue(type: number, value: Buffer): string | undefined {
  if (type === 0x16) return label(value);
  if (type === 0x1a) return textOf(value);
  if ((type === 0x17 || type === 0x19) && value.length >= 10) return shown(extendedFloat(value));
  if (type === 0x18 && value.length >= 2) return shown(smallNumber(value.readInt16LE(0)));
  if (type === 0x25 && value.length >= 4) return shown(packedNumber(value.readUInt32LE(0)));
  return (type === 0x27 || type === 0x28) && value.length >= 8 ? shown(value.readDoubleLE(0)) : undefined;
}

/** The first character is the label's alignment. */
function label(value: Buffer): string {
  const text = textOf(value);
  return /^['"^\\|]/.test(text) ? text.slice(1) : text;
}

function textOf(value: Buffer): string {
  const end = value.indexOf(0);
  return decodeCodePage(end < 0 ? value : value.subarray(0, end), WESTERN_DOS);
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

/** 80 bits: a mantissa of 64, then sign and exponent. */
function extendedFloat(bytes: Buffer): number {
  const exponent = bytes.readUInt16LE(8);
  const mantissa = bytes.readUInt32LE(4) * 2 ** 32 + bytes.readUInt32LE(0);
  return (exponent & 0x8000 ? -1 : 1) * mantissa * 2 ** ((exponent & 0x7fff) - 16_383 - 63);
}

const SMALL_FACTORS = [5000, 500, 0.05, 0.005, 0.0005, 0.00005, 1 / 16, 1 / 64];

/** A whole number, or one of a few factors times it. */
function smallNumber(value: number): number {
  if ((value & 1) === 0) return value >> 1;
  return (value >> 4) * (SMALL_FACTORS[(value >> 1) & 7] as number);
}

/** A mantissa of 26 bits, sign, and a power of ten to multiply or divide by. */
function packedNumber(value: number): number {
  const power = 10 ** (value & 15);
  const mantissa = value >>> 6;
  const size = value & 0x10 ? mantissa / power : mantissa * power;
  return value & 0x20 ? -size : size;
}

function writeSheet(number: number, cells: readonly Placed[], out: PartWriter): void {
  const table = out.table({ sheet: String.fromCharCode(65 + (number % 26)) });
  const sorted = [...cells].sort((a, b) => a.row - b.row || a.column - b.column);
  for (let i = 0; i < sorted.length; ) {
    const { row } = sorted[i] as Placed;
    const from = i;
    while (i < sorted.length && sorted[i]?.row === row) i += 1;
    const line = sorted.slice(from, i).map(({ text, column }) => ({ text, column: column + 1 }));
    table.row(line, { row: row + 1 });
  }
  table.end();
}
