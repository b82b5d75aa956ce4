/**
 * Repairs a PDF without its end (cut transfer, no cross-reference, no trailer): finds objects in the raw bytes,
 * unpacks object streams, and appends a catalog, a page list and a trailer, from which a reader can rebuild the rest.
 * Undefined if no page is found. Cannot repair encrypted documents.
 */
import { inflateSync } from 'node:zlib';
import type { ExtractContext } from '../../core/content.js';

const OBJECT = /(?<!\d)(\d{1,10})\s+(\d{1,5})\s+obj\b/g;
const PAGE = /\/Type\s*\/Page(?![A-Za-z])/;
const OBJECT_STREAM = /\/Type\s*\/ObjStm\b/;
/** The relevant entries of a dictionary are within these bytes. */
const DICTIONARY_BYTES = 2048;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_PAGES = 100_000;
/** Readers reject larger ids. */
const MAX_ID = 4_000_000;

export function repairPdf(bytes: Buffer, context: ExtractContext): Buffer | undefined {
  const text = bytes.toString('latin1');
  const pages = new Map<number, number>();
  const tail = new Tail(bytes.length);
  let unpacked = 0;
  for (const match of text.matchAll(OBJECT)) {
    context.budget.check();
    const start = match.index + match[0].length;
    const body = text.slice(start, start + DICTIONARY_BYTES);
    const end = body.search(/endobj|stream/);
    const dictionary = end < 0 ? body : body.slice(0, end);
    const id = Number(match[1]);
    if (id > MAX_ID) continue;
    tail.index(id, { at: match.index, generation: Number(match[2]) });
    if (PAGE.test(dictionary) && pages.size < MAX_PAGES) pages.set(id, Number(match[2]));
    if (!OBJECT_STREAM.test(dictionary) || unpacked > MAX_UNPACKED_BYTES) continue;
    for (const object of unpack(bytes, start, dictionary)) {
      unpacked += object.body.length;
      if (PAGE.test(object.body)) pages.set(object.id, 0);
      tail.add(object.id, object.body);
    }
  }
  if (pages.size === 0) return undefined;
  const kids = [...pages].map(([id, generation]) => `${id} ${generation} R`).join(' ');
  const [catalog, list] = [tail.highest + 1, tail.highest + 2];
  tail.add(catalog, `<< /Type /Catalog /Pages ${list} 0 R >>`);
  tail.add(list, `<< /Type /Pages /Kids [${kids}] /Count ${pages.size} >>`);
  return Buffer.concat([bytes, Buffer.from(tail.finish(catalog), 'latin1')]);
}

/** The appended part: objects, then a cross-reference table over them and those found in place. */
class Tail {
  highest = 0;
  readonly #chunks: string[] = ['\n'];
  readonly #index = new Map<number, { at: number; generation: number }>();
  #at: number;

  constructor(start: number) {
    this.#at = start + 1;
  }

  /** A later object with the same id replaces an earlier one, as with incremental saves. */
  index(id: number, entry: { at: number; generation: number }): void {
    this.highest = Math.max(this.highest, id);
    this.#index.set(id, entry);
  }

  add(id: number, body: string): void {
    this.index(id, { at: this.#at, generation: 0 });
    this.#push(`${id} 0 obj\n${body}\nendobj\n`);
  }

  finish(root: number): string {
    const start = this.#at;
    this.#push('xref\n0 1\n0000000000 65535 f \n');
    for (const [id, { at, generation }] of this.#index) {
      this.#push(`${id} 1\n${String(at).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`);
    }
    this.#push(`trailer\n<< /Root ${root} 0 R /Size ${this.highest + 1} >>\nstartxref\n${start}\n%%EOF\n`);
    return this.#chunks.join('');
  }

  #push(text: string): void {
    this.#chunks.push(text);
    this.#at += text.length;
  }
}

/** The objects of an object stream: `/N` pairs of id and offset, then bodies from `/First` on. */
function unpack(bytes: Buffer, from: number, dictionary: string): { id: number; body: string }[] {
  const keyword = bytes.indexOf('stream', from + dictionary.length);
  if (keyword < 0) return [];
  let start = keyword + 'stream'.length;
  if (bytes[start] === 0x0d) start += 1;
  if (bytes[start] === 0x0a) start += 1;
  const end = bytes.indexOf('endstream', start);
  const data = bytes.subarray(start, end < 0 ? bytes.length : end);
  const first = Number(/\/First\s+(\d+)/.exec(dictionary)?.[1] ?? 0);
  const text = inflateText(data, dictionary.includes('/FlateDecode'));
  const numbers = text.slice(0, first).trim().split(/\s+/).map(Number);
  const objects: { id: number; body: string }[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const body = text.slice(first + (numbers[i + 1] as number), first + (numbers[i + 3] ?? text.length));
    if (Number.isInteger(numbers[i]) && (numbers[i] as number) <= MAX_ID)
      objects.push({ id: numbers[i] as number, body });
  }
  return objects;
}

function inflateText(data: Buffer, isDeflated: boolean): string {
  if (!isDeflated) return data.toString('latin1');
  try {
    // SYNC_FLUSH makes a truncated stream return what it has.
    return inflateSync(data, { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: 2 }).toString('latin1');
  } catch {
    return '';
  }
}
