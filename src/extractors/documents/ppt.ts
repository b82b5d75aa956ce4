/**
 * PowerPoint 97 to 2003, given its main stream: text atoms of slides (numbered as pages, hidden ones flagged), notes,
 * comments, masters, headers and footers, links; embedded objects as members. Slides of earlier saves that remain in
 * the file are flagged `previous-version`. Broken records end their level. Own code because libraries skip hidden
 * text: docs/decisions/022-own-office-readers.md.
 */
import { inflateSync } from 'node:zlib';
import type { ExtractContext, PartWriter, Place } from '../../core/content.js';
import { pushEmbedded, pushText } from '../bytes/embedded.js';
import { type PptRecord, records } from './ppt-records.js';
import { isHiddenSlide, type SlideNumbers, slideNumbers } from './ppt-slides.js';

const TYPE = {
  document: 1000,
  slide: 1006,
  notes: 1008,
  slidePersist: 1011,
  master: 1016,
  textChars: 4000,
  textBytes: 4008,
  string: 4026,
  handout: 4041,
  embeddedFile: 4113,
  headersFooters: 4057,
  hyperlink: 4055,
  slideList: 4080,
  comment: 12000,
  fontCollection: 2005,
  programTags: 5000,
} as const;
/** Placeholders for dates and numbers, and the names of tag lists. */
const PLACEHOLDER = /^(\*|___PPT\d+)$/;
const MAX_OBJECT_BYTES = 256 * 1024 * 1024;

export async function extractPpt(stream: Buffer, out: PartWriter, context: ExtractContext): Promise<boolean> {
  const reader = new PptReader(stream, context);
  reader.readAll();
  for (const { place, lines } of reader.places.values()) pushText(out, place, lines.join('\n'));
  let number = 0;
  for (const object of reader.objects) {
    number += 1;
    const bytes = objectBytes(object);
    if (!bytes) out.partial('corrupt', 'embedded object');
    else await pushEmbedded(out, context, { name: `object-${number}`, bytes, hidden: 'embedded' });
  }
  return reader.places.size > 0;
}

/** Instance 1 is deflated, after its length. */
function objectBytes({ instance, body }: PptRecord): Buffer | undefined {
  if (instance === 0) return body;
  try {
    return inflateSync(body.subarray(4), { maxOutputLength: MAX_OBJECT_BYTES });
  } catch {
    return undefined;
  }
}

class PptReader {
  readonly places = new Map<string, { place: Place; lines: string[] }>();
  readonly objects: PptRecord[] = [];
  readonly #numbers: SlideNumbers;

  constructor(
    private readonly stream: Buffer,
    private readonly context: ExtractContext,
  ) {
    this.#numbers = slideNumbers(stream);
  }

  readAll(): void {
    for (const record of records(this.stream)) {
      const isOld = !this.#numbers.isLive(record.at);
      const place = this.#placeOf(record);
      this.#read(record, isOld ? { ...place, hidden: 'previous-version' } : place);
    }
  }

  /** The place of a record at the top level of the stream. */
  #placeOf(record: PptRecord): Place {
    const page = this.#numbers.pageOf(record);
    switch (record.type) {
      case TYPE.slide:
        return isHiddenSlide(record) ? { page, hidden: 'hidden-slide' } : { page };
      case TYPE.notes:
        return { page, part: 'notes', hidden: 'notes' };
      case TYPE.master:
      case TYPE.handout:
        return { part: 'master' };
      default:
        return {};
    }
  }

  #read(top: PptRecord, place: Place): void {
    const open: { record: PptRecord; place: Place }[] = [{ record: top, place }];
    for (let next = open.pop(); next; next = open.pop()) {
      this.context.budget.check();
      const { record } = next;
      if (!record.isContainer) {
        this.#atom(record, next.place);
        continue;
      }
      if (record.type === TYPE.fontCollection) continue;
      const inner =
        record.type === TYPE.slideList ? this.#listed(record, next.place) : this.#inside(record, next.place);
      for (const item of inner.reverse()) open.push(item);
    }
  }

  #inside(record: PptRecord, place: Place): { record: PptRecord; place: Place }[] {
    let inner = place;
    if (record.type === TYPE.comment) inner = { ...place, part: 'comment', hidden: 'comment' };
    else if (record.type === TYPE.headersFooters) inner = { ...place, part: 'footer' };
    else if (record.type === TYPE.hyperlink) inner = { ...place, part: 'link' };
    else if (record.type === TYPE.programTags) inner = { ...place, part: 'tag', hidden: 'metadata' };
    return [...records(record.body, record.at + 8)].map((child) => ({ record: child, place: inner }));
  }

  /** The outline text of slides (instance 0), masters (1) and notes (2): a mark, then its slide's atoms. */
  #listed(list: PptRecord, place: Place): { record: PptRecord; place: Place }[] {
    let page = 0;
    const isNotes = list.instance === 2;
    return [...records(list.body, list.at + 8)].map((record) => {
      if (record.type === TYPE.slidePersist) page += 1;
      const own: Place = isNotes
        ? { part: 'notes', hidden: 'notes' }
        : list.instance === 1
          ? { part: 'master' }
          : { page };
      const hidden = this.#numbers.hiddenPages.has(page) && list.instance === 0 ? 'hidden-slide' : own.hidden;
      return { record, place: { ...place, ...own, hidden: place.hidden ?? hidden } };
    });
  }

  #atom(record: PptRecord, place: Place): void {
    const { type, body } = record;
    if (type === TYPE.embeddedFile) this.objects.push(record);
    else if (type === TYPE.textChars || type === TYPE.string) this.#text(body.toString('utf16le'), place);
    // One byte a character: the low halves of UTF-16, not a code page.
    else if (type === TYPE.textBytes) this.#text(body.toString('latin1'), place);
  }

  #text(raw: string, place: Place): void {
    const text = raw.replace(/[\r\v]/g, '\n').replaceAll('\0', '');
    if (text.trim() === '' || PLACEHOLDER.test(text)) return;
    const key = `${place.page ?? ''}/${place.part ?? ''}/${place.hidden ?? ''}`;
    const entry = this.places.get(key) ?? { place, lines: [] };
    entry.lines.push(text);
    this.places.set(key, entry);
  }
}
