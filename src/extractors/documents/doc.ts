/**
 * Word binary documents, given their streams. Turns runs into paragraphs and tables of a DocumentText: each story
 * (body, header, notes, comments, text boxes) in its place; deletions, hidden text and field codes apart. Returns
 * false if no text was found. Own code because libraries skip hidden text: docs/decisions/022-own-office-readers.md.
 */
import type { ExtractContext, PartWriter, Place } from '../../core/content.js';
import { DocumentText } from '../office/document-text.js';
import { DELETED, HIDDEN, IN_TABLE, ROW_END } from './doc-formats.js';
import { type DocRun, type DocStory, docRuns } from './doc-text.js';

const PLACES: Record<DocStory, Place> = {
  body: {},
  footnote: { part: 'footnote' },
  header: { part: 'header' },
  macro: { part: 'macro', hidden: 'macro' },
  comment: { part: 'comment', hidden: 'comment' },
  endnote: { part: 'endnote' },
  'text-box': { part: 'text-box' },
  'header-text-box': { part: 'header' },
};

export async function extractDoc(
  streams: { main: Buffer; table: Buffer },
  out: PartWriter,
  context: ExtractContext,
): Promise<boolean> {
  const reader = new DocReader(out);
  for (const run of docRuns(streams.main, streams.table)) {
    context.budget.check();
    reader.push(run);
    await out.ready();
  }
  reader.end();
  return reader.hasRuns;
}

class DocReader {
  /** False if the header led to no text at all; an empty document has a paragraph mark. */
  hasRuns = false;
  readonly #text: DocumentText;
  #story: DocStory = 'body';
  #inTable = false;
  #hasRow = false;
  /** For each open field, whether its code is being read (its result follows a mark). */
  readonly #fields: boolean[] = [];

  constructor(out: PartWriter) {
    this.#text = new DocumentText(out, PLACES.body);
  }

  push({ text, story, flags }: DocRun): void {
    this.hasRuns = true;
    if (story !== this.#story) this.#moveTo(story);
    // A bell character ends a cell only if the paragraph's format says so.
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const ch = text.charCodeAt(i);
      if (ch >= 0x20 || ch === 9 || ch === 10) continue;
      this.#write(text.slice(from, i), flags);
      this.#special(ch, flags);
      from = i + 1;
    }
    this.#write(text.slice(from), flags);
  }

  end(): void {
    this.#leaveTable();
    this.#text.end();
  }

  #moveTo(story: DocStory): void {
    this.#leaveTable();
    this.#fields.length = 0;
    this.#story = story;
    this.#text.moveTo(PLACES[story]);
  }

  #write(text: string, flags: number): void {
    if (text === '') return;
    this.#enter(flags);
    if (this.#fields.includes(true)) this.#text.aside({ part: 'field' }, text);
    else if (flags & DELETED) this.#text.aside({ hidden: 'tracked-deletion' }, text);
    else if (flags & HIDDEN) this.#text.aside({ hidden: 'hidden-text' }, text);
    else this.#text.write(text);
  }

  #special(ch: number, flags: number): void {
    switch (ch) {
      case 0x07:
        this.#endCell(flags);
        return;
      case 0x0d:
      case 0x0c:
        this.#enter(flags);
        this.#text.endParagraph();
        return;
      case 0x0b:
        this.#write('\n', flags);
        return;
      case 0x13:
        this.#fields.push(true);
        return;
      case 0x14:
        if (this.#fields.length > 0) this.#fields[this.#fields.length - 1] = false;
        this.#text.aside({ part: 'field' }, '\n');
        return;
      case 0x15:
        this.#fields.pop();
        return;
      case 0x1e:
        this.#write('-', flags);
        return;
      default:
      // Anchors of pictures, notes and comments, and optional hyphens.
    }
  }

  /** Opens and closes tables by the flags of paragraphs. */
  #enter(flags: number): void {
    const isIn = (flags & (IN_TABLE | ROW_END)) !== 0;
    if (!isIn) this.#leaveTable();
    else if (!this.#inTable) {
      this.#text.openTable();
      this.#inTable = true;
    }
    if (isIn && !this.#hasRow) {
      this.#text.openRow();
      this.#text.openCell();
      this.#hasRow = true;
    }
  }

  #endCell(flags: number): void {
    if (!(flags & (IN_TABLE | ROW_END))) {
      this.#text.write('\t');
      return;
    }
    this.#enter(flags);
    if (flags & ROW_END) {
      this.#text.closeRow();
      this.#hasRow = false;
    } else {
      this.#text.closeCell();
      this.#text.openCell();
    }
  }

  #leaveTable(): void {
    if (!this.#inTable) return;
    this.#text.closeTable();
    this.#inTable = false;
    this.#hasRow = false;
  }
}
