/**
 * Reads xls (BIFF2 to BIFF8) as tables through SheetJS, and from the records what that leaves out. Tries
 * Excel's well-known default password and the user's. The whole file is held in memory. Embedded objects
 * and macros in the OLE file are the OLE walker's to hand on, not this one's.
 */
import CFB from 'cfb';
import officecrypto from 'officecrypto-tool';
import type { Content, ExtractContext, Extractor, PartWriter } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import { pushText } from './embedded.js';
import { MEDIA } from './media-types.js';
import { parseWorkbook, writeWorkbook } from './sheetjs.js';
import { recordTexts } from './xls-records.js';
import { stripHeaderCodes } from './xlsx-sheet.js';

/** Excel encrypts with this password when a user only protects a workbook's structure. */
const DEFAULT_PASSWORD = 'VelvetSweatshop';
/** SheetJS needs some ten times the file's size; BIFF sheets of 65,536 rows seldom reach it. */
const MAX_BYTES = 128 << 20;

/** Pushes all of an xls. Throws `encrypted` where no password fits. */
export async function extractXls(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
  await writeXls(await decrypted(bytes, context), out);
}

async function writeXls(bytes: Buffer, out: PartWriter): Promise<void> {
  writeRecords(bytes, out);
  await writeWorkbook(parseWorkbook(bytes), out);
}

/** The bytes themselves, or decrypted where a password fits. */
async function decrypted(bytes: Buffer, context: ExtractContext): Promise<Buffer> {
  if (!isEncryptedXls(bytes)) return bytes;
  for (const password of [DEFAULT_PASSWORD, ...context.options.passwords]) {
    context.budget.check();
    try {
      const plain = await officecrypto.decrypt(bytes, { password });
      if (plain.length > 0) return plain;
    } catch {
      // Wrong password, or a cipher it does not know: its errors do not tell apart.
    }
  }
  throw new LeaksiftError('encrypted', 'encrypted workbook');
}

const FILE_PASS = 0x2f;
const MAX_LEADING_RECORDS = 16;

/** True where a FilePass record stands among the first records of the workbook stream. */
function isEncryptedXls(bytes: Buffer): boolean {
  const stream = workbookStream(bytes);
  if (!stream) return false;
  const view = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  for (let at = 0, i = 0; at + 4 <= view.length && i < MAX_LEADING_RECORDS; i++) {
    if (view.readUInt16LE(at) === FILE_PASS) return true;
    at += 4 + view.readUInt16LE(at + 2);
  }
  return false;
}

function openOle(bytes: Buffer): CFB.CFB$Container | undefined {
  try {
    return CFB.read(bytes, { type: 'buffer' });
  } catch {
    return undefined;
  }
}

function workbookStream(bytes: Buffer): Uint8Array | undefined {
  const ole = openOle(bytes);
  const entry = ole && (CFB.find(ole, 'Workbook') ?? CFB.find(ole, 'Book'));
  return entry?.content ? Uint8Array.from(entry.content) : undefined;
}

function writeRecords(bytes: Buffer, out: PartWriter): void {
  const ole = openOle(bytes);
  if (!ole) return;
  for (const [index, path] of ole.FullPaths.entries()) {
    const isPivot = /\/_SX_DB_CUR\/./i.test(path);
    if (!isPivot && !/\/(Workbook|Book)$/i.test(path)) continue;
    const content = ole.FileIndex[index]?.content;
    if (!content) continue;
    const texts = recordTexts(Uint8Array.from(content));
    for (const [kind, list] of Object.entries(texts)) {
      const shown = kind === 'header-footer' ? list.map(stripHeaderCodes) : list;
      pushText(out, { part: kind, hidden: kind }, shown.join('\n'));
    }
  }
}

export const xls: Extractor = { id: 'xls', mediaTypes: [MEDIA.xls], container: true, extract: extractXls };
