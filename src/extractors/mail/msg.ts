/**
 * Outlook messages (.msg): every text property, with its code page, recipients, attachments, enclosed
 * messages and objects. In comes an OLE container, out go the parts of a mail. Refuses other containers.
 */
import CFB from 'cfb';
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { decodeCharset } from '../bytes/mime-charset.js';
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

/** Larger messages are not met, and the container is held whole. */
const MAX_MSG_BYTES = 256 * 1024 * 1024;

export async function extractMsg(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const root = readStorage(await context.bytes(MAX_MSG_BYTES));
  if (!root.streams.has(PROPERTIES)) throw new LeaksiftError('corrupt', 'msg: no properties');
  const entries = root.storages.get(NAMES)?.streams.get(NAME_ENTRIES);
  const names = namesOf(entries ?? Buffer.alloc(0));
  await pushMail(mimeOf(messageOf(root, { names })), out, context);
}

type Storage = { readonly streams: Map<string, Buffer>; readonly storages: Map<string, Storage> };

const PROPERTIES = '__properties_version1.0';
/** Which names the tags of named properties stand for, for all messages of the file. */
const NAMES = '__nameid_version1.0';
const NAME_ENTRIES = '__substg1.0_00030102';
const MAX_STORAGE_DEPTH = 64;

function readStorage(bytes: Buffer): Storage {
  const container = parse(bytes);
  const root: Storage = { streams: new Map(), storages: new Map() };
  for (const [index, path] of container.FullPaths.entries()) {
    const entry = container.FileIndex[index];
    const names = path.split('/').slice(1);
    const name = names.pop()?.toLowerCase();
    // Storages end with a slash.
    if (!entry || !name || names.length > MAX_STORAGE_DEPTH) continue;
    let storage = root;
    for (const step of names) storage = inner(storage, step.toLowerCase());
    const { content } = entry;
    storage.streams.set(name, Buffer.isBuffer(content) ? content : Buffer.from(content ?? []));
  }
  return root;
}

function parse(bytes: Buffer): ReturnType<typeof CFB.read> {
  try {
    return CFB.read(bytes, { type: 'buffer' });
  } catch (cause) {
    throw new LeaksiftError('corrupt', 'msg: broken container', { cause });
  }
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

/** An embedded object (a sheet, a picture) as the container file it was taken from. */
function rebuilt(object: Storage): Buffer {
  const container = CFB.utils.cfb_new();
  const add = (storage: Storage, path: string) => {
    for (const [name, bytes] of storage.streams) CFB.utils.cfb_add(container, `${path}/${name}`, bytes);
    for (const [name, inside] of storage.storages) add(inside, `${path}/${name}`);
  };
  add(object, '');
  return Buffer.from(CFB.write(container, { type: 'buffer' }) as Buffer);
}

/** Values of fixed size, from the property stream: 16 bytes each behind its header. */
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
    // Of several values the stream without a number holds but their lengths.
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
