/** The committed archives (data/archives/make.sh) and hand-built ones, whose tools are rare. */
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** What sample.txt of make.sh holds. */
export const SAMPLE = Array.from(
  { length: 700 },
  (_, i) => `row ${i} of the sample: ${(i * 7919) % 1009} metres\n`,
).join('');

export const archive = (name: string): Buffer => readFileSync(new URL(`./data/${name}`, import.meta.url));

const u16 = (value: number): Buffer => Buffer.from([value & 255, value >>> 8]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

/** RAR 4 with one stored member; flag 4 marks it encrypted. */
export function rar4(name: string, data: string, flags = 0): Buffer {
  const block = (body: Buffer): Buffer => Buffer.concat([u16(crc32(body) & 0xffff), body]);
  const main = block(Buffer.concat([text('\x73'), u16(0), u16(13), Buffer.alloc(6)]));
  const size = 32 + name.length;
  const fields = [
    u32(data.length),
    u32(data.length),
    text('\x03'),
    u32(crc32(data)),
    u32(0),
    text('\x14\x30'),
    u16(name.length),
    u32(0o100644),
  ];
  const file = block(Buffer.concat([text('\x74'), u16(0x8000 | flags), u16(size), ...fields, text(name)]));
  return Buffer.concat([
    text('Rar!\x1a\x07\0'),
    main,
    file,
    text(data),
    text('\xc4\x3d\x7b\x00\x40\x07\x00'),
  ]);
}

/** RAR 5 with one stored member. */
export function rar5(name: string, data: string): Buffer {
  const header = (body: Buffer): Buffer => {
    const sized = Buffer.concat([Buffer.from([body.length]), body]);
    return Buffer.concat([u32(crc32(sized)), sized]);
  };
  const main = header(Buffer.from([1, 0, 0]));
  const fields = [
    Buffer.from([2, 2, data.length, 4, data.length, 0]),
    u32(crc32(data)),
    Buffer.from([0, 1, name.length]),
    text(name),
  ];
  return Buffer.concat([
    text('Rar!\x1a\x07\x01\0'),
    main,
    header(Buffer.concat(fields)),
    text(data),
    header(Buffer.from([5, 0, 0])),
  ]);
}

/** A cabinet with one stored member. */
export function cab(name: string, data: string): Buffer {
  const file = Buffer.concat([
    u32(data.length),
    u32(0),
    u16(0),
    u16(0),
    u16(0),
    u16(0x20),
    text(`${name}\0`),
  ]);
  const block = Buffer.concat([u32(0), u16(data.length), u16(data.length), text(data)]);
  const folder = Buffer.concat([u32(44 + file.length), u16(1), u16(0)]);
  const size = 36 + folder.length + file.length + block.length;
  const head = [
    text('MSCF'),
    u32(0),
    u32(size),
    u32(0),
    u32(44),
    u32(0),
    text('\x03\x01'),
    u16(1),
    u16(1),
    u16(0),
    u16(1),
    u16(0),
  ];
  return Buffer.concat([...head, folder, file, block]);
}

/** cpio in its `newc` form. */
export function cpio(name: string, data: string): Buffer {
  const entry = (entryName: string, body: string): Buffer => {
    const fields = [
      1,
      body === '' ? 0 : 0o100644,
      0,
      0,
      1,
      0,
      body.length,
      0,
      0,
      0,
      0,
      entryName.length + 1,
      0,
    ];
    const head = `070701${fields.map((n) => n.toString(16).padStart(8, '0')).join('')}${entryName}\0`;
    const pad = (s: string): string => s + '\0'.repeat((4 - (s.length % 4)) % 4);
    return text(pad(head) + pad(body));
  };
  return Buffer.concat([entry(name, data), entry('TRAILER!!!', '')]);
}

/** LHA level 0 with one stored member. */
export function lzh(name: string, data: string): Buffer {
  let crc = 0;
  for (const byte of text(data)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  const fields = [
    text('-lh0-'),
    u32(data.length),
    u32(data.length),
    u32(0x21),
    text('\x20\0'),
    Buffer.from([name.length]),
  ];
  const body = Buffer.concat([...fields, text(name), u16(crc)]);
  const sum = body.reduce((a, b) => a + b, 0) & 255;
  return Buffer.concat([Buffer.from([body.length, sum]), body, text(data), Buffer.alloc(1)]);
}

/** compress (.Z) of literals only: up to 255 nine-bit codes. */
export function compressed(data: string): Buffer {
  const out = Buffer.alloc(3 + Math.ceil((data.length * 9) / 8));
  out.set([0x1f, 0x9d, 0x90]);
  for (let i = 0; i < data.length * 9; i++) {
    const bit = (data.charCodeAt(Math.floor(i / 9)) >>> (i % 9)) & 1;
    out[3 + (i >>> 3)] = (out[3 + (i >>> 3)] as number) | (bit << (i & 7));
  }
  return out;
}

/** ISO 9660 with one file in its root. */
export function iso(name: string, data: string): Buffer {
  const image = Buffer.alloc(20 * 2048 + 2048);
  const both16 = (value: number): Buffer => Buffer.from([value & 255, value >>> 8, value >>> 8, value & 255]);
  const both32 = (value: number): Buffer => Buffer.concat([u32(value), Buffer.from(u32(value)).reverse()]);
  const record = (id: string, sector: number, size: number, flags: number): Buffer => {
    const length = 33 + id.length + ((id.length + 1) % 2);
    const fields = [
      Buffer.from([length, 0]),
      both32(sector),
      both32(size),
      Buffer.alloc(7),
      Buffer.from([flags, 0, 0]),
      both16(1),
    ];
    return Buffer.concat([
      Buffer.concat([...fields, Buffer.from([id.length]), text(id)]),
      Buffer.alloc(1),
    ]).subarray(0, length);
  };
  const volume = image.subarray(16 * 2048);
  volume.write('\x01CD001\x01', 0, 'latin1');
  volume.fill(0x20, 8, 72);
  both32(21).copy(volume, 80);
  both16(1).copy(volume, 120);
  both16(1).copy(volume, 124);
  both16(2048).copy(volume, 128);
  both32(10).copy(volume, 132);
  record('\0', 18, 2048, 2).copy(volume, 156);
  volume[881] = 1;
  image.write('\xffCD001\x01', 17 * 2048, 'latin1');
  Buffer.concat([
    record('\0', 18, 2048, 2),
    record('\x01', 18, 2048, 2),
    record(`${name};1`, 20, data.length, 0),
  ]).copy(image, 18 * 2048);
  image.write(data, 20 * 2048, 'latin1');
  return image;
}

/** lzip made of the body of an .lzma, whose properties are the same; both end with a mark. */
export function lzip(lzma: Buffer, content: string): Buffer {
  const sizes = Buffer.alloc(16);
  sizes.writeBigUInt64LE(BigInt(content.length), 0);
  sizes.writeBigUInt64LE(BigInt(lzma.length - 13 + 26), 8);
  return Buffer.concat([text('LZIP\x01\x17'), lzma.subarray(13), u32(crc32(content)), sizes]);
}
