/**
 * Finds the records of a PowerPoint 97 stream that the presentation still uses, and the numbers of its slides. Every
 * save appends the changes and a directory of current positions; the last directory wins.
 */
import { type PptRecord, records } from './ppt-records.js';

const DOCUMENT = 1000;
const SLIDE = 1006;
const NOTES = 1008;
const NOTES_ATOM = 1009;
const SLIDE_PERSIST = 1011;
const SLIDE_INFO = 1017;
const SLIDE_LIST = 4080;
const HIDDEN_SLIDE = 4;
const DIRECTORY = 6002;
const VERSIONED = new Set([DOCUMENT, SLIDE, NOTES]);

export type SlideNumbers = {
  /** False for records that a later save replaced. */
  isLive(at: number): boolean;
  pageOf(record: PptRecord): number | undefined;
  readonly hiddenPages: ReadonlySet<number>;
};

export function slideNumbers(stream: Buffer): SlideNumbers {
  const top = [...records(stream)];
  const places = new Map<number, number>();
  for (const record of top) if (record.type === DIRECTORY) readDirectory(record.body, places);
  const live = new Set(places.values());
  const isLive = (at: number) => live.size === 0 || live.has(at) || !isVersioned.has(at);
  const isVersioned = new Set(top.filter((record) => VERSIONED.has(record.type)).map((record) => record.at));
  const byAt = new Map(top.map((record) => [record.at, record]));
  const pages = new Map<number, number>();
  const hiddenPages = new Set<number>();
  const document = top.findLast((record) => record.type === DOCUMENT && isLive(record.at));
  const bySlideId = new Map<number, number>();
  for (const [index, { persistId, slideId }] of listedSlides(document).entries()) {
    bySlideId.set(slideId, index + 1);
    const at = places.get(persistId);
    const slide = at === undefined ? undefined : byAt.get(at);
    if (!slide) continue;
    pages.set(slide.at, index + 1);
    if (isHiddenSlide(slide)) hiddenPages.add(index + 1);
  }
  const pageOf = (record: PptRecord) =>
    record.type === NOTES ? bySlideId.get(slideOfNotes(record) ?? -1) : pages.get(record.at);
  return { isLive, pageOf, hiddenPages };
}

/** Runs of offsets: a word with the first id (20 bits) and how many (12 bits), then the offsets. */
function readDirectory(body: Buffer, places: Map<number, number>): void {
  for (let at = 0; at + 4 <= body.length; ) {
    const word = body.readUInt32LE(at);
    at += 4;
    for (let i = 0; i < word >>> 20 && at + 4 <= body.length; i++, at += 4) {
      places.set((word & 0xfffff) + i, body.readUInt32LE(at));
    }
  }
}

/** The id of a note's slide is in its first atom. */
function slideOfNotes(notes: PptRecord): number | undefined {
  for (const { type, body } of records(notes.body)) {
    if (type === NOTES_ATOM && body.length >= 4) return body.readUInt32LE(0);
  }
  return undefined;
}

type ListedSlide = { readonly persistId: number; readonly slideId: number };

/** The slides in order, from the list of slides (instance 0) in the document. */
function listedSlides(document: PptRecord | undefined): ListedSlide[] {
  const ids: ListedSlide[] = [];
  for (const list of document ? records(document.body) : []) {
    if (list.type !== SLIDE_LIST || list.instance !== 0) continue;
    for (const { type, body } of records(list.body)) {
      if (type !== SLIDE_PERSIST || body.length < 16) continue;
      ids.push({ persistId: body.readUInt32LE(0), slideId: body.readUInt32LE(12) });
    }
  }
  return ids;
}

export function isHiddenSlide(slide: PptRecord): boolean {
  for (const { type, body } of records(slide.body)) {
    if (type === SLIDE_INFO && body.length >= 12) return (body.readUInt16LE(10) & HIDDEN_SLIDE) !== 0;
  }
  return false;
}
