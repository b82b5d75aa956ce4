/**
 * Writes Outlook stores for tests: heaps, properties and tables (MS-PST 2.3), and the folders and messages
 * made of them (2.4). `buildPst` gives the bytes of a store that readpst and pffexport read.
 * Over 250 lines because heaps, tables and messages stand on one another.
 */
import iconv from 'iconv-lite';
import { type Layout, NodeWriter, type SubNode } from './pst-layout.js';

export type Property = readonly [
  tag: number,
  value: string | number | boolean | Date | Buffer | readonly string[],
];
export type BuiltAttachment = {
  readonly name: string;
  readonly bytes?: Buffer;
  readonly message?: BuiltMessage;
  /** An OLE object: its bytes lie in a sub-node. */
  readonly ole?: Buffer;
};
export type BuiltMessage = {
  readonly subject: string;
  readonly properties?: readonly Property[];
  readonly recipients?: readonly {
    readonly name: string;
    readonly address: string;
    readonly kind?: number;
  }[];
  readonly attachments?: readonly BuiltAttachment[];
  /** No folder lists it any more. */
  readonly unlisted?: true;
  readonly associated?: true;
};
export type BuiltFolder = {
  readonly name: string;
  readonly messages?: readonly BuiltMessage[];
  readonly folders?: readonly BuiltFolder[];
};
export type BuiltStore = Partial<Layout> & {
  readonly folders: readonly BuiltFolder[];
  readonly password?: number;
  /** Property sets of named properties: tag 0x8000 + index stands for this number (PSETID_Address). */
  readonly named?: readonly number[];
};

const MAX_ITEM = 3580;
const TYPE = { long: 3, boolean: 0x0b, object: 0x0d, text8: 0x1e, text: 0x1f, time: 0x40, binary: 0x102 };

class HeapWriter {
  readonly #pages: Buffer[][] = [[]];
  #used = 12;
  root = 0;
  readonly inner: SubNode[] = [];
  #nextInner = 0;

  constructor(
    readonly out: NodeWriter,
    readonly kind: number,
  ) {}

  item(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    const most = Math.min(this.out.maxBlock, 60_000);
    const page = this.#pages.at(-1) as Buffer[];
    if (this.#used + bytes.length + 2 * (page.length + 4) + 8 > most) {
      const index = this.#pages.push([]) - 1;
      this.#used = headBytes(index);
    }
    const current = this.#pages.at(-1) as Buffer[];
    current.push(bytes);
    this.#used += bytes.length;
    const block = this.#pages.length - 1;
    return this.out.layout.version === 36
      ? ((block << 19) | (current.length << 5)) >>> 0
      : ((block << 16) | (current.length << 5)) >>> 0;
  }

  /** In the heap, or in a sub-node where it is too large. */
  value(bytes: Buffer): number {
    if (bytes.length <= MAX_ITEM) return this.item(bytes);
    return this.subNode(this.out.bytes(bytes), 0);
  }

  subNode(data: number, sub: number, type = 0x1f): number {
    this.#nextInner += 1;
    const nid = ((0x400 + this.#nextInner) << 5) | type;
    this.inner.push({ nid, data, sub });
    return nid;
  }

  /** A B-tree on the heap of records with keys of `keyBytes`. */
  tree(records: readonly Buffer[], keyBytes: number): number {
    const dataBytes = (records[0]?.length ?? keyBytes + 4) - keyBytes;
    let level = 0;
    let rows = records;
    let root = 0;
    while (rows.length > 0) {
      const per = Math.floor(MAX_ITEM / (rows[0] as Buffer).length);
      const above: Buffer[] = [];
      for (let i = 0; i < rows.length; i += per) {
        const part = rows.slice(i, i + per);
        root = this.item(Buffer.concat(part));
        const up = Buffer.alloc(keyBytes + 4);
        (part[0] as Buffer).copy(up, 0, 0, keyBytes);
        up.writeUInt32LE(root, keyBytes);
        above.push(up);
      }
      if (above.length === 1) break;
      rows = above;
      level += 1;
    }
    const head = Buffer.from([0xb5, keyBytes, dataBytes, level, 0, 0, 0, 0]);
    head.writeUInt32LE(root, 4);
    return this.item(head);
  }

  finish(): { data: number; sub: number } {
    const last = this.#pages.length - 1;
    const blocks = this.#pages.map((items, index) => {
      const head = Buffer.alloc(headBytes(index));
      const starts = [head.length];
      for (const item of items) starts.push((starts.at(-1) as number) + item.length);
      const end = starts.at(-1) as number;
      const map = Buffer.alloc(4 + 2 * starts.length);
      map.writeUInt16LE(items.length, 0);
      starts.forEach((at, i) => {
        map.writeUInt16LE(at, 4 + 2 * i);
      });
      const odd = Buffer.alloc(end % 2);
      head.writeUInt16LE(end + odd.length, 0);
      if (index === 0) {
        head[2] = 0xec;
        head[3] = this.kind;
        head.writeUInt32LE(this.root, 4);
      }
      const block = Buffer.concat([head, ...items, odd, map]);
      return index === last
        ? block
        : Buffer.concat([block, Buffer.alloc(Math.max(0, this.out.maxBlock - block.length))]);
    });
    return { data: this.out.data(blocks), sub: this.out.subNodes(this.inner) };
  }
}

function headBytes(page: number): number {
  if (page === 0) return 12;
  return page % 128 === 8 ? 66 : 2;
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

type Typed = {
  readonly tag: number;
  readonly type: number;
  readonly bytes?: Buffer;
  readonly inline?: number;
};

function typed([tag, value]: Property, isUnicode: boolean): Typed {
  const text = (string: string) =>
    isUnicode ? Buffer.from(string, 'utf16le') : iconv.encode(string, 'win1252');
  if (typeof value === 'number') return { tag, type: TYPE.long, inline: value };
  if (typeof value === 'boolean') return { tag, type: TYPE.boolean, inline: value ? 1 : 0 };
  if (typeof value === 'string') return { tag, type: isUnicode ? TYPE.text : TYPE.text8, bytes: text(value) };
  if (Buffer.isBuffer(value)) return { tag, type: TYPE.binary, bytes: value };
  if (value instanceof Date) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE((BigInt(value.getTime()) + 11_644_473_600_000n) * 10_000n);
    return { tag, type: TYPE.time, bytes };
  }
  const parts = (value as readonly string[]).map(text);
  const head = Buffer.alloc(4 + 4 * parts.length);
  head.writeUInt32LE(parts.length);
  let at = head.length;
  parts.forEach((part, i) => {
    head.writeUInt32LE(at, 4 + 4 * i);
    at += part.length;
  });
  return { tag, type: 0x1000 | (isUnicode ? TYPE.text : TYPE.text8), bytes: Buffer.concat([head, ...parts]) };
}

function writeProperties(heap: HeapWriter, properties: readonly Typed[]): void {
  const records = [...properties]
    .sort((a, b) => a.tag - b.tag)
    .map(({ tag, type, bytes, inline }) => {
      const record = Buffer.alloc(8);
      record.writeUInt16LE(tag, 0);
      record.writeUInt16LE(type, 2);
      record.writeUInt32LE((inline ?? heap.value(bytes as Buffer)) >>> 0, 4);
      return record;
    });
  heap.root = heap.tree(records, 2);
}

type Row = { readonly id: number; readonly cells: readonly Typed[] };

/** A table context; columns are those of its rows, besides the row's number and version. */
function writeTable(
  out: NodeWriter,
  columns: readonly (readonly [tag: number, type: number])[],
  rows: readonly Row[],
) {
  const heap = new HeapWriter(out, 0x7c);
  const all = [[0x67f2, TYPE.long] as const, [0x67f3, TYPE.long] as const, ...columns];
  const small = all.filter(([, type]) => type === TYPE.boolean);
  const large = all.filter(([, type]) => type !== TYPE.boolean);
  const offsets = new Map<number, number>();
  let at = 0;
  const width = (type: number) => (type === TYPE.boolean ? 1 : type === TYPE.time ? 8 : 4);
  for (const [tag, type] of [...large, ...small]) {
    offsets.set(tag, at);
    at += width(type);
  }
  const bitsAt = at;
  const rowBytes = at + Math.ceil(all.length / 8);
  const endOfLarge = bitsAt - small.length;
  const bit = new Map(all.map(([tag], i) => [tag, i]));
  const matrix = rows.map(({ id, cells }, index) => {
    const row = Buffer.alloc(rowBytes);
    const put = (tag: number) => {
      const b = bit.get(tag) as number;
      row[bitsAt + (b >> 3)] = (row[bitsAt + (b >> 3)] as number) | (0x80 >> (b & 7));
      return offsets.get(tag) as number;
    };
    row.writeUInt32LE(id, put(0x67f2));
    row.writeUInt32LE(index + 1, put(0x67f3));
    for (const { tag, type, bytes, inline } of cells) {
      const place = put(tag);
      if (type === TYPE.boolean) row[place] = inline ?? 0;
      else if (type === TYPE.time) bytes?.copy(row, place);
      else row.writeUInt32LE((inline ?? heap.value(bytes as Buffer)) >>> 0, place);
    }
    return row;
  });
  const index = rows
    .map(({ id }, i) => ({ id, i }))
    .sort((a, b) => a.id - b.id)
    .map(({ id, i }) =>
      Buffer.concat([number32(id), out.isUnicode ? number32(i) : number32(i).subarray(0, 2)]),
    );
  const rowIndex = heap.tree(index, 4);
  const info = Buffer.alloc(22 + 8 * all.length);
  info[0] = 0x7c;
  info[1] = all.length;
  [endOfLarge, endOfLarge, bitsAt, rowBytes].forEach((end, i) => {
    info.writeUInt16LE(end, 2 + 2 * i);
  });
  info.writeUInt32LE(rowIndex, 10);
  info.writeUInt32LE(writeMatrix(heap, matrix, rowBytes), 14);
  [...all]
    .sort(([a], [b]) => a - b)
    .forEach(([tag, type], i) => {
      info.writeUInt16LE(type, 22 + 8 * i);
      info.writeUInt16LE(tag, 24 + 8 * i);
      info.writeUInt16LE(offsets.get(tag) as number, 26 + 8 * i);
      info[28 + 8 * i] = width(type);
      info[29 + 8 * i] = bit.get(tag) as number;
    });
  heap.root = heap.item(info);
  return heap.finish();
}

function writeMatrix(heap: HeapWriter, rows: readonly Buffer[], rowBytes: number): number {
  if (rows.length * rowBytes <= MAX_ITEM) return heap.item(Buffer.concat(rows));
  const per = Math.floor(heap.out.maxBlock / rowBytes);
  const blocks: Buffer[] = [];
  for (let i = 0; i < rows.length; i += per) {
    const block = Buffer.concat(rows.slice(i, i + per));
    const isLast = i + per >= rows.length;
    blocks.push(isLast ? block : Buffer.concat([block, Buffer.alloc(heap.out.maxBlock - block.length)]));
  }
  return heap.subNode(heap.out.data(blocks), 0);
}

const text = (out: NodeWriter) => (out.isUnicode ? TYPE.text : TYPE.text8);

function writeMessage(out: NodeWriter, message: BuiltMessage): { data: number; sub: number } {
  const heap = new HeapWriter(out, 0xbc);
  const attachments = message.attachments ?? [];
  const all: Property[] = [
    [0x001a, 'IPM.Note'],
    [0x0037, `\x01\x01${message.subject}`],
    [0x0e07, attachments.length > 0 ? 0x11 : 1],
    [0x0e08, 1000],
    [0x3007, new Date('2026-01-02T03:04:05Z')],
    [0x3008, new Date('2026-01-02T03:04:05Z')],
    ...(message.properties ?? []),
  ];
  writeProperties(
    heap,
    all.map((property) => typed(property, out.isUnicode)),
  );
  const recipients = (message.recipients ?? []).map(({ name, address, kind }, i) => ({
    id: i,
    cells: (
      [
        [0x0c15, kind ?? 1],
        [0x3001, name],
        [0x3002, 'SMTP'],
        [0x3003, address],
        [0x39fe, address],
      ] as Property[]
    ).map((property) => typed(property, out.isUnicode)),
  }));
  const t = text(out);
  const people = [0x3001, 0x3002, 0x3003, 0x39fe].map((tag) => [tag, t] as const);
  heap.inner.push({ nid: 0x692, ...writeTable(out, [[0x0c15, TYPE.long], ...people], recipients) });
  if (attachments.length > 0) writeAttachments(heap, attachments);
  return heap.finish();
}

function writeAttachments(heap: HeapWriter, attachments: readonly BuiltAttachment[]): void {
  const { out } = heap;
  const rows = attachments.map((attachment, i) => {
    const nid = ((0x1000 + i) << 5) | 5;
    heap.inner.push({ nid, ...writeAttachment(out, attachment) });
    const method = attachment.message ? 5 : attachment.ole ? 6 : 1;
    const cells = [
      typed([0x0e20, 100], true),
      typed([0x3704, attachment.name], out.isUnicode),
      typed([0x3705, method], true),
    ];
    return { id: nid, cells };
  });
  const columns = [
    [0x0e20, TYPE.long],
    [0x3704, text(out)],
    [0x3705, TYPE.long],
  ] as const;
  heap.inner.push({ nid: 0x671, ...writeTable(out, columns, rows) });
}

function writeAttachment(out: NodeWriter, { name, bytes, message, ole }: BuiltAttachment) {
  const heap = new HeapWriter(out, 0xbc);
  const properties: Property[] = [
    [0x0e20, 100],
    [0x3001, name],
    [0x3704, name],
    [0x3705, message ? 5 : ole ? 6 : 1],
    [0x3707, name],
    [0x370b, -1],
  ];
  const all: Typed[] = properties.map((property) => typed(property, out.isUnicode));
  if (message || ole) {
    const inner = message ? writeMessage(out, message) : { data: out.bytes(ole as Buffer), sub: 0 };
    const nid = heap.subNode(inner.data, inner.sub, message ? 4 : 0x1f);
    all.push({
      tag: 0x3701,
      type: TYPE.object,
      bytes: Buffer.concat([number32(nid), number32(ole?.length ?? 1000)]),
    });
  } else all.push({ tag: 0x3701, type: TYPE.binary, bytes: bytes ?? Buffer.alloc(0) });
  writeProperties(heap, all);
  return heap.finish();
}

const STORE_KEY = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const ROOT = 0x122;
const SUBTREE = 0x8022;
const ENTRY = (nid: number) => Buffer.concat([number32(0), STORE_KEY, number32(nid)]);

class StoreWriter {
  #nextFolder = 0x402;
  #nextMessage = 0x10001;

  constructor(private readonly out: NodeWriter) {}

  object(nid: number, parent: number, properties: readonly Property[]): void {
    const heap = new HeapWriter(this.out, 0xbc);
    writeProperties(
      heap,
      properties.map((property) => typed(property, this.out.isUnicode)),
    );
    this.out.node({ nid, parent, ...heap.finish() });
  }

  store(password: number | undefined): void {
    const properties: Property[] = [
      [0x0ff9, STORE_KEY],
      [0x3001, 'Personal Folders'],
      [0x35df, 0x89],
      [0x35e0, ENTRY(SUBTREE)],
      [0x35e3, ENTRY(SUBTREE)],
      [0x35e7, ENTRY(ROOT)],
    ];
    if (password !== undefined) properties.push([0x67ff, password]);
    this.object(0x21, 0, properties);
  }

  /** Named properties 0x8000 and on stand for these numbers of PSETID_Address. */
  names(numbers: readonly number[]): void {
    const address = Buffer.from('0420060000000000c000000000000046', 'hex');
    const entries = numbers.map((number, i) => {
      const entry = Buffer.alloc(8);
      entry.writeUInt32LE(number, 0);
      entry.writeUInt16LE(3 << 1, 4);
      entry.writeUInt16LE(i, 6);
      return entry;
    });
    this.object(0x61, 0, [
      [1, 251],
      [2, address],
      [3, Buffer.concat(entries)],
      [4, Buffer.alloc(4)],
    ]);
  }

  folder(nid: number, parent: number, { name, messages = [], folders = [] }: BuiltFolder): void {
    const children = folders.map((folder) => ({ nid: this.#newFolder(name, folder), folder }));
    for (const child of children) this.folder(child.nid, nid, child.folder);
    const listed: Row[] = [];
    const associated: Row[] = [];
    for (const message of messages) {
      const id = (this.#nextMessage++ << 5) | (message.associated ? 8 : 4);
      this.out.node({ nid: id, parent: nid, ...writeMessage(this.out, message) });
      const cells = (
        [
          [0x0037, message.subject],
          [0x0e07, 1],
        ] as Property[]
      ).map((p) => typed(p, this.out.isUnicode));
      if (message.associated) associated.push({ id, cells });
      else if (!message.unlisted) listed.push({ id, cells });
    }
    this.object(nid, parent, [
      [0x3001, name],
      [0x3602, listed.length],
      [0x3603, 0],
      [0x360a, folders.length > 0],
    ]);
    const t = text(this.out);
    const rows = children.map((child) => ({
      id: child.nid,
      cells: [typed([0x3001, child.folder.name], this.out.isUnicode), typed([0x360a, false], true)],
    }));
    const base = nid & ~0x1f;
    this.table(
      base | 0x0d,
      [
        [0x3001, t],
        [0x360a, TYPE.boolean],
      ],
      rows,
    );
    this.table(
      base | 0x0e,
      [
        [0x0037, t],
        [0x0e07, TYPE.long],
      ],
      listed,
    );
    this.table(
      base | 0x0f,
      [
        [0x0037, t],
        [0x0e07, TYPE.long],
      ],
      associated,
    );
  }

  #newFolder(outer: string, { name }: BuiltFolder): number {
    if (outer === '' && name === 'Top of Personal Folders') return SUBTREE;
    return (this.#nextFolder++ << 5) | 2;
  }

  table(nid: number, columns: readonly (readonly [number, number])[], rows: readonly Row[]): void {
    this.out.node({ nid, parent: 0, ...writeTable(this.out, columns, rows) });
  }
}

export function buildPst({
  version = 23,
  encoding = 1,
  folders,
  password,
  named = [0x8005],
}: BuiltStore): Buffer {
  const out = new NodeWriter({ version, encoding });
  const store = new StoreWriter(out);
  store.store(password);
  store.names(named);
  store.folder(ROOT, ROOT, { name: '', folders: [{ name: 'Top of Personal Folders', folders }] });
  return out.finish();
}
