/**
 * Writes Access databases (Jet 3 and Jet 4) for tests, after the layout in mdbtools' HACKING document: table
 * definitions, data pages with fixed and variable columns, long values in the row, on one page and over several,
 * usage maps, deleted and moved rows, pages encoded by a key. mdb-tables and mdb-export read what comes out.
 * Over 250 lines because its pages and rows share one layout.
 */
import iconv from 'iconv-lite';

export type JetType =
  | 'boolean'
  | 'byte'
  | 'int'
  | 'long'
  | 'money'
  | 'double'
  | 'date'
  | 'text'
  | 'memo'
  | 'ole';
export type JetValue = string | number | boolean | Date | Buffer | null;
export type JetTable = {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: JetType])[];
  readonly rows: readonly (readonly JetValue[])[];
  /** Rows by number that are marked as deleted, and ones that had to move to another page. */
  readonly deleted?: readonly number[];
  readonly moved?: readonly number[];
  readonly isSystem?: true;
};
export type JetFile = {
  readonly version: 3 | 4;
  readonly tables: readonly JetTable[];
  /** Encodes every page, as a database with a password and encryption has it. */
  readonly key?: number;
  readonly password?: string;
};

const CODES: Record<JetType, number> = {
  boolean: 1,
  byte: 2,
  int: 3,
  long: 4,
  money: 5,
  double: 7,
  date: 8,
  text: 10,
  ole: 11,
  memo: 12,
};
const SIZES: Partial<Record<JetType, number>> = { byte: 1, int: 2, long: 4, money: 8, double: 8, date: 8 };
const LVAL = 0x4c41564c;
const INLINE_BYTES = 64;

class JetWriter {
  readonly pages: Buffer[] = [];
  readonly is4: boolean;
  readonly size: number;
  #longPage = -1;

  constructor(readonly file: JetFile) {
    this.is4 = file.version === 4;
    this.size = this.is4 ? 4096 : 2048;
    this.pages.push(this.header());
    const globalMap = this.dataPage(0);
    this.addRow(globalMap, usageMap(new Set()));
  }

  header(): Buffer {
    const page = Buffer.alloc(this.size);
    page.writeUInt32LE(0x100, 0);
    page.write('Standard Jet DB\0', 4, 'latin1');
    page[0x14] = this.is4 ? 1 : 0;
    page.writeUInt16LE(1252, 0x3c);
    page.writeUInt32LE(this.file.key ?? 0, 0x3e);
    if (this.is4) page.writeDoubleLE(40_000.25, 0x72);
    const password = Buffer.from(this.file.password ?? '', this.is4 ? 'utf16le' : 'latin1');
    password.copy(page, 0x42);
    if (this.is4)
      for (let i = 0; i < 40; i++)
        page[0x42 + i] = (page[0x42 + i] as number) ^ ((40_000 >> (8 * (i % 4))) & 0xff);
    page.writeUInt16LE(0x409, this.is4 ? 0x6e : 0x3a);
    rc4(Buffer.from([0xc7, 0xda, 0x39, 0x6b]), page.subarray(0x18, 0x18 + (this.is4 ? 128 : 126))).copy(
      page,
      0x18,
    );
    return page;
  }

  get rowsAt(): number {
    return this.is4 ? 12 : 8;
  }

  newPage(): number {
    return this.pages.push(Buffer.alloc(this.size)) - 1;
  }

  dataPage(owner: number): number {
    const number = this.newPage();
    const page = this.pages[number] as Buffer;
    page[0] = 1;
    page[1] = 1;
    page.writeUInt32LE(owner, 4);
    page.writeUInt16LE(this.size - this.rowsAt - 2, 2);
    return number;
  }

  /** The row's number, or -1 where the page is full. */
  addRow(number: number, row: Buffer, flags = 0): number {
    const page = this.pages[number] as Buffer;
    const count = page.readUInt16LE(this.rowsAt);
    const last = count === 0 ? this.size : page.readUInt16LE(this.rowsAt + 2 * count) & 0x1fff;
    const at = last - row.length;
    if (at < this.rowsAt + 2 + 2 * (count + 1)) return -1;
    row.copy(page, at);
    page.writeUInt16LE(at | flags, this.rowsAt + 2 + 2 * count);
    page.writeUInt16LE(count + 1, this.rowsAt);
    page.writeUInt16LE(at - this.rowsAt - 2 - 2 * (count + 1), 2);
    return count;
  }

  text(value: string): Buffer {
    if (!this.is4) return iconv.encode(value, 'win1252');
    const isNarrow =
      value.length > 2 && [...value].every((c) => c.charCodeAt(0) > 0 && c.charCodeAt(0) < 0x100);
    if (!isNarrow) return Buffer.from(value, 'utf16le');
    return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(value, 'latin1')]);
  }

  /** A long value: in the row, on one page, or over several. */
  long(bytes: Buffer): Buffer {
    const head = Buffer.alloc(12);
    if (bytes.length <= INLINE_BYTES) {
      head.writeUInt32LE((0x80000000 | bytes.length) >>> 0, 0);
      return Buffer.concat([head, bytes]);
    }
    const most = this.size - this.rowsAt - 100;
    head.writeUInt32LE(bytes.length <= most ? (0x40000000 | bytes.length) >>> 0 : bytes.length, 0);
    head.writeUInt32LE(bytes.length <= most ? this.longRow(bytes) : this.longRows(bytes, most - 4), 4);
    return head;
  }

  longRow(bytes: Buffer): number {
    let row = this.#longPage < 0 ? -1 : this.addRow(this.#longPage, bytes);
    if (row < 0) {
      this.#longPage = this.dataPage(LVAL);
      row = this.addRow(this.#longPage, bytes);
    }
    return ((this.#longPage << 8) | row) >>> 0;
  }

  longRows(bytes: Buffer, each: number): number {
    let next = 0;
    for (let at = Math.floor((bytes.length - 1) / each) * each; at >= 0; at -= each) {
      const pointer = Buffer.alloc(4);
      pointer.writeUInt32LE(next);
      next = this.longRow(Buffer.concat([pointer, bytes.subarray(at, at + each)]));
    }
    return next;
  }

  fixed(type: JetType, value: JetValue): Buffer {
    const bytes = Buffer.alloc(SIZES[type] as number);
    if (value === null) return bytes;
    if (type === 'byte') bytes[0] = value as number;
    if (type === 'int') bytes.writeInt16LE(value as number);
    if (type === 'long') bytes.writeInt32LE(value as number);
    if (type === 'money') bytes.writeBigInt64LE(BigInt(Math.round((value as number) * 10_000)));
    if (type === 'double') bytes.writeDoubleLE(value as number);
    if (type === 'date') bytes.writeDoubleLE((value as Date).getTime() / 86_400_000 + 25_569);
    return bytes;
  }

  row(columns: JetTable['columns'], values: readonly JetValue[]): Buffer {
    const mask = Buffer.alloc(Math.ceil(columns.length / 8));
    const fixed: Buffer[] = [];
    const variable: Buffer[] = [];
    columns.forEach(([, type], i) => {
      const value = values[i] ?? null;
      if (type === 'boolean' ? value === true : value !== null)
        mask[i >> 3] = (mask[i >> 3] as number) | (1 << (i & 7));
      if (SIZES[type]) fixed.push(this.fixed(type, value));
      else if (type !== 'boolean') variable.push(this.variable(type, value));
    });
    const head = Buffer.alloc(this.is4 ? 2 : 1);
    head.writeUIntLE(columns.length, 0, head.length);
    const body = Buffer.concat([head, ...fixed, ...variable]);
    let at = body.length - variable.reduce((sum, { length }) => sum + length, 0);
    const starts = variable.map(({ length }) => {
      at += length;
      return at - length;
    });
    const table = [at, ...starts.reverse(), variable.length];
    if (variable.length === 0) return Buffer.concat([body, mask]);
    if (!this.is4 && at > 255) throw new Error('no jump tables here: keep rows of Jet 3 short');
    const tail = Buffer.alloc(table.length * (this.is4 ? 2 : 1));
    table.forEach((entry, i) => {
      tail.writeUIntLE(entry, i * (this.is4 ? 2 : 1), this.is4 ? 2 : 1);
    });
    return Buffer.concat([body, tail, mask]);
  }

  variable(type: JetType, value: JetValue): Buffer {
    if (value === null) return Buffer.alloc(0);
    if (type === 'text') return this.text(value as string);
    return this.long(Buffer.isBuffer(value) ? value : this.text(value as string));
  }

  table(table: JetTable, reserved?: { definition: number; page: number; maps: number }): number {
    const used = new Set<number>();
    const definition = reserved?.definition ?? this.newPage();
    let page = reserved?.page ?? this.dataPage(definition);
    used.add(page);
    const put = (row: Buffer, flags: number) => {
      if (this.addRow(page, row, flags) >= 0) return;
      page = this.dataPage(definition);
      used.add(page);
      this.addRow(page, row, flags);
    };
    table.rows.forEach((values, i) => {
      const row = this.row(table.columns, values);
      if (!table.moved?.includes(i)) {
        put(row, table.deleted?.includes(i) ? 0xc000 : 0);
        return;
      }
      // The row itself stands on another page of the table, out of turn; a pointer in its place.
      const elsewhere = this.dataPage(definition);
      used.add(elsewhere);
      this.addRow(elsewhere, row, 0x8000);
      const pointer = Buffer.alloc(4);
      pointer.writeUInt32LE(elsewhere << 8);
      put(pointer, 0x4000);
    });
    const maps = reserved?.maps ?? this.dataPage(definition);
    this.addRow(maps, this.map(used));
    this.addRow(maps, usageMap(new Set()));
    this.definition(definition, table, maps);
    return definition;
  }

  /** In place up to 512 pages, over pages of bits beyond. */
  map(used: ReadonlySet<number>): Buffer {
    if (Math.max(...used) - Math.min(...used) < 512) return usageMap(used);
    const bits = (this.size - 4) * 8;
    const row = Buffer.alloc(1 + 4 * 17);
    row[0] = 1;
    for (const page of used) {
      const slot = 1 + 4 * Math.floor(page / bits);
      if (row.readUInt32LE(slot) === 0) {
        const number = this.newPage();
        (this.pages[number] as Buffer).writeUInt16LE(0x105, 0);
        row.writeUInt32LE(number, slot);
      }
      const bit = page % bits;
      const target = this.pages[row.readUInt32LE(slot)] as Buffer;
      target[4 + (bit >> 3)] = (target[4 + (bit >> 3)] as number) | (1 << (bit & 7));
    }
    return row;
  }

  definition(number: number, { columns, rows, deleted, isSystem }: JetTable, maps: number): void {
    const page = this.pages[number] as Buffer;
    const at = this.is4
      ? { rows: 16, type: 40, maxColumns: 41, variable: 43, columns: 45, used: 55, free: 59, entries: 63 }
      : { rows: 12, type: 20, maxColumns: 21, variable: 23, columns: 25, used: 35, free: 39, entries: 43 };
    page[0] = 2;
    page[1] = 1;
    if (!this.is4) page.write('VC', 2, 'latin1');
    page.writeUInt32LE(rows.length - (deleted?.length ?? 0), at.rows);
    page[at.type] = isSystem ? 0x53 : 0x4e;
    page.writeUInt16LE(columns.length, at.maxColumns);
    page.writeUInt16LE(columns.filter(([, type]) => !SIZES[type] && type !== 'boolean').length, at.variable);
    page.writeUInt16LE(columns.length, at.columns);
    page.writeUInt32LE((maps << 8) >>> 0, at.used);
    page.writeUInt32LE(((maps << 8) | 1) >>> 0, at.free);
    let to = at.entries;
    let fixedAt = 0;
    let variableAt = 0;
    columns.forEach(([, type], i) => {
      const isFixed = SIZES[type] !== undefined || type === 'boolean';
      const f = this.is4
        ? { number: 5, variable: 7, again: 9, flags: 15, fixed: 21, size: 23, bytes: 25 }
        : { number: 1, variable: 3, again: 5, flags: 13, fixed: 14, size: 16, bytes: 18 };
      page[to] = CODES[type];
      page.writeUInt16LE(i, to + f.number);
      page.writeUInt16LE(variableAt, to + f.variable);
      page.writeUInt16LE(i, to + f.again);
      page[to + f.flags] = isFixed ? 3 : 2;
      page.writeUInt16LE(fixedAt, to + f.fixed);
      page.writeUInt16LE(SIZES[type] ?? (type === 'boolean' ? 1 : type === 'text' ? 510 : 0), to + f.size);
      if (SIZES[type]) fixedAt += SIZES[type];
      else if (!isFixed) variableAt += 1;
      to += f.bytes;
    });
    for (const [name] of columns) {
      const bytes = this.is4 ? Buffer.from(name, 'utf16le') : iconv.encode(name, 'win1252');
      page.writeUIntLE(bytes.length, to, this.is4 ? 2 : 1);
      to += bytes.copy(page, to + (this.is4 ? 2 : 1)) + (this.is4 ? 2 : 1);
    }
    page.writeUInt16LE(0xffff, to);
    page.writeUInt32LE(to + 2 - 8, 8);
  }

  finish(): Buffer {
    const { key } = this.file;
    const whole = this.pages.map((page, number) => {
      if (!key || number === 0) return page;
      const own = Buffer.alloc(4);
      own.writeUInt32LE((key ^ number) >>> 0);
      return rc4(own, page);
    });
    return Buffer.concat(whole);
  }
}

function usageMap(used: ReadonlySet<number>): Buffer {
  const row = Buffer.alloc(69);
  const first = used.size === 0 ? 0 : Math.min(...used);
  row.writeUInt32LE(first, 1);
  for (const page of used)
    row[5 + ((page - first) >> 3)] = (row[5 + ((page - first) >> 3)] as number) | (1 << ((page - first) & 7));
  return row;
}

/** By hand: OpenSSL 3 has it only in its legacy provider. */
export function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number) => {
    [state[a], state[b]] = [state[b] as number, state[a] as number];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] as number) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (state[i] as number)) & 255;
      swap(i, j);
      return byte ^ (state[((state[i] as number) + (state[j] as number)) & 255] as number);
    }),
  );
}

const CATALOGUE: JetTable['columns'] = [
  ['Id', 'long'],
  ['ParentId', 'long'],
  ['Name', 'text'],
  ['Type', 'int'],
  ['Flags', 'long'],
  ['Database', 'memo'],
  ['Connect', 'memo'],
  ['ForeignName', 'text'],
  ['LvProp', 'ole'],
];
const SYSTEM_FLAG = -2_147_483_648;

export function buildJet(file: JetFile): Buffer {
  const out = new JetWriter(file);
  // Its pages come first, as in files by Access.
  const catalogue = out.newPage();
  const reserved = { definition: catalogue, page: out.dataPage(catalogue), maps: out.dataPage(catalogue) };
  const rows: JetValue[][] = [[catalogue, 0, 'MSysObjects', 1, SYSTEM_FLAG, null, null, null, null]];
  for (const table of file.tables)
    rows.push([out.table(table), 0, table.name, 1, table.isSystem ? SYSTEM_FLAG : 0, null, null, null, null]);
  rows.push([0, 0, 'Linked', 6, 0, 'C:\\far\\away.mdb', null, 'Other table', null]);
  out.table({ name: 'MSysObjects', columns: CATALOGUE, rows, isSystem: true }, reserved);
  return out.finish();
}
