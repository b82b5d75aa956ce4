/**
 * OLE compound files: chooses the reader by the stream names (xls, doc, ppt, msg), decrypts encrypted Office packages
 * into a member, then pushes property sets, macros, embedded objects and pictures. Broken files give their raw
 * strings, reported as `corrupt`.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { pushEmbedded, pushText } from '../bytes/embedded.js';
import { MEDIA } from '../bytes/media-types.js';
import { rawStrings } from '../bytes/raw-strings.js';
import { extractMsg } from '../mail/msg.js';
import { Cfb, isCfb } from '../ole/cfb.js';
import { pictures } from '../ole/drawing-pictures.js';
import { pushOleEmbedded } from '../ole/ole-embedded.js';
import { decryptOffice } from '../ole/ole-encrypted.js';
import { propertyLines } from '../ole/ole-properties.js';
import { extractXls } from '../sheets/xls.js';
import { extractDoc } from './doc.js';
import { isEncryptedDoc, tableStreamName } from './doc-text.js';
import { extractPpt } from './ppt.js';

/** Token of a current-user stream whose presentation is encrypted. */
const PPT_ENCRYPTED = 0xf3d1c4df;
/** Streams of Publisher, Works and PowerPoint 4 that hold plain text. */
const PLAIN_TEXT = /^(Quill\/QuillSub\/CONTENTS|MatOST|PP40)$/i;
const PROPERTY_SETS = /SummaryInformation$/;

export const oleExtractor: Extractor = {
  extract,
};

type Reading = {
  readonly content: Content;
  readonly bytes: Buffer;
  readonly cfb: Cfb;
  readonly out: PartWriter;
  readonly context: ExtractContext;
};

async function extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const bytes = await context.bytes();
  // Excel before 5 wrote its records without a container.
  if (!isCfb(bytes) && context.mediaType === MEDIA.xls) return extractXls(content, out, context);
  let cfb: Cfb;
  try {
    cfb = new Cfb(bytes);
  } catch {
    // Word before 6 had no container either.
    const isWord = await orFalse(() => extractDoc({ main: bytes, table: bytes }, out, context));
    return isWord ? undefined : pushRaw(bytes, out, context);
  }
  await read({ content, bytes, cfb, out, context });
}

async function read(reading: Reading): Promise<void> {
  const { content, cfb, out, context } = reading;
  if (cfb.find('EncryptedPackage')) return readPackage(reading);
  if (cfb.find('__properties_version1.0')) return extractMsg(content, out, context);
  let isRead = false;
  if (cfb.find('WordDocument')) isRead = await readDoc(reading);
  else if (cfb.find('PowerPoint Document')) isRead = await readPpt(reading);
  else if (cfb.find('Workbook') ?? cfb.find('Book')) isRead = await readXls(reading);
  else isRead = await readOther(reading);
  // Readers that decrypt continue with the plain file themselves.
  if (isRead) await pushRest(reading);
}

async function pushRest({ cfb, out, context }: Reading): Promise<void> {
  pushProperties(cfb, out);
  await pushOleEmbedded(cfb, out, context);
  let number = 0;
  for (const name of ['Pictures', 'Data']) {
    const entry = cfb.find(name);
    for (const { extension, bytes } of entry ? pictures(cfb.read(entry)) : []) {
      number += 1;
      await pushEmbedded(out, context, { name: `picture-${number}.${extension}`, bytes, hidden: 'embedded' });
    }
  }
  if (cfb.damaged) out.partial('truncated', 'streams are cut');
}

async function readPackage({ bytes, cfb, out, context }: Reading): Promise<void> {
  const plain = await decryptOffice(bytes, cfb, context);
  await pushEmbedded(out, context, { name: 'package', bytes: plain });
}

/** True if the document was read here, false if its decrypted form was. */
async function readDoc(reading: Reading): Promise<boolean> {
  const { cfb, out, context } = reading;
  const main = streamOf(cfb, 'WordDocument');
  if (isEncryptedDoc(main)) return readDecrypted(reading);
  const table = streamOf(cfb, tableStreamName(main));
  const hasText = await orFalse(() => extractDoc({ main, table }, out, context));
  if (!hasText && main.length > 0x600) await pushRaw(main, out, context);
  return true;
}

async function readPpt(reading: Reading): Promise<boolean> {
  const { cfb, out, context } = reading;
  const user = streamOf(cfb, 'Current User');
  if (user.length >= 16 && user.readUInt32LE(12) === PPT_ENCRYPTED) return readDecrypted(reading);
  const stream = streamOf(cfb, 'PowerPoint Document');
  const hasText = await orFalse(() => extractPpt(stream, out, context));
  if (!hasText && stream.length > 0x600 && !streamHasRecords(stream)) await pushRaw(stream, out, context);
  return true;
}

async function readXls({ content, bytes, out, context }: Reading): Promise<boolean> {
  try {
    await extractXls(content, out, context);
  } catch (error) {
    if (error instanceof LeaksiftError && error.code !== 'corrupt') throw error;
    await pushRaw(bytes, out, context);
  }
  return true;
}

async function readDecrypted(reading: Reading): Promise<boolean> {
  const bytes = await decryptOffice(reading.bytes, reading.cfb, reading.context);
  const cfb = new Cfb(bytes);
  const main = streamOf(cfb, 'WordDocument');
  const isStill = main.length > 0 && isEncryptedDoc(main);
  if (isStill) main.writeUInt16LE(main.readUInt16LE(10) & ~0x0100, 10);
  const { out, context } = reading;
  if (main.length > 0) {
    await extractDoc({ main, table: streamOf(cfb, tableStreamName(main)) }, out, context);
  } else await extractPpt(streamOf(cfb, 'PowerPoint Document'), out, context);
  await pushRest({ ...reading, bytes, cfb });
  return false;
}

/** A file of an unknown application: its properties and objects are read, its main streams are not. */
async function readOther({ cfb, bytes, out, context }: Reading): Promise<boolean> {
  const plain = cfb.entries.filter((entry) => entry.isStream && PLAIN_TEXT.test(entry.path));
  for (const entry of plain) pushStrings(cfb.read(entry), out, context);
  if (cfb.entries.length === 0) await pushRaw(bytes, out, context);
  else if (context.options.strings) pushStrings(bytes, out, context);
  else if (isInstaller(cfb)) out.partial('unsupported-type', context.mediaType);
  else if (!isVbaProject(cfb)) out.partial('data-not-read', context.mediaType);
  return true;
}

/** Windows Installer packs two characters of a stream's name into one from U+3800 to U+4840. */
function isInstaller(cfb: Cfb): boolean {
  return cfb.entries.some((entry) => /[\u3800-\u4840]/.test(entry.path));
}

function isVbaProject(cfb: Cfb): boolean {
  return cfb.entries.some((entry) => /(^|\/)(VBA\/dir|.Ole10Native|Package|CONTENTS)$/i.test(entry.path));
}

function pushProperties(cfb: Cfb, out: PartWriter): void {
  const lines: string[] = [];
  for (const entry of cfb.entries) {
    if (entry.isStream && PROPERTY_SETS.test(entry.path)) lines.push(...propertyLines(cfb.read(entry)));
  }
  pushText(out, { part: 'metadata', hidden: 'metadata' }, lines.join('\n'));
}

async function pushRaw(bytes: Buffer, out: PartWriter, context: ExtractContext): Promise<void> {
  out.partial('corrupt', 'raw strings only');
  pushStrings(bytes, out, context);
}

function pushStrings(bytes: Buffer, out: PartWriter, context: ExtractContext): void {
  const flow = out.text({ part: 'raw-strings' });
  for (const text of rawStrings(bytes)) {
    context.budget.check();
    flow.write(text);
  }
  flow.end();
}

function streamOf(cfb: Cfb, name: string): Buffer {
  const entry = cfb.find(name);
  return entry ? cfb.read(entry) : Buffer.alloc(0);
}

function streamHasRecords(stream: Buffer): boolean {
  return stream.readUInt16LE(2) === 1000 || stream.readUInt16LE(2) === 1006;
}

/** Errors of a reader keep what it pushed; limits and encryption are rethrown. */
async function orFalse(read: () => Promise<boolean>): Promise<boolean> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LeaksiftError && codeOf(error) !== 'corrupt') throw error;
    return false;
  }
}
