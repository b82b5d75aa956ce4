/**
 * Items of an Outlook store as property sets with recipients and attachments. Input: a node. Parts that cannot be
 * read are reported to `lost`. Attachments are streamed.
 */
import type { MapiAttachment, MapiMessage, MapiProperties } from '../mail/mapi-message.js';
import { numberOf, TAG } from '../mail/mapi-message.js';
import type { MapiNames } from '../mail/mapi-names.js';
import { broken, type PstFile, type PstNode } from './pst-file.js';
import { PstHeap } from './pst-heap.js';
import { type RawProperty, rawProperties, resolved } from './pst-properties.js';
import { rowsOf } from './pst-table.js';

export type PstScope = {
  readonly file: PstFile;
  readonly names: MapiNames;
  readonly lost: () => void;
  /** The number of nested messages that may still be opened for this item of the store. */
  readonly left: { embedded: number };
};

const RECIPIENTS = 0x692;
const ATTACHMENT_TYPE = 5;
const TYPE_BITS = 0x1f;
const MAX_RECIPIENTS = 10_000;
const EMBEDDED = 5;

export async function objectOf(node: PstNode, scope: PstScope): Promise<MapiProperties> {
  const heap = await PstHeap.open(scope.file, node);
  return resolved(heap, await rawOf(heap, scope.lost), scope);
}

/** The readable properties of an object; throws if there are none. */
async function rawOf(heap: PstHeap, lost: () => void): Promise<RawProperty[]> {
  const raw: RawProperty[] = [];
  try {
    for await (const property of rawProperties(heap)) raw.push(property);
  } catch (error) {
    if (raw.length === 0) throw error;
    lost();
  }
  return raw;
}

export async function messageOf(node: PstNode, scope: PstScope): Promise<MapiMessage> {
  return {
    properties: await objectOf(node, scope),
    recipients: () => recipientsOf(node, scope),
    attachments: () => attachmentsOf(node, scope),
  };
}

async function recipientsOf(node: PstNode, scope: PstScope): Promise<MapiProperties[]> {
  const found: MapiProperties[] = [];
  try {
    const table = await scope.file.subNode(node.subNodes, RECIPIENTS);
    if (!table) return found;
    const heap = await PstHeap.open(scope.file, table);
    for await (const row of rowsOf(heap)) {
      if (found.length >= MAX_RECIPIENTS) break;
      found.push(await resolved(heap, row, scope));
    }
  } catch {
    scope.lost();
  }
  return found;
}

/** From the sub-nodes instead of the table of attachments: a lost row loses no attachment. */
async function* attachmentsOf(node: PstNode, scope: PstScope): AsyncGenerator<MapiAttachment> {
  const found: PstNode[] = [];
  try {
    for await (const inner of scope.file.subNodes(node.subNodes))
      if ((inner.id & TYPE_BITS) === ATTACHMENT_TYPE) found.push(inner);
  } catch {
    scope.lost();
  }
  for (const inner of found) {
    try {
      yield await attachmentOf(inner, scope);
    } catch {
      scope.lost();
    }
  }
}

async function attachmentOf(node: PstNode, scope: PstScope): Promise<MapiAttachment> {
  const heap = await PstHeap.open(scope.file, node);
  const raw = await rawOf(heap, scope.lost);
  const properties = await resolved(heap, raw, scope);
  const stored = raw.find(({ tag }) => tag === TAG.attachData);
  if (!stored) return { properties };
  const number = stored.value.readUInt32LE(0);
  // For an object the number of its sub-node and its size; otherwise the bytes themselves.
  const inside = stored.type === 0x0d ? (await heap.item(number)).readUInt32LE(0) : number;
  if (numberOf(properties, TAG.attachMethod) === EMBEDDED)
    return embedded(heap, inside, { properties, scope });
  return { properties, data: heap.pieces(inside, scope.lost) };
}

async function embedded(
  heap: PstHeap,
  id: number,
  { properties, scope }: { properties: MapiProperties; scope: PstScope },
): Promise<MapiAttachment> {
  const node = await heap.subNode(id);
  scope.left.embedded -= 1;
  if (!node || scope.left.embedded < 0) throw broken('an enclosed message');
  return { properties, message: await messageOf(node, scope) };
}
