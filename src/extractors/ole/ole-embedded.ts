/**
 * Pushes what an OLE file holds besides its own document: embedded files (Ole10Native, Package and the like),
 * embedded documents (storages, rebuilt as files), and the source of macros.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { decodeCodePage } from '../bytes/code-pages.js';
import { pushEmbedded, pushText } from '../bytes/embedded.js';
import type { Cfb, CfbEntry } from './cfb.js';
import { buildCfb } from './cfb-writer.js';
import { vbaSource } from './vba.js';

/** Streams that make their storage a document. */
const DOCUMENT_STREAMS =
  /^(WordDocument|Workbook|Book|PowerPoint Document|VisioDocument|EncryptedPackage|__properties_version1\.0)$/i;
/** Streams that are a whole file. */
const FILE_STREAMS = /^(Package|EmbeddedOdf|CONTENTS)$/i;
const NATIVE = '\x01ole10native';
const MAX_REBUILT_BYTES = 256 * 1024 * 1024;

export async function pushOleEmbedded(cfb: Cfb, out: PartWriter, context: ExtractContext): Promise<void> {
  const taken: string[] = [];
  for (const entry of cfb.entries) {
    context.budget.check();
    if (!entry.isStream || taken.some((folder) => entry.path.startsWith(folder))) continue;
    const slash = entry.path.lastIndexOf('/');
    const folder = entry.path.slice(0, slash + 1);
    if (entry.name.toLowerCase() === NATIVE) await pushNative(cfb.read(entry), out, context);
    else if (folder !== '' && DOCUMENT_STREAMS.test(entry.name)) {
      taken.push(folder);
      await pushStorage(cfb, folder, { out, context });
    } else if (folder !== '' && FILE_STREAMS.test(entry.name) && !/^Quill\//i.test(folder)) {
      await pushEmbedded(out, context, { name: entry.path, bytes: cfb.read(entry), hidden: 'embedded' });
    } else if (/(^|\/)VBA\/[^/]+$/i.test(entry.path)) pushMacro(cfb, entry, out);
  }
}

function pushMacro(cfb: Cfb, entry: CfbEntry, out: PartWriter): void {
  const source = vbaSource(cfb.read(entry));
  if (source) pushText(out, { part: 'macro', hidden: 'macro' }, decodeCodePage(source, 1252));
}

type Native = { readonly name: string; readonly paths: string; readonly bytes: Buffer };

export async function pushNative(stream: Buffer, out: PartWriter, context: ExtractContext): Promise<void> {
  const { name, paths, bytes } = parseNative(stream);
  pushText(out, { part: 'object', hidden: 'embedded' }, paths);
  if (bytes.length > 0) await pushEmbedded(out, context, { name, bytes, hidden: 'embedded' });
}

/** Label, file name and path of a packaged file, then its bytes; for any other stream, all bytes. */
export function parseNative(stream: Buffer): Native {
  const whole = { name: 'object', paths: '', bytes: stream.subarray(4) };
  if (stream.length < 12 || stream.readUInt16LE(4) !== 2) return whole;
  const strings: string[] = [];
  let at = 6;
  const string = () => {
    const end = stream.indexOf(0, at);
    if (end < 0 || end - at > 4096) return false;
    strings.push(decodeCodePage(stream.subarray(at, end), 1252));
    at = end + 1;
    return true;
  };
  if (!string() || !string() || at + 8 > stream.length) return whole;
  // Two words of flags, then the length of the temporary path, which includes its NUL.
  at += 8;
  if (!string() || at + 4 > stream.length) return whole;
  const length = stream.readUInt32LE(at);
  const name = (strings[1] ?? '').replace(/^.*[\\/]/, '') || 'object';
  return { name, paths: strings.join('\n'), bytes: stream.subarray(at + 4, at + 4 + length) };
}

type Target = { readonly out: PartWriter; readonly context: ExtractContext };

/** Rebuilds a storage as a file, so that it is read like any document of its kind. */
async function pushStorage(cfb: Cfb, folder: string, { out, context }: Target): Promise<void> {
  const streams: [string, Buffer][] = [];
  let total = 0;
  for (const entry of cfb.entries) {
    if (!entry.isStream || !entry.path.startsWith(folder)) continue;
    const bytes = cfb.read(entry);
    total += bytes.length;
    if (total > MAX_REBUILT_BYTES) {
      out.partial('limit-memory', 'embedded object');
      return;
    }
    streams.push([entry.path.slice(folder.length), bytes]);
  }
  const name = folder.slice(0, -1).replace(/^.*\//, '');
  await pushEmbedded(out, context, { name, bytes: buildCfb(streams), hidden: 'embedded' });
}
