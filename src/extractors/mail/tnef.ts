/**
 * winmail.dat (TNEF, [MS-OXTNEF]): a stream of attributes around property sets of Outlook. Input: its bytes; output:
 * the parts of a mail. A truncated stream is read up to the cut, and is partial.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { decodeCharset } from '../bytes/mime-charset.js';
import { pushMail } from './eml.js';
import {
  type MapiAttachment,
  type MapiMessage,
  type MapiProperties,
  type MapiValue,
  TAG,
} from './mapi-message.js';
import { codePageName, mimeOf } from './mapi-mime.js';
import { type PropertyContext, readProperties, readRows } from './tnef-properties.js';

export const tnef: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const { message, isWhole } = readTnef(await context.bytes(MAX_TNEF_BYTES), 0);
    await pushMail(mimeOf(message), out, context);
    if (!isWhole) out.partial('truncated', 'winmail.dat ends early');
  },
};

const MAX_TNEF_BYTES = 256 * 1024 * 1024;
const SIGNATURE = 0x223e9f78;
const ATTRIBUTE_BYTES = 9;
const MAX_DEPTH = 20;

/** Attributes that are read, by the low half of their id. */
const ATTRIBUTE = {
  from: 0x8000,
  subject: 0x8004,
  messageClass: 0x8008,
  body: 0x800c,
  attachData: 0x800f,
  attachTitle: 0x8010,
  attachStart: 0x9002,
  messageProperties: 0x9003,
  recipients: 0x9004,
  attachProperties: 0x9005,
  codePage: 0x9007,
} as const;

type Building = { properties: Map<number, MapiValue>; data?: Buffer; message?: MapiMessage };

export function readTnef(bytes: Buffer, depth: number): { message: MapiMessage; isWhole: boolean } {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE)
    throw new LeaksiftError('corrupt', 'tnef: no signature');
  const reader = new TnefReader(depth);
  let at = 6;
  while (at + ATTRIBUTE_BYTES <= bytes.length) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const start = at + ATTRIBUTE_BYTES;
    reader.attribute(id, bytes.subarray(start, start + length));
    at = start + length + 2;
  }
  return { message: reader.message(), isWhole: at >= bytes.length && at <= bytes.length + 2 };
}

class TnefReader {
  #properties = new Map<number, MapiValue>();
  #recipients: MapiProperties[] = [];
  #attachments: Building[] = [];
  #codePage: string | undefined;

  constructor(private readonly depth: number) {}

  attribute(id: number, bytes: Buffer): void {
    if (id === ATTRIBUTE.codePage && bytes.length >= 4) this.#codePage = codePageName(bytes.readUInt32LE(0));
    else if (id === ATTRIBUTE.subject) this.#text(TAG.subject, bytes);
    else if (id === ATTRIBUTE.body) this.#text(TAG.body, bytes);
    else if (id === ATTRIBUTE.from) this.#text(TAG.senderName, senderOf(bytes));
    else if (id === ATTRIBUTE.messageProperties) this.#merge(this.#properties, bytes);
    else if (id === ATTRIBUTE.recipients) this.#recipients.push(...readRows(bytes, this.#context()));
    else if (id === ATTRIBUTE.attachStart) this.#attachments.push({ properties: new Map() });
    else this.#attachmentAttribute(id, bytes);
  }

  #attachmentAttribute(id: number, bytes: Buffer): void {
    if (id !== ATTRIBUTE.attachTitle && id !== ATTRIBUTE.attachData && id !== ATTRIBUTE.attachProperties)
      return;
    // A damaged stream can lack the start of the attachment.
    if (this.#attachments.length === 0) this.#attachments.push({ properties: new Map() });
    const attachment = this.#attachments.at(-1) as Building;
    if (id === ATTRIBUTE.attachData) attachment.data = bytes;
    else if (id === ATTRIBUTE.attachTitle) attachment.properties.set(TAG.attachName, this.#decoded(bytes));
    else this.#merge(attachment.properties, bytes, attachment);
  }

  #merge(into: Map<number, MapiValue>, bytes: Buffer, attachment?: Building): void {
    const { properties, object } = readProperties(bytes, this.#context());
    for (const [tag, value] of properties) into.set(tag, value);
    if (!attachment || !object) return;
    // An enclosed message is a TNEF stream after the id of its interface.
    const isMessage = object.length > 22 && object.readUInt32LE(16) === SIGNATURE && this.depth < MAX_DEPTH;
    if (isMessage) attachment.message = readTnef(object.subarray(16), this.depth + 1).message;
    else attachment.data ??= object.subarray(16);
  }

  #context(): PropertyContext {
    return { decode: (bytes) => this.#decoded(bytes) };
  }

  #text(tag: number, bytes: Buffer): void {
    const text = this.#decoded(bytes);
    if (text !== '' && !this.#properties.has(tag)) this.#properties.set(tag, text);
  }

  #decoded(bytes: Buffer): string {
    return decodeCharset(bytes, this.#codePage).replace(/\0+$/, '');
  }

  message(): MapiMessage {
    const attachments = this.#attachments;
    return {
      properties: this.#properties,
      recipients: async () => this.#recipients,
      async *attachments(): AsyncGenerator<MapiAttachment> {
        for (const { properties, data, message } of attachments) {
          yield { properties, message, data: data ? one(data) : undefined };
        }
      },
    };
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** The old form of a sender: sizes, then name and address, each ended by a zero. */
function senderOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(8).map((byte) => (byte === 0 ? 0x20 : byte)));
}
