/**
 * The relevant formatting of a Word binary document: which characters are deleted (tracked) or hidden, and which
 * paragraphs are in a table or end a row. Ranges are in byte offsets of the main stream.
 */
export type Range = { readonly start: number; readonly end: number; readonly flags: number };

export const DELETED = 1;
export const HIDDEN = 2;
export const IN_TABLE = 4;
export const ROW_END = 8;

const PAGE_BYTES = 512;
/** Lengths of sprm operands by the top three bits of the sprm; 0: the next byte gives it. */
const OPERAND_BYTES = [1, 1, 2, 4, 2, 2, 0, 3] as const;
const CHARACTER_SPRMS: Record<number, number> = { 2048: DELETED, 2108: HIDDEN };
const PARAGRAPH_SPRMS: Record<number, number> = { 9238: IN_TABLE, 9239: ROW_END };

/** `plcf` is the bin table: offsets, then page numbers of 512-byte pages in `main`. */
export function formatRanges(main: Buffer, plcf: Buffer, kind: 'character' | 'paragraph'): Range[] {
  const ranges: Range[] = [];
  const count = Math.floor((plcf.length - 4) / 8);
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) {
    const page = plcf.readUInt32LE(4 * (count + 1) + 4 * i) & 0x3fffff;
    if (seen.has(page)) continue;
    seen.add(page);
    const at = page * PAGE_BYTES;
    if (at + PAGE_BYTES <= main.length) readPage(main.subarray(at, at + PAGE_BYTES), kind, ranges);
  }
  return ranges.sort((a, b) => a.start - b.start);
}

function readPage(page: Buffer, kind: 'character' | 'paragraph', ranges: Range[]): void {
  const runs = page[PAGE_BYTES - 1] as number;
  const stride = kind === 'character' ? 1 : 13;
  const tableAt = 4 * (runs + 1);
  if (tableAt + runs * stride > PAGE_BYTES - 1) return;
  for (let i = 0; i < runs; i++) {
    const offset = 2 * (page[tableAt + i * stride] as number);
    if (offset === 0) continue;
    const flags = kind === 'character' ? characterFlags(page, offset) : paragraphFlags(page, offset);
    if (flags !== 0)
      ranges.push({ start: page.readUInt32LE(4 * i), end: page.readUInt32LE(4 * i + 4), flags });
  }
}

function characterFlags(page: Buffer, offset: number): number {
  const length = page[offset] as number;
  return sprmFlags(page.subarray(offset + 1, offset + 1 + length), CHARACTER_SPRMS);
}

/** A length in words, minus a byte; if it is 0, the next byte has it in whole words. A style id comes first. */
function paragraphFlags(page: Buffer, offset: number): number {
  const words = page[offset] as number;
  const start = words === 0 ? offset + 2 : offset + 1;
  const length = words === 0 ? 2 * (page[offset + 1] ?? 0) : 2 * words - 1;
  return sprmFlags(page.subarray(start + 2, start + length), PARAGRAPH_SPRMS);
}

function sprmFlags(sprms: Buffer, wanted: Record<number, number>): number {
  let flags = 0;
  for (let at = 0; at + 2 < sprms.length; ) {
    const sprm = sprms.readUInt16LE(at);
    const flag = wanted[sprm];
    // 1 is on; 0x80 and 0x81 mean equal or opposite to the style.
    if (flag !== undefined && (sprms[at + 2] === 1 || sprms[at + 2] === 0x81)) flags |= flag;
    at += 2 + operandBytes(sprms, at, sprm);
  }
  return flags;
}

function operandBytes(sprms: Buffer, at: number, sprm: number): number {
  const fixed = OPERAND_BYTES[(sprm >> 13) & 7] as number;
  if (fixed !== 0) return fixed;
  // A table's definition has a length of two bytes.
  if (sprm === 0xd608 || sprm === 0xd606)
    return at + 4 <= sprms.length ? sprms.readUInt16LE(at + 2) + 1 : 512;
  return 1 + (sprms[at + 2] as number);
}
