/**
 * Reads xls (BIFF2 to BIFF8) as tables through SheetJS, and what that omits from the records. Tries Excel's
 * well-known default password and the user's. Holds the whole file in memory. The OLE reader (ole.ts) handles
 * properties, embedded objects and macros of the OLE file.
 */
import type { WorkBook } from '@e965/xlsx';
import officecrypto from 'officecrypto-tool';
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { pushText } from '../bytes/embedded.js';
import { Cfb, isCfb } from '../ole/cfb.js';
import { withPassword } from '../ole/ole-encrypted.js';
import { parseWorkbook, writeWorkbook } from './sheetjs.js';
import { recordTexts } from './xls-records.js';
import { stripHeaderCodes } from './xlsx-sheet.js';

/** SheetJS needs about ten times the file's size; BIFF sheets of 65,536 rows rarely reach this. */
const MAX_BYTES = 128 << 20;

/** Pushes all of an xls. Throws `encrypted` if no password fits. */
export async function extractXls(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
  await writeXls(await decrypted(bytes, context), out);
}

async function writeXls(bytes: Buffer, out: PartWriter): Promise<void> {
  const { streams, isCut } = streamsOf(bytes);
  if (isCut) out.partial('truncated');
  for (const stream of streams) writeRecords(stream, out);
  await writeWorkbook(parse(bytes, streams[0]), out);
}

/** A container that SheetJS cannot follow can still hold a workbook stream that it can read. */
function parse(bytes: Buffer, workbook: Buffer | undefined): WorkBook {
  try {
    return parseWorkbook(bytes);
  } catch (error) {
    if (codeOf(error) === 'encrypted' || !workbook || workbook === bytes) throw error;
    return parseWorkbook(workbook);
  }
}

/** The bytes themselves, or decrypted if a password fits. */
async function decrypted(bytes: Buffer, context: ExtractContext): Promise<Buffer> {
  if (!isEncryptedXls(bytes)) return bytes;
  return withPassword(context, (password) => officecrypto.decrypt(bytes, { password }));
}

const FILE_PASS = 0x2f;
const MAX_LEADING_RECORDS = 16;

/** True if the first records of the workbook stream include FilePass. */
function isEncryptedXls(bytes: Buffer): boolean {
  const stream = streamsOf(bytes).streams[0] ?? bytes;
  for (let at = 0, i = 0; at + 4 <= stream.length && i < MAX_LEADING_RECORDS; i++) {
    if (stream.readUInt16LE(at) === FILE_PASS) return true;
    at += 4 + stream.readUInt16LE(at + 2);
  }
  return false;
}

type Streams = { readonly streams: readonly Buffer[]; readonly isCut: boolean };

/** The workbook stream, then those of pivot caches. A file without a container is its own stream. */
function streamsOf(bytes: Buffer): Streams {
  if (!isCfb(bytes)) return { streams: [bytes], isCut: false };
  try {
    const cfb = new Cfb(bytes);
    const entries = cfb.entries.filter((entry) => entry.isStream);
    const workbook = entries.filter((entry) => /^(Workbook|Book)$/i.test(entry.path));
    const pivots = entries.filter((entry) => /(^|\/)_SX_DB_CUR\//i.test(entry.path));
    const streams = [...workbook, ...pivots].map((entry) => cfb.read(entry));
    return { streams, isCut: cfb.damaged };
  } catch {
    return { streams: [], isCut: true };
  }
}

function writeRecords(stream: Buffer, out: PartWriter): void {
  for (const [kind, list] of Object.entries(recordTexts(stream))) {
    const shown = kind === 'header-footer' ? list.map(stripHeaderCodes) : list;
    pushText(out, { part: kind, hidden: kind }, shown.join('\n'));
  }
}

export const xls: Extractor = { extract: extractXls };
