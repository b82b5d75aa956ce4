/** cpio archives in their three portable kinds (https://man.freebsd.org/cgi/man.cgi?cpio(5)), and rpm around one. */

export type CpioKind = 'newc' | 'crc' | 'odc';

export type CpioMember = {
  readonly name: string;
  readonly data?: string;
  /** Type and permissions; default a file of mode 644. */
  readonly mode?: number;
  /** Members with one inode and more than one link are hard links of each other. */
  readonly inode?: number;
  readonly links?: number;
};

export const MODE = { file: 0o100644, folder: 0o40755, symlink: 0o120777, fifo: 0o10644, device: 0o20644 };
/** Archives are written in records of this size. */
const RECORD = 512;

export function buildCpio(members: readonly CpioMember[], kind: CpioKind = 'newc'): Buffer {
  const entries = [...members, { name: 'TRAILER!!!', mode: 0 }].map((member, i) =>
    entry(member, kind, i + 1),
  );
  const bytes = Buffer.concat(entries);
  return Buffer.concat([bytes, Buffer.alloc((RECORD - (bytes.length % RECORD)) % RECORD)]);
}

function entry(member: CpioMember, kind: CpioKind, number: number): Buffer {
  const { mode = MODE.file, inode = number, links = 1 } = member;
  const name = Buffer.from(`${member.name}\0`);
  const data = Buffer.from(member.data ?? '');
  if (kind === 'odc') {
    const six = [0, inode, mode, 0, 0, links, 0].map((field) => octal(field, 6)).join('');
    const head = `070707${six}${octal(0, 11)}${octal(name.length, 6)}${octal(data.length, 11)}`;
    return Buffer.concat([Buffer.from(head), name, data]);
  }
  const check = kind === 'crc' ? data.reduce((sum, byte) => (sum + byte) >>> 0, 0) : 0;
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, check];
  const magic = kind === 'crc' ? '070702' : '070701';
  const head = `${magic}${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(head), name])), padded(data)]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** An rpm package (https://rpm-software-management.github.io/rpm/manual/format_v4.html) of one payload. */
export function buildRpm(payload: Buffer, compressor: string): Buffer {
  const lead = Buffer.alloc(96);
  lead.write('\xed\xab\xee\xdb\x03', 0, 'latin1');
  lead.writeUInt16BE(1, 8);
  lead.write('pkg-1-1', 10, 'latin1');
  lead.writeUInt16BE(1, 76);
  lead.writeUInt16BE(5, 78);
  const texts = { 1000: 'pkg', 1001: '1', 1002: '1', 1021: 'linux', 1022: 'x86_64', 1124: 'cpio' };
  const header = rpmHeader([
    ...Object.entries(texts).map(([tag, text]) => rpmText(Number(tag), text)),
    rpmText(1125, compressor),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(header.length + payload.length);
  const signature = rpmHeader([{ tag: 1000, type: 4, value: size }]);
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([lead, signature, padding, header, payload]);
}

type RpmTag = { readonly tag: number; readonly type: number; readonly value: Buffer };

function rpmText(tag: number, text: string): RpmTag {
  return { tag, type: 6, value: Buffer.from(`${text}\0`) };
}

function rpmHeader(tags: readonly RpmTag[]): Buffer {
  const store = Buffer.concat(tags.map(({ value }) => value));
  const head = Buffer.alloc(16 + 16 * tags.length);
  head.write('\x8e\xad\xe8\x01', 0, 'latin1');
  head.writeUInt32BE(tags.length, 8);
  head.writeUInt32BE(store.length, 12);
  let offset = 0;
  for (const [i, { tag, type, value }] of tags.entries()) {
    for (const [k, field] of [tag, type, offset, 1].entries()) head.writeUInt32BE(field, 16 + 16 * i + 4 * k);
    offset += value.length;
  }
  return Buffer.concat([head, store]);
}
