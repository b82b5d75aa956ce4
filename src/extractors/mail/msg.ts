/**
 * Outlook messages (.msg): every text property, with its code page, recipients, attachments, enclosed messages and
 * objects. Input: an OLE container; output: the parts of a mail; of a damaged container those that can be read.
 * Rejects other containers.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { decodeCharset } from '../bytes/mime-charset.js';
import { Cfb } from '../ole/cfb.js';
import { buildCfb } from '../ole/cfb-writer.js';
import { pushMail } from './eml.js';
import {
  fileTime,
  type MapiAttachment,
  type MapiMessage,
  type MapiProperties,
  type MapiValue,
  numberOf,
  TAG,
} from './mapi-message.js';
import { codePageName, mimeOf } from './mapi-mime.js';
import { type MapiNames, namesOf } from './mapi-names.js';

export const msg: Extractor = {
  extract: extractMsg,
};

/** No real message is larger, and the container is held in memory. */
const MAX_MSG_BYTES = 256 * 1024 * 1024;

export async function extractMsg(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const { root, isWhole } = readStorage(await context.bytes(MAX_MSG_BYTES));
  const hasProperties = root.streams.has(PROPERTIES);
  if (!hasProperties && ![...root.streams.keys()].some((name) => SUBSTREAM.test(name)))
    throw new LeaksiftError('corrupt', 'msg: no properties');
  if (!isWhole || !hasProperties) out.partial('corrupt');
  const entries = root.storages.get(NAMES)?.streams.get(NAME_ENTRIES);
  const names = namesOf(entries ?? Buffer.alloc(0));
  await pushMail(mimeOf(messageOf(root, { names })), out, context);
}

type Storage = { readonly streams: Map<string, Buffer>; readonly storages: Map<string, Storage> };

const PROPERTIES = '__properties_version1.0';
/** The storage that names the tags of named properties, for all messages of the file. */
const NAMES = '__nameid_version1.0';
const NAME_ENTRIES = '__substg1.0_00030102';
const MAX_STORAGE_DEPTH = 64;

/** All streams of a container by storage; fewer where it is damaged. */
function readStorage(bytes: Buffer): { root: Storage; isWhole: boolean } {
  const cfb = new Cfb(bytes);
  const root: Storage = { streams: new Map(), storages: new Map() };
  let total = 0;
  for (const entry of cfb.entries) {
    const names = entry.path.split('/');
    const name = names.pop()?.toLowerCase();
    if (!entry.isStream || !name || names.length > MAX_STORAGE_DEPTH) continue;
    let storage = root;
    for (const step of names) storage = inner(storage, step.toLowerCase());
    // An orphaned stream of a damaged tree must not replace one that the tree contains.
    if (storage.streams.has(name)) continue;
    const stream = cfb.read(entry);
    total += stream.length;
    // Streams with more bytes than the file overlap.
    if (total > bytes.length) return { root, isWhole: false };
    storage.streams.set(name, stream);
  }
  return { root, isWhole: !cfb.damaged };
}

function inner(storage: Storage, name: string): Storage {
  const found = storage.storages.get(name) ?? { streams: new Map(), storages: new Map() };
  storage.storages.set(name, found);
  return found;
}

type Reading = { readonly names: MapiNames; readonly codePage?: string };

function messageOf(storage: Storage, { names, codePage: outerPage }: Reading): MapiMessage {
  const fixed = fixedProperties(storage, 'message');
  const page = numberOf(fixed, TAG.messageCodePage) ?? numberOf(fixed, TAG.internetCodePage);
  const codePage = page && page !== 1200 ? codePageName(page) : outerPage;
  const reading = { names, codePage };
  const bags = (prefix: string) =>
    [...storage.storages].filter(([name]) => name.startsWith(prefix)).map(([, bag]) => bag);
  return {
    properties: propertiesOf(storage, 'message', reading),
    recipients: async () => bags('__recip_version').map((bag) => propertiesOf(bag, 'bag', reading)),
    async *attachments() {
      for (const bag of bags('__attach_version')) yield attachmentOf(bag, reading);
    },
  };
}

const OBJECT = '__substg1.0_3701000d';

function attachmentOf(bag: Storage, reading: Reading): MapiAttachment {
  const properties = propertiesOf(bag, 'bag', reading);
  const object = bag.storages.get(OBJECT);
  if (object?.streams.has(PROPERTIES)) return { properties, message: messageOf(object, reading) };
  const data = object ? rebuilt(object) : properties.get(TAG.attachData);
  return { properties, data: Buffer.isBuffer(data) ? one(data) : undefined };
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** An embedded object (a sheet, a picture) as a container file, as before embedding. */
function rebuilt(object: Storage): Buffer {
  return buildCfb(streamsOf(object, ''));
}

function* streamsOf(storage: Storage, folder: string): Generator<readonly [string, Buffer]> {
  for (const [name, bytes] of storage.streams) yield [`${folder}${name}`, bytes];
  for (const [name, inside] of storage.storages) yield* streamsOf(inside, `${folder}${name}/`);
}

/** Values of fixed size, from the property stream: 16 bytes each after its header. */
function fixedProperties(storage: Storage, kind: Kind): Map<number, MapiValue> {
  const stream = storage.streams.get(PROPERTIES) ?? Buffer.alloc(0);
  const found = new Map<number, MapiValue>();
  for (let at = headerBytes(stream, kind); at + 16 <= stream.length; at += 16) {
    const type = stream.readUInt16LE(at);
    const tag = stream.readUInt16LE(at + 2);
    if (type === 0x0003) found.set(tag, stream.readInt32LE(at + 8));
    else if (type === 0x000b) found.set(tag, stream[at + 8] !== 0);
    else if (type === 0x0040) found.set(tag, fileTime(stream.readBigUInt64LE(at + 8)));
  }
  return found;
}

type Kind = 'message' | 'bag';

/** 32 for a message file, 24 for an enclosed one, 8 for recipients and attachments. */
function headerBytes(stream: Buffer, kind: Kind): number {
  if (kind === 'bag') return 8;
  return stream.length % 16 === 0 ? 32 : 24;
}

const SUBSTREAM = /^__substg1\.0_([\da-f]{4})([\da-f]{4})(-[\da-f]{8})?$/;

function propertiesOf(storage: Storage, kind: Kind, { names, codePage }: Reading): MapiProperties {
  const found = fixedProperties(storage, kind);
  for (const [name, bytes] of storage.streams) {
    const [, tag = '', type = '', part] = SUBSTREAM.exec(name) ?? [];
    // With several values, the stream without a number holds only their lengths.
    const isLengths = type.startsWith('1') && part === undefined;
    const value = tag === '' || isLengths ? undefined : decoded(bytes, type, codePage);
    if (value === undefined) continue;
    const own = Number.parseInt(tag, 16);
    const key = names.get(own) ?? own;
    const before = found.get(key);
    found.set(key, typeof before === 'string' && typeof value === 'string' ? `${before}; ${value}` : value);
  }
  return found;
}

function decoded(bytes: Buffer, type: string, codePage: string | undefined): string | Buffer | undefined {
  if (type === '001f' || type === '101f') return bytes.toString('utf16le').replace(/\0+$/, '');
  if (type === '001e' || type === '101e') return decodeCharset(bytes, codePage).replace(/\0+$/, '');
  return type === '0102' ? bytes : undefined;
}
