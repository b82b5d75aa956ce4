/** Builds zips byte by byte, valid and invalid, for tests. */
import { crc32, deflateRawSync } from 'node:zlib';

export type TestMember = {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** Default 8, deflate. */
  readonly method?: number;
  readonly flags?: number;
  /** Sizes and checksum in a data descriptor behind the data. */
  readonly streamed?: boolean;
  readonly zip64?: boolean;
  /** What the headers claim instead of the truth. */
  readonly claim?: { readonly crc?: number; readonly size?: number; readonly compressedSize?: number };
  readonly packed?: Buffer;
};

type Placed = { member: TestMember; offset: number; crc: number; size: number; packed: Buffer; name: Buffer };

export function buildZip(
  members: readonly TestMember[],
  extra: { prefix?: Buffer; zip64End?: boolean } = {},
): Buffer {
  const parts: Buffer[] = [extra.prefix ?? Buffer.alloc(0)];
  const placed: Placed[] = [];
  let offset = 0;
  for (const member of members) {
    const one = place(member, offset);
    placed.push(one);
    const local = Buffer.concat([localHeader(one), one.packed, descriptor(one)]);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(placed.map(centralHeader));
  parts.push(central);
  if (extra.zip64End) parts.push(zip64End(placed.length, central.length, offset));
  parts.push(endRecord(placed.length, central.length, extra.zip64End ? 0xffffffff : offset, extra.zip64End));
  return Buffer.concat(parts);
}

function place(member: TestMember, offset: number): Placed {
  const data = Buffer.from(member.data ?? '');
  const packed = member.packed ?? ((member.method ?? 8) === 8 ? deflateRawSync(data) : data);
  return { member, offset, crc: crc32(data), size: data.length, packed, name: Buffer.from(member.name) };
}

const flagsOf = (m: TestMember): number =>
  (m.flags ?? (typeof m.name === 'string' ? 0x800 : 0)) | (m.streamed ? 8 : 0);

function sizesExtra({ member, size, packed }: Placed): Buffer {
  if (!member.zip64) return Buffer.alloc(0);
  const field = Buffer.alloc(20);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(BigInt(size), 4);
  field.writeBigUInt64LE(BigInt(packed.length), 12);
  return field;
}

function localHeader(p: Placed): Buffer {
  const header = Buffer.alloc(30);
  const extra = sizesExtra(p);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flagsOf(p.member), 6);
  header.writeUInt16LE(p.member.method ?? 8, 8);
  if (!p.member.streamed) {
    header.writeUInt32LE(p.member.claim?.crc ?? p.crc, 14);
    header.writeUInt32LE(
      p.member.zip64 ? 0xffffffff : (p.member.claim?.compressedSize ?? p.packed.length),
      18,
    );
    header.writeUInt32LE(p.member.zip64 ? 0xffffffff : (p.member.claim?.size ?? p.size), 22);
  }
  header.writeUInt16LE(p.name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, p.name, extra]);
}

function descriptor(p: Placed): Buffer {
  if (!p.member.streamed) return Buffer.alloc(0);
  const record = Buffer.alloc(16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(p.crc, 4);
  record.writeUInt32LE(p.packed.length, 8);
  record.writeUInt32LE(p.size, 12);
  return record;
}

function centralHeader(p: Placed): Buffer {
  const header = Buffer.alloc(46);
  const extra = sizesExtra(p);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(0x0314, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flagsOf(p.member), 8);
  header.writeUInt16LE(p.member.method ?? 8, 10);
  header.writeUInt32LE(p.member.claim?.crc ?? p.crc, 16);
  header.writeUInt32LE(p.member.zip64 ? 0xffffffff : (p.member.claim?.compressedSize ?? p.packed.length), 20);
  header.writeUInt32LE(p.member.zip64 ? 0xffffffff : (p.member.claim?.size ?? p.size), 24);
  header.writeUInt16LE(p.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(p.offset, 42);
  return Buffer.concat([header, p.name, extra]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

export function endRecord(count: number, size: number, offset: number, zip64 = false): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(zip64 ? 0xffff : count & 0xffff, 8);
  record.writeUInt16LE(zip64 ? 0xffff : count & 0xffff, 10);
  record.writeUInt32LE(zip64 ? 0xffffffff : size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
