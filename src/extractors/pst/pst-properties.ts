/**
 * Properties of an Outlook store's objects, from property contexts and table rows (MS-PST 2.3.3, 2.3.4): texts,
 * numbers, times, and the binary bodies. Input: heaps. What cannot be read is reported to `lost` and skipped.
 */
import { decodeCodePage } from '../bytes/code-pages.js';
import { decodeMixed } from '../bytes/utf8.js';
import { fileTime, type MapiProperties, type MapiValue, TAG } from '../mail/mapi-message.js';
import { type MapiNames, namesOf } from '../mail/mapi-names.js';
import { broken } from './pst-file.js';
import type { PstHeap } from './pst-heap.js';

export type PropertyOptions = { readonly names: MapiNames; readonly lost: () => void };

/** A stored property: its value, or the value's location. */
export type RawProperty = { readonly tag: number; readonly type: number; readonly value: Buffer };

const PROPERTIES = 0xbc;
/** No body of a mail is larger. */
const MAX_VALUE_BYTES = 64 << 20;
const TYPE = {
  short: 2,
  long: 3,
  boolean: 0x0b,
  object: 0x0d,
  text8: 0x1e,
  text: 0x1f,
  time: 0x40,
  binary: 0x102,
};
const SEVERAL = 0x1000;
const BODIES: ReadonlySet<number> = new Set([TAG.html, TAG.rtf]);

export async function* rawProperties(heap: PstHeap): AsyncGenerator<RawProperty> {
  if (heap.kind !== PROPERTIES) throw broken('an object');
  for await (const record of heap.records(heap.root)) {
    if (record.length < 8) throw broken('an object');
    yield { tag: record.readUInt16LE(0), type: record.readUInt16LE(2), value: record.subarray(4) };
  }
}

export async function resolved(
  heap: PstHeap,
  raw: readonly RawProperty[],
  { names, lost }: PropertyOptions,
): Promise<MapiProperties> {
  const found = new Map<number, MapiValue>();
  const pages = raw.filter(({ tag }) => tag === TAG.messageCodePage || tag === TAG.internetCodePage);
  const page = pages.at(-1)?.value.readUInt32LE(0);
  for (const { tag, type, value } of raw) {
    try {
      const plain = await plainValue(heap, { tag, type, value, page });
      if (plain !== undefined) found.set(names.get(tag) ?? tag, plain);
    } catch {
      lost();
    }
  }
  return found;
}

type Raw = RawProperty & { readonly page?: number };

async function plainValue(heap: PstHeap, { tag, type, value, page }: Raw): Promise<MapiValue | undefined> {
  if (type === TYPE.short) return value.readInt16LE(0);
  if (type === TYPE.long) return value.readInt32LE(0);
  if (type === TYPE.boolean) return value[0] !== 0;
  const stored = () => heap.value(value.readUInt32LE(0), MAX_VALUE_BYTES);
  if (type === TYPE.time) return timeOf(value.length === 8 ? value : await stored());
  if (type === TYPE.text || type === TYPE.text8)
    return withoutPrefix(tag, textIn(await stored(), type, page));
  if (type === (TYPE.text | SEVERAL) || type === (TYPE.text8 | SEVERAL))
    return parts(await stored()).map((part) => textIn(part, type & ~SEVERAL, page));
  // Other binaries are ids and indexes.
  return type === TYPE.binary && BODIES.has(tag) ? stored() : undefined;
}

function timeOf(bytes: Buffer): Date | undefined {
  return bytes.length < 8 ? undefined : fileTime(bytes.readBigUInt64LE(0));
}

function textIn(bytes: Buffer, type: number, page: number | undefined): string {
  if (type === TYPE.text) return bytes.toString('utf16le').replace(/\0+$/, '');
  return (page === undefined ? decodeMixed(bytes) : decodeCodePage(bytes, page)).replace(/\0+$/, '');
}

/** Subjects start with \x01 and the length of their `RE: `. */
function withoutPrefix(tag: number, text: string): string {
  return tag === TAG.subject && text.charCodeAt(0) === 1 ? text.slice(2) : text;
}

/** The elements of a property with several values. The bytes hold their count, their offsets, then the elements. */
function parts(bytes: Buffer): Buffer[] {
  const count = bytes.length < 4 ? 0 : Math.min(bytes.readUInt32LE(0), Math.floor(bytes.length / 4) - 1);
  const starts = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1] ?? bytes.length));
}

const NAME_TO_ID_MAP = 0x61;
const ENTRIES = 3;

/** Maps the store's own tags of named properties; empty if the map is broken. */
export async function namesIn(open: (id: number) => Promise<PstHeap>): Promise<MapiNames> {
  try {
    const heap = await open(NAME_TO_ID_MAP);
    for await (const { tag, value } of rawProperties(heap))
      if (tag === ENTRIES) return namesOf(await heap.value(value.readUInt32LE(0), MAX_VALUE_BYTES));
  } catch {
    // Contacts' fields then have no labels.
  }
  return new Map();
}
