/**
 * gzip (RFC 1952): one or more members that form one stream, each checked by CRC and length. Skips zero padding after
 * them; reports other trailing bytes.
 */
import { crc32 } from 'node:zlib';
import { LeaksiftError } from '../../core/errors.js';
import type { ByteReader } from '../bytes/byte-reader.js';
import { inflateRaw } from '../bytes/inflate.js';
import { decodeUnlabelled } from '../bytes/zip-name.js';
import { type Decode, singleStream } from './single-stream.js';

const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
/** No real name or comment is longer. */
const MAX_STRING = 64 * 1024;

export const decodeGzip: Decode = async function* (reader, notes) {
  for (let isFirst = true; ; isFirst = false) {
    const magic = await reader.read(2);
    reader.unread(magic);
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
      if (isFirst) throw new LeaksiftError('corrupt', 'no gzip header');
      if (!(await isPadding(reader))) notes.partial('trailing-bytes');
      return;
    }
    await readHeader(reader);
    yield* readMember(reader);
  }
};

async function* readMember(reader: ByteReader): AsyncGenerator<Buffer> {
  let crc = 0;
  let length = 0;
  for await (const chunk of inflateRaw(reader)) {
    crc = crc32(chunk, crc);
    length += chunk.length;
    yield chunk;
  }
  const trailer = await reader.exactly(8);
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== length % 2 ** 32) {
    throw new LeaksiftError('corrupt', 'gzip checksum does not match');
  }
}

async function readHeader(reader: ByteReader): Promise<void> {
  const header = await reader.exactly(10);
  const flags = header[3] as number;
  if (header[2] !== 8) throw new LeaksiftError('corrupt', 'unknown gzip method');
  if (flags & FEXTRA) await reader.skip((await reader.exactly(2)).readUInt16LE(0));
  if (flags & FNAME) await skipString(reader);
  if (flags & FCOMMENT) await skipString(reader);
  if (flags & FHCRC) await reader.skip(2);
}

async function skipString(reader: ByteReader): Promise<void> {
  for (let skipped = 0; skipped < MAX_STRING; ) {
    const chunk = await reader.chunk(1024);
    if (!chunk) throw new LeaksiftError('truncated', 'gzip header ends too early');
    const end = chunk.indexOf(0);
    if (end >= 0) return reader.unread(chunk.subarray(end + 1));
    skipped += chunk.length;
  }
  throw new LeaksiftError('corrupt', 'gzip header does not end');
}

async function isPadding(reader: ByteReader): Promise<boolean> {
  for (let chunk = await reader.chunk(65_536); chunk; chunk = await reader.chunk(65_536)) {
    if (chunk.some((byte) => byte !== 0)) return false;
  }
  return true;
}

/** FNAME, without folders: RFC 1952 requires Latin-1, in practice any encoding occurs. */
function storedName(head: Buffer): string | undefined {
  const flags = head[3] ?? 0;
  if ((flags & FNAME) === 0 || head.length < 12) return undefined;
  const start = 10 + (flags & FEXTRA ? 2 + head.readUInt16LE(10) : 0);
  const end = head.indexOf(0, start);
  if (end <= start || end - start > 1024) return undefined;
  const name = decodeUnlabelled(head.subarray(start, end)).replace(/^.*[/\\]/s, '');
  return name === '' ? undefined : name;
}

export const gzip = singleStream({
  suffixes: {
    '.gz': '',
    '.tgz': '.tar',
    '.taz': '.tar',
    '.svgz': '.svg',
    '.emz': '.emf',
    '.wmz': '.wmf',
    '.z': '',
  },
  decode: decodeGzip,
  storedName,
});
