/** Compressed streams and archives that hold a planted line; 7-Zip's own code makes what it can make. */
import { gzipSync } from 'node:zlib';
import sevenZip, { type SevenZipModule } from '7z-wasm';
import { cab, compressed, cpio, iso, lzh, rar4, rar5 } from '../extractors/archives/archive-samples.js';
import { buildTar } from '../extractors/archives/tar-builder.js';
import { buildZip } from '../extractors/archives/zip-builder.js';
import { LINE, type Planted, planted } from './planted.js';

/** An archive of one file, in the type of the archive's name. */
export async function pack(
  archive: string,
  member: { readonly name: string; readonly bytes: Uint8Array },
  args: readonly string[] = [],
): Promise<Buffer> {
  // Its types say CommonJS, where the function is the default of the module.
  const start = sevenZip as unknown as (options: object) => Promise<SevenZipModule>;
  const engine = await start({ print: () => {}, printErr: () => {} });
  engine.FS.writeFile(member.name, member.bytes);
  engine.callMain(['a', ...args, archive, member.name]);
  return Buffer.from(engine.FS.readFile(archive));
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** A Zstandard frame with one raw block. */
export function zstdOf(data: Buffer): Buffer {
  const header = u32((data.length << 3) | 1).subarray(0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), u32(data.length), header, data]);
}

/** An LZ4 frame with one stored block. */
export function lz4Of(data: Buffer): Buffer {
  // 0x82 is the checksum of the two bytes before it.
  const header = Buffer.from([0x60, 0x40, 0x82]);
  const size = u32((data.length | 0x80000000) >>> 0);
  return Buffer.concat([u32(0x184d2204), header, size, data, u32(0)]);
}

const TEXT = { name: 'note.txt', bytes: Buffer.from(`${LINE}\n`) };

export async function archiveSamples(): Promise<Planted[]> {
  const inside = { path: 'note.txt' };
  const zip = buildZip([{ name: 'note.txt', data: TEXT.bytes }]);
  const tar = buildTar([{ name: 'note.txt', data: TEXT.bytes }]);
  return [
    planted('note.txt.gz', gzipSync(TEXT.bytes), inside),
    planted('note.txt.bz2', await pack('o.bz2', TEXT), inside),
    planted('note.txt.xz', await pack('o.xz', TEXT), inside),
    planted('note.txt.zst', zstdOf(TEXT.bytes), inside),
    planted('note.txt.lz4', lz4Of(TEXT.bytes), inside),
    planted('note.txt.Z', compressed(LINE), inside),
    planted('plain.tar', tar, inside),
    planted('both.tar.gz', gzipSync(tar), { path: 'both.tar!note.txt' }),
    planted('plain.zip', zip, inside),
    planted('no-name', zip, inside),
    planted('wrong.pdf', zip, inside),
    planted('plain.7z', await pack('o.7z', TEXT), inside),
    planted('plain.wim', await pack('o.wim', TEXT), inside),
    planted('plain.cab', cab('note.txt', LINE), inside),
    planted('plain.iso', iso('NOTE.TXT', LINE), { path: 'NOTE.TXT' }),
    planted('plain.cpio', cpio('note.txt', LINE), inside),
    planted('plain.lzh', lzh('note.txt', LINE), inside),
    planted('old.rar', rar4('note.txt', LINE), inside),
    planted('new.rar', rar5('note.txt', LINE), inside),
  ];
}
