/**
 * Tables of an Outlook store (MS-PST 2.3.4): the rows as raw properties, and the row numbers alone (nodes of the
 * items that a folder lists). Rows are read one block at a time.
 */
import { broken } from './pst-file.js';
import type { PstHeap } from './pst-heap.js';
import type { RawProperty } from './pst-properties.js';

const TABLE = 0x7c;

type Column = {
  readonly tag: number;
  readonly type: number;
  readonly at: number;
  readonly bytes: number;
  readonly bit: number;
};

/** The node ids of a table's rows, from its index. */
export async function* rowNumbers(heap: PstHeap): AsyncGenerator<number> {
  const info = await infoOf(heap);
  const index = info.readUInt32LE(10);
  if (index === 0) return;
  for await (const record of heap.records(index)) if (record.length >= 4) yield record.readUInt32LE(0);
}

export async function* rowsOf(heap: PstHeap): AsyncGenerator<RawProperty[]> {
  const info = await infoOf(heap);
  const bitsAt = info.readUInt16LE(6);
  const rowBytes = info.readUInt16LE(8);
  const columns = columnsOf(info);
  if (rowBytes === 0) return;
  for await (const block of heap.pieces(info.readUInt32LE(14))) {
    for (let at = 0; at + rowBytes <= block.length; at += rowBytes) {
      const row = block.subarray(at, at + rowBytes);
      yield columns
        .filter(({ bit }) => ((row[bitsAt + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0)
        .map(({ tag, type, at: from, bytes }) => ({ tag, type, value: cell(row, from, bytes) }));
    }
  }
}

async function infoOf(heap: PstHeap): Promise<Buffer> {
  const info = await heap.item(heap.root);
  if (heap.kind !== TABLE || info.length < 22 || info[0] !== TABLE) throw broken('a table');
  return info;
}

function columnsOf(info: Buffer): Column[] {
  const count = Math.min(info[1] as number, Math.floor((info.length - 22) / 8));
  return Array.from({ length: count }, (_, i) => {
    const at = 22 + 8 * i;
    return {
      type: info.readUInt16LE(at),
      tag: info.readUInt16LE(at + 2),
      at: info.readUInt16LE(at + 4),
      bytes: info[at + 6] as number,
      bit: info[at + 7] as number,
    };
  });
}

/** At least four bytes, so that small values can be read as in an object. */
function cell(row: Buffer, at: number, bytes: number): Buffer {
  const value = row.subarray(at, at + bytes);
  return value.length >= 4 ? value : Buffer.concat([value, Buffer.alloc(4 - value.length)]);
}
