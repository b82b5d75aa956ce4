/**
 * Containers of data that nothing here reads: databases, logs, dumps, notebooks, statistics, captures. Input: the head
 * of a content and its extension. Output: a media type, undefined if the content is none of them. Signatures are from
 * the formats' own documentation and from file(1).
 */
import { isPrintable } from './detect-checks.js';

type Container = {
  readonly type: string;
  /** Hexadecimal digits at `at`, default 0. Without any, the extension alone decides. */
  readonly magics?: readonly string[];
  readonly at?: number;
  /** Decide where no signature matches and the content is binary. */
  readonly extensions?: readonly string[];
};

const text = (magic: string) => Buffer.from(magic, 'latin1').toString('hex');

const CONTAINERS: readonly Container[] = [
  // Columns and records.
  { type: 'application/vnd.apache.parquet', magics: [text('PAR1'), text('PARE')], extensions: ['parquet'] },
  { type: 'application/vnd.apache.orc', magics: [text('ORC')] },
  { type: 'application/x-avro', magics: [text('Obj\x01')] },
  { type: 'application/vnd.apache.arrow.file', magics: [text('ARROW1'), text('FEA1')] },
  { type: 'application/bson', extensions: ['bson'] },
  { type: 'application/x-mongodb-archive', magics: ['6de29981'] },
  {
    type: 'application/x-bplist',
    magics: [text('bplist00'), text('bplist01'), text('bplist15'), text('bplist16')],
  },
  { type: 'application/x-hdf5', magics: ['894844460d0a1a0a'] },
  // Databases and what stands beside them.
  { type: 'application/x-sqlite-wal', magics: ['377f0682', '377f0683'] },
  { type: 'application/x-sqlite-journal', magics: ['d9d505f920a163d7'] },
  { type: 'application/x-dbf-memo', extensions: ['dbt', 'fpt', 'smt'] },
  { type: 'application/x-postgresql-dump', magics: [text('PGDMP')] },
  { type: 'application/x-mysql-table', extensions: ['myd', 'ibd', 'frm'] },
  { type: 'application/x-mssql-data', extensions: ['mdf', 'ndf', 'ldf'] },
  { type: 'application/x-mssql-backup', magics: [text('TAPE\0\0')] },
  { type: 'application/x-oracle-dump', extensions: ['dmp'] },
  { type: 'application/x-firebird', extensions: ['fdb', 'gdb'] },
  { type: 'application/x-filemaker', extensions: ['fp7', 'fmp12'] },
  { type: 'application/x-lotus-notes', magics: ['1a0000040000'], extensions: ['nsf'] },
  { type: 'application/x-ese-database', magics: ['efcdab89'], at: 4 },
  { type: 'application/x-lmdb', magics: ['dec0efbe'], at: 16 },
  // Notebooks and office.
  {
    type: 'application/onenote',
    magics: ['e4525c7b8cd8a74daeb15378d02996d3', 'a12fff43d9ef764c9ee210ea5722765f'],
  },
  { type: 'application/x-iwork-archive', extensions: ['iwa'] },
  // The data of a file and what AppleDouble holds, in one (RFC 1740).
  { type: 'application/applefile', magics: ['00051600'] },
  // Statistics.
  {
    type: 'application/x-sas-data',
    magics: ['000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011'],
  },
  { type: 'application/x-spss-sav', magics: [text('$FL2@(#)'), text('$FL3@(#)')], extensions: ['sav'] },
  { type: 'application/x-stata-dta', magics: [text('<stata_dta>')], extensions: ['dta'] },
  // Logs, captures, images of memory and of disks.
  { type: 'application/x-windows-event-log', magics: [text('ElfFile\0'), '300000004c664c65'] },
  { type: 'application/x-windows-registry', magics: [text('regf')] },
  {
    type: 'application/vnd.tcpdump.pcap',
    magics: ['d4c3b2a1', 'a1b2c3d4', '0a0d0d0a', '4d3cb2a1', 'a1b23c4d'],
  },
  { type: 'application/x-minidump', magics: [text('MDMP')] },
  {
    type: 'application/x-expert-witness',
    magics: ['455646090d0aff00', '4c5646090d0aff00', '455646320d0a8100'],
  },
];

export const UNREAD_TYPES: readonly string[] = CONTAINERS.map(({ type }) => type);

/** Text in a code page that is not decoded. */
export const EBCDIC = 'text/x-ebcdic';

type Signature = { readonly type: string; readonly magic: Buffer; readonly at: number };

const SIGNATURES: readonly Signature[] = CONTAINERS.flatMap(({ type, magics = [], at = 0 }) =>
  magics.map((magic) => ({ type, magic: Buffer.from(magic, 'hex'), at })),
);
const BY_EXTENSION = new Map(
  CONTAINERS.flatMap(({ type, extensions = [] }) =>
    extensions.map((extension) => [extension, type] as const),
  ),
);

/** A shorter signature of letters can begin a text: `ORCHESTRA`, `regfile`. */
const CONCLUSIVE_BYTES = 8;

/** The container whose signature the head has. */
export function unreadSignature(head: Buffer): string | undefined {
  for (const { type, magic, at } of SIGNATURES) {
    const end = at + magic.length;
    if (head[at] !== magic[0] || head.length < end || magic.compare(head, at, end) !== 0) continue;
    const behind = head.subarray(end, end + CONCLUSIVE_BYTES);
    if (magic.length >= CONCLUSIVE_BYTES || !isPrintable(magic) || !isPrintable(behind)) return type;
  }
  return undefined;
}

/** The container of a binary without a signature. */
export function unreadWeak(head: Buffer, extension: string): string | undefined {
  return isBson(head) ? 'application/bson' : BY_EXTENSION.get(extension);
}

/** Bytes of a sample that decides. */
const EBCDIC_SAMPLE = 4096;
const MIN_EBCDIC_BYTES = 64;
/** Blanks are 0x40: a tenth to a sixth of a text, and nearly all padding of fixed records. Random bytes have 0.4 %. */
const MIN_BLANKS = 0.03;
/** A text of ASCII or Latin has more blanks of 0x20 than this; EBCDIC uses that place for nothing. */
const MAX_ASCII_BLANKS = 0.005;
const MIN_EBCDIC_SHARE = 0.8;
/** Letters, digits and blanks of all EBCDIC code pages (IBM CDRA, code page 037). */
const IS_EBCDIC = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(
    byte === 0x40 ||
      (byte >= 0xf0 && byte <= 0xf9) ||
      ((byte & 0x80) !== 0 && (byte & 0x0f) >= 1 && (byte & 0x0f) <= 9),
  ),
);

/** True for text of a mainframe. ASCII and every Latin, Cyrillic and Greek code page have their blanks at 0x20. */
export function isEbcdic(head: Buffer): boolean {
  const sample = head.subarray(0, EBCDIC_SAMPLE);
  if (sample.length < MIN_EBCDIC_BYTES) return false;
  let [blanks, ascii, letters] = [0, 0, 0];
  for (const byte of sample) {
    if (byte === 0x40) blanks++;
    if (byte === 0x20) ascii++;
    letters += IS_EBCDIC[byte] as number;
  }
  const share = (count: number) => count / sample.length;
  return (
    share(blanks) >= MIN_BLANKS && share(ascii) <= MAX_ASCII_BLANKS && share(letters) >= MIN_EBCDIC_SHARE
  );
}

/** BSON limits a document to 16 MiB (bsonspec.org, MongoDB limits). */
const MAX_BSON_BYTES = 16 * 1024 * 1024 + 16 * 1024;
const MIN_BSON_BYTES = 5;
const LAST_BSON_TYPE = 0x13;
/** Longer names of fields are not expected in the first element. */
const MAX_FIELD_NAME = 64;

/** A length, then an element: its type, its name, a zero. */
function isBson(head: Buffer): boolean {
  if (head.length < 8) return false;
  const length = head.readInt32LE(0);
  const type = head[4] as number;
  if (length <= MIN_BSON_BYTES || length > MAX_BSON_BYTES || type === 0 || type > LAST_BSON_TYPE)
    return false;
  const end = head.indexOf(0, 5);
  if (end < 6 || end > 5 + MAX_FIELD_NAME) return false;
  return /^[A-Za-z_$][\w.$ -]*$/.test(head.toString('latin1', 5, end)) && (head[length - 1] ?? 0) === 0;
}
