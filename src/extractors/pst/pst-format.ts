/**
 * The differences between the three layouts of Outlook stores (MS-PST 2.2): ANSI up to Outlook 2002, Unicode, and the
 * undocumented 4 KiB pages of newer .ost, whose fields are as libpff describes them. Input: the file's header.
 * Rejects files without one.
 */
import { LeaksiftError } from '../../core/errors.js';

export type PstFormat = {
  /** Of block ids and file offsets. */
  readonly idBytes: 4 | 8;
  readonly is4k: boolean;
  readonly pageBytes: number;
  /** Offset of the number of entries of a B-tree page, which its level follows; the byte before is their size. */
  readonly countAt: number;
  readonly levelAt: number;
  readonly pageTypeAt: number;
  readonly pageIdAt: number;
  readonly blockAlign: number;
  readonly trailerBytes: number;
};

export type PstRoot = { readonly id: number; readonly at: number };

export type PstHeader = {
  readonly format: PstFormat;
  readonly nodes: PstRoot;
  readonly blocks: PstRoot;
  readonly fileBytes: number;
  /** 0: none, 1: permute, 2: cyclic; others are real encryption. */
  readonly encoding: number;
};

export const HEADER_BYTES = 564;

const ANSI: PstFormat = {
  idBytes: 4,
  is4k: false,
  pageBytes: 512,
  countAt: 496,
  levelAt: 499,
  pageTypeAt: 500,
  pageIdAt: 504,
  blockAlign: 64,
  trailerBytes: 12,
};
const UNICODE: PstFormat = {
  ...ANSI,
  idBytes: 8,
  countAt: 488,
  levelAt: 491,
  pageTypeAt: 496,
  trailerBytes: 16,
};
const PAGES_4K: PstFormat = {
  idBytes: 8,
  is4k: true,
  pageBytes: 4096,
  countAt: 4056,
  levelAt: 4061,
  pageTypeAt: 4072,
  pageIdAt: 4080,
  blockAlign: 512,
  trailerBytes: 24,
};

const FIRST_UNICODE = 21;
const FIRST_4K = 36;

export function parseHeader(head: Buffer): PstHeader {
  if (head.length < HEADER_BYTES || head.toString('latin1', 0, 4) !== '!BDN')
    throw new LeaksiftError('corrupt', 'pst: no header');
  const version = head.readUInt16LE(10);
  const format = version >= FIRST_4K ? PAGES_4K : version >= FIRST_UNICODE ? UNICODE : ANSI;
  const isWide = format.idBytes === 8;
  const root = (at: number) => ({
    id: readId(head, at, format),
    at: readId(head, at + format.idBytes, format),
  });
  return {
    format,
    nodes: root(isWide ? 216 : 184),
    blocks: root(isWide ? 232 : 192),
    fileBytes: readId(head, isWide ? 184 : 168, format),
    encoding: head[isWide ? 513 : 461] as number,
  };
}

export function readId(bytes: Buffer, at: number, format: PstFormat): number {
  const low = bytes.readUInt32LE(at);
  return format.idBytes === 4 ? low : low + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
