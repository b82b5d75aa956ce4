/** `leaksift formats`: what can be read here, and by what. Out: a table, or one JSON object a line. */
import { extractors } from '../builtin.js';
import { probeTools, type Tool } from '../extractors/media/tools.js';
import { EXIT, type Io } from './io.js';
import type { OptionValues } from './options.js';

type Reader = {
  readonly by: string;
  readonly note?: string;
  /** Debian programs that read more, or faster, where they are installed. */
  readonly tools?: readonly string[];
};

/** What reads each format where it is not leaksift's own code. */
const READERS: Readonly<Record<string, Reader>> = {
  text: { by: 'built in', note: 'also CSV and any other text' },
  image: {
    by: 'built in, exifr',
    note: 'metadata of any image/*; the picture itself with --ocr',
    tools: ['tesseract'],
  },
  media: {
    by: 'music-metadata',
    note: 'metadata of any audio/* and video/*; sound and picture are not read',
  },
  strings: { by: 'built in', note: 'unknown binaries, with --strings' },
  pdf: { by: 'PDF.js, PDFium', note: 'scanned pages with --ocr', tools: ['tesseract'] },
  ole: { by: 'built in, SheetJS', note: 'doc, xls, ppt, msg' },
  xlsb: { by: 'SheetJS' },
  access: { by: 'mdb-reader', note: 'mdb, accdb' },
  sqlite: { by: 'node-sqlite3-wasm' },
  pst: { by: 'built in', note: 'pst, ost' },
  '7z': { by: '7-Zip (WebAssembly)' },
  zstd: { by: 'fzstd' },
  gzip: { by: 'zlib of Node' },
  zip: { by: 'built in, zlib of Node; 7-Zip for rare methods' },
};
const BUILT_IN: Reader = { by: 'built in' };

export type Format = {
  readonly format: string;
  readonly mediaTypes: readonly string[];
  readonly container: boolean;
  readonly readBy: string;
  readonly note?: string;
  readonly tools: readonly Tool[];
};

export async function listFormats(): Promise<readonly Format[]> {
  const probed = await probeTools();
  return extractors.all().map(({ id, mediaTypes, container = false }) => {
    const { by, note, tools = [] } = READERS[id] ?? BUILT_IN;
    const found = probed.filter(({ name }) => tools.includes(name));
    return { format: id, mediaTypes, container, readBy: by, note, tools: found };
  });
}

export async function formatsCommand(typed: OptionValues, io: Io): Promise<number> {
  const formats = await listFormats();
  for (const format of formats) {
    io.stdout.write(typed.json === true ? `${JSON.stringify(format)}\n` : shown(format));
  }
  return EXIT.complete;
}

function shown({ format, readBy, note, tools, mediaTypes }: Format): string {
  const programs = tools.map(
    ({ name, found, version, usedFor }) =>
      `${name} ${found ? (version ?? 'found') : 'not found'}: ${usedFor}`,
  );
  const lines = [note, ...programs, mediaTypes.join(' ')].filter(Boolean);
  return `${format.padEnd(10)} ${readBy}\n${lines.map((line) => `${' '.repeat(11)}${line}\n`).join('')}`;
}
