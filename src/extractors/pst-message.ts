/** Items of Outlook stores as bags of properties. Parts that cannot be read are counted by `lost`. */
import type { MapiAttachment, MapiMessage, MapiProperties, MapiValue } from './mapi-message.js';

type PstObject = { getAllProperties(): readonly { key: number; value: unknown }[] };

export interface PstItem extends PstObject {
  readonly primaryNodeId: number;
  getNumberOfRecipients(): Promise<number>;
  getRecipient(index: number): Promise<PstObject>;
  getNumberOfAttachments(): Promise<number>;
  getAttachment(index: number): Promise<PstAttachment>;
}

export interface PstAttachment extends PstObject {
  readonly attachMethod: number;
  readonly fileData: ArrayBuffer | undefined;
  getEmbeddedPSTMessage(): Promise<PstItem | null>;
}

const MAX_RECIPIENTS = 10_000;
const EMBEDDED = 5;
const OLE = 6;

export function messageOf(item: PstItem, lost: () => void): MapiMessage {
  return {
    properties: propertiesOf(item),
    recipients: () => recipientsOf(item, lost),
    async *attachments() {
      const count = (await attempt(() => item.getNumberOfAttachments(), lost)) ?? 0;
      for (let i = 0; i < count; i++) {
        const attachment = await attempt(async () => attachmentOf(await item.getAttachment(i), lost), lost);
        if (attachment) yield attachment;
      }
    },
  };
}

async function attempt<T>(read: () => Promise<T>, lost: () => void): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    lost();
    return undefined;
  }
}

async function recipientsOf(item: PstItem, lost: () => void): Promise<MapiProperties[]> {
  const count = (await attempt(() => item.getNumberOfRecipients(), lost)) ?? 0;
  const found: MapiProperties[] = [];
  for (let i = 0; i < Math.min(count, MAX_RECIPIENTS); i++) {
    const recipient = await attempt(() => item.getRecipient(i), lost);
    if (recipient) found.push(propertiesOf(recipient));
  }
  return found;
}

async function attachmentOf(attachment: PstAttachment, lost: () => void): Promise<MapiAttachment> {
  const properties = propertiesOf(attachment);
  if (attachment.attachMethod === EMBEDDED) {
    const inner = await attachment.getEmbeddedPSTMessage();
    if (inner) return { properties, message: messageOf(inner, lost) };
  }
  const { fileData } = attachment;
  // An OLE object lies in a sub-node that the library does not hand out.
  if (!fileData && attachment.attachMethod === OLE) lost();
  return { properties, data: fileData ? one(Buffer.from(fileData)) : undefined };
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function propertiesOf(object: PstObject): MapiProperties {
  const found = new Map<number, MapiValue>();
  for (const { key, value } of object.getAllProperties()) {
    const plain = plainValue(value);
    if (plain !== undefined) found.set(key, plain);
  }
  return found;
}

function plainValue(value: unknown): MapiValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value;
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.filter((element): element is string => typeof element === 'string');
  return undefined;
}
