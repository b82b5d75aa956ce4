/**
 * Reads dBASE tables (III to 7, FoxPro) record by record, streamed, deleted records flagged. Memo texts are in a
 * separate file and not read here: the fields that refer to them stay empty.
 */
import iconv from 'iconv-lite';
import type { Extractor, PartWriter, TableFlow } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { decodeMixed } from '../bytes/utf8.js';

/** Code pages by language driver id; others are windows-1252 or UTF-8, detected from the bytes. */
const CODE_PAGES: Readonly<Record<number, string>> = {
  1: 'cp437',
  2: 'cp850',
  4: 'macroman',
  8: 'cp865',
  9: 'cp437',
  10: 'cp850',
  11: 'cp437',
  13: 'cp437',
  14: 'cp850',
  15: 'cp437',
  16: 'cp850',
  17: 'cp437',
  18: 'cp850',
  20: 'cp850',
  21: 'cp437',
  22: 'cp850',
  24: 'cp437',
  25: 'cp437',
  26: 'cp850',
  27: 'cp437',
  28: 'cp863',
  29: 'cp850',
  31: 'cp852',
  34: 'cp852',
  35: 'cp852',
  36: 'cp860',
  37: 'cp850',
  38: 'cp866',
  55: 'cp850',
  64: 'cp852',
  100: 'cp852',
  101: 'cp866',
  102: 'cp865',
  106: 'cp737',
  107: 'cp857',
  135: 'cp852',
  200: 'win1250',
  201: 'win1251',
  202: 'win1254',
  203: 'win1253',
  204: 'win1257',
};
const MAX_FIELDS = 4096;
const END_OF_FILE = 0x1a;
const DELETED = 0x2a;

type Field = { readonly name: string; readonly type: string; readonly at: number; readonly length: number };
type Layout = {
  readonly fields: readonly Field[];
  readonly headerLength: number;
  readonly recordLength: number;
  readonly codePage?: string;
};

export const dbf: Extractor = {
  async extract(_content, out, context) {
    const layout = readLayout(context.head);
    const table = out.table({ columns: layout.fields.map((field) => field.name) });
    try {
      await readRecords(context.stream(), layout, { out, table });
    } finally {
      table.end();
    }
  },
};

function readLayout(head: Buffer): Layout {
  if (head.length < 32) throw new LeaksiftError('truncated', 'dbf: header cut');
  const headerLength = head.readUInt16LE(8);
  const recordLength = head.readUInt16LE(10);
  // dBASE 7 has longer names, and 36 bytes more before the first field.
  const isLong = ((head[0] as number) & 7) === 4;
  const fields = readFields(
    head,
    isLong ? { from: 68, size: 48, nameLength: 32 } : { from: 32, size: 32, nameLength: 11 },
  );
  if (fields.length === 0 || recordLength < 2) throw new LeaksiftError('corrupt', 'dbf: no fields');
  return { fields, headerLength, recordLength, codePage: CODE_PAGES[head[29] as number] };
}

function readFields(head: Buffer, at: { from: number; size: number; nameLength: number }): Field[] {
  const fields: Field[] = [];
  let offset = 1;
  for (let p = at.from; p + at.size <= head.length && fields.length < MAX_FIELDS; p += at.size) {
    if (head[p] === 0x0d || head[p] === 0) break;
    const name = decodeMixed(head.subarray(p, p + at.nameLength)).replace(/\0.*$/s, '');
    const type = String.fromCharCode(head[p + at.nameLength] as number).toUpperCase();
    const low = head[p + (at.size === 48 ? 33 : 16)] as number;
    const high = head[p + (at.size === 48 ? 34 : 17)] as number;
    // Long character fields store their length's high byte in place of the decimals.
    const length = type === 'C' && at.size === 32 ? low + 256 * high : low;
    fields.push({ name, type, at: offset, length });
    offset += length;
  }
  return fields;
}

async function readRecords(
  stream: AsyncIterable<Uint8Array>,
  layout: Layout,
  { out, table }: { out: PartWriter; table: TableFlow },
): Promise<void> {
  let toSkip = layout.headerLength;
  let held = Buffer.alloc(0);
  for await (const chunk of stream) {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    held = Buffer.concat([held, chunk.subarray(skipped)]);
    let at = 0;
    for (; at + layout.recordLength <= held.length; at += layout.recordLength) {
      if (held[at] === END_OF_FILE) return;
      writeRecord(table, held.subarray(at, at + layout.recordLength), layout);
    }
    held = Buffer.from(held.subarray(at));
    await out.ready();
  }
  const hasRest = held.length > 0 && held[0] !== END_OF_FILE;
  if (hasRest) writeRecord(table, held, layout);
  if (hasRest || toSkip > 0) out.partial('truncated');
}

function writeRecord(table: TableFlow, record: Buffer, layout: Layout): void {
  const cells = layout.fields.map((field) => fieldText(record, field, layout.codePage));
  table.row(cells, { hidden: record[0] === DELETED ? 'deleted-record' : undefined });
}

function fieldText(record: Buffer, field: Field, codePage: string | undefined): string {
  const bytes = record.subarray(field.at, field.at + field.length);
  if (bytes.length < field.length) return '';
  switch (field.type) {
    case 'I':
    case '+':
      return bytes.length === 4 ? String(bytes.readInt32LE(0)) : '';
    case 'B':
    case 'O':
      return bytes.length === 8 ? String(bytes.readDoubleLE(0)) : '';
    case 'Y':
      return bytes.length === 8 ? String(Number(bytes.readBigInt64LE(0)) / 10_000) : '';
    case 'T':
    case '@':
      return bytes.length === 8 ? julianDate(bytes.readInt32LE(0)) : '';
    case 'M':
    case 'G':
    case 'P':
      return '';
    case 'D':
      return bytes
        .toString('latin1')
        .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
        .trim();
    default:
      return (codePage ? iconv.decode(bytes, codePage) : decodeMixed(bytes))
        .replace(/[\0 ]+$/, '')
        .trimStart();
  }
}

/** ISO date of a Julian day number. */
function julianDate(day: number): string {
  const UNIX_EPOCH = 2_440_588;
  if (day < 1_721_426 || day > 5_373_484) return '';
  return new Date((day - UNIX_EPOCH) * 86_400_000).toISOString().slice(0, 10);
}
