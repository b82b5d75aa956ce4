/**
 * Decodes one bzip2 block: Huffman codes, move-to-front, inverse Burrows-Wheeler, run lengths. Input: bits after the
 * block's magic; output: pieces of bytes. Throws `corrupt`, also for a wrong checksum, or `truncated`.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { BitInput } from './bit-input.js';
import { HuffmanTable } from './bzip2-huffman.js';

const GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;
const OUTPUT = 256 * 1024;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

const corrupt = () => new LeaksiftError('corrupt', 'bzip2 block is damaged');

/** `work` holds the block during decoding: as many entries as the stream's block size. */
export function* decodeBlock(input: BitInput, work: Uint32Array): Generator<Buffer> {
  const crc = (input.read(16) << 16) | input.read(16);
  if (input.read(1) !== 0) throw new LeaksiftError('unsupported-method', 'randomised bzip2 block');
  const origin = input.read(24);
  const symbols = usedBytes(input);
  const length = readSymbols(input, symbols, work);
  if (origin >= length) throw corrupt();
  yield* unsort(work, { length, origin, crc });
}

function usedBytes(input: BitInput): Uint8Array {
  const groups = input.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const bits = input.read(16);
    for (let bit = 0; bit < 16; bit++) if (bits & (0x8000 >> bit)) used.push(group * 16 + bit);
  }
  if (used.length === 0) throw corrupt();
  return Uint8Array.from(used);
}

function readSelectors(input: BitInput, tables: number): Uint8Array {
  const count = input.read(15);
  if (count === 0) throw corrupt();
  const order = [0, 1, 2, 3, 4, 5];
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let index = 0;
    while (input.read(1) === 1) if (++index >= tables) throw corrupt();
    const [selector] = order.splice(index, 1) as [number];
    order.unshift(selector);
    selectors[i] = selector;
  }
  return selectors;
}

/** Fills `work` with the last column of the sorted block; returns its length. */
function readSymbols(input: BitInput, symbols: Uint8Array, work: Uint32Array): number {
  const tableCount = input.read(3);
  if (tableCount < 2 || tableCount > 6) throw corrupt();
  const selectors = readSelectors(input, tableCount);
  const end = symbols.length + 1;
  const tables = Array.from({ length: tableCount }, () => HuffmanTable.read(input, end + 1));
  const front = Uint8Array.from(symbols);
  let length = 0;
  let run = 0;
  let runBit = 1;
  for (let group = 0; ; group++) {
    const table = tables[selectors[group] ?? 99];
    if (!table) throw corrupt();
    for (let i = 0; i < GROUP; i++) {
      const symbol = table.next(input);
      if (symbol <= RUN_B) {
        run += symbol === RUN_A ? runBit : 2 * runBit;
        runBit *= 2;
        if (run > work.length) throw corrupt();
        continue;
      }
      if (run > 0) {
        if (length + run > work.length) throw corrupt();
        work.fill(front[0] as number, length, length + run);
        length += run;
        run = 0;
        runBit = 1;
      }
      if (symbol === end) return length;
      if (length >= work.length || symbol > end) throw corrupt();
      work[length++] = toFront(front, symbol - 1);
    }
  }
}

function toFront(front: Uint8Array, index: number): number {
  const byte = front[index] as number;
  // copyWithin has the cost of a call; most symbols are near the front.
  if (index > 16) front.copyWithin(1, 0, index);
  else for (let i = index; i > 0; i--) front[i] = front[i - 1] as number;
  front[0] = byte;
  return byte;
}

type Sorted = { readonly length: number; readonly origin: number; readonly crc: number };

/** Undoes the sort, then the run lengths, and checks the checksum. */
function* unsort(work: Uint32Array, { length, origin, crc }: Sorted): Generator<Buffer> {
  linkRows(work, length);
  let out = Buffer.allocUnsafe(OUTPUT);
  let filled = 0;
  let sum = -1;
  let row = (work[origin] as number) >>> 8;
  let last = -1;
  let repeats = 0;
  for (let left = length; left > 0; left--) {
    const entry = work[row] as number;
    const byte = entry & 0xff;
    row = entry >>> 8;
    let copies = 1;
    if (repeats === 4) {
      copies = byte;
      repeats = 0;
    } else if (byte === last) repeats++;
    else {
      last = byte;
      repeats = 1;
    }
    for (; copies > 0; copies--) {
      out[filled++] = last;
      sum = (sum << 8) ^ (CRC[((sum >>> 24) ^ last) & 0xff] as number);
    }
    // Room for one more run.
    if (filled > OUTPUT - 256) {
      yield out.subarray(0, filled);
      out = Buffer.allocUnsafe(OUTPUT);
      filled = 0;
    }
  }
  if (filled > 0) yield out.subarray(0, filled);
  if (~sum >>> 0 !== crc >>> 0) throw corrupt();
}

/** Stores in the high bits of each entry the row that follows it in the text. */
function linkRows(work: Uint32Array, length: number): void {
  const starts = new Uint32Array(257);
  for (let i = 0; i < length; i++) {
    const next = ((work[i] as number) & 0xff) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  for (let i = 0; i < length; i++) {
    const byte = (work[i] as number) & 0xff;
    const row = starts[byte] as number;
    starts[byte] = row + 1;
    work[row] = (work[row] as number) | (i << 8);
  }
}
