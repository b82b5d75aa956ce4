/**
 * Reads RTF tokens into a DocumentText: code pages by font, Unicode escapes without their replacement characters,
 * tables, headers, notes, comments, deleted and hidden text. Objects and pictures are collected in `members`. Groups
 * nested too deep are read like their parent. Over 250 lines: one state, changed by every control word.
 */
import { decodeCodePage } from '../bytes/code-pages.js';
import type { DocumentText } from '../office/document-text.js';
import { CHARACTERS, CHARSETS, DOCUMENT_PAGES } from './rtf-characters.js';
import { type Destination, destinationOf, TEXT } from './rtf-destinations.js';
import { RtfData, type RtfMember } from './rtf-object.js';
import { RtfTable } from './rtf-table.js';
import type { RtfHandler } from './rtf-tokens.js';

type Group = {
  destination: Destination;
  /** True in the group that opened its destination. */
  owns: boolean;
  page: number;
  skipAfterUnicode: number;
  isHidden: boolean;
  isDeleted: boolean;
};

const MAX_DEPTH = 10_000;
const MAX_FONTS = 32_768;
const MAX_PENDING = 16 * 1024;
export class RtfText implements RtfHandler {
  readonly members: RtfMember[] = [];
  #groups: Group[] = [];
  #tooDeep = 0;
  #group: Group = fresh();
  #documentPage = 1252;
  #defaultFont = 0;
  readonly #fontPages = new Map<number, number>();
  #font = 0;
  /** True until the group has content: `\*` marks a destination only there. */
  #isGroupStart = false;
  #isMarked = false;
  /** Characters to skip after a Unicode escape. */
  #skip = 0;
  #bytes: number[] = [];
  #pending = '';
  #data: RtfData | undefined;
  #numbers = 0;
  readonly #table: RtfTable;

  constructor(private readonly target: DocumentText) {
    this.#table = new RtfTable(target);
  }

  /** True if groups are still open: the end of the file is missing. */
  get isOpen(): boolean {
    return this.#groups.length > 0;
  }

  open(): void {
    this.#flush();
    this.#skip = 0;
    if (this.#groups.length >= MAX_DEPTH) {
      this.#tooDeep += 1;
      return;
    }
    this.#groups.push(this.#group);
    this.#group = { ...this.#group, owns: false };
    this.#isMarked = false;
    this.#isGroupStart = true;
  }

  close(): void {
    this.#flush();
    this.#skip = 0;
    this.#isMarked = false;
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#group.owns) this.#leave(this.#group.destination);
    this.#group = this.#groups.pop() ?? fresh();
  }

  end(): void {
    while (this.#groups.length > 0) this.close();
    this.#flush();
    this.#table.leave();
  }

  control(word: string, parameter: number | undefined): void {
    if (word === '*') {
      this.#isMarked = this.#isGroupStart;
      return;
    }
    this.#isGroupStart = false;
    if (this.#skip > 0 && (CHARACTERS.has(word) || word.length === 1)) {
      this.#skip -= 1;
      return;
    }
    const { destination } = this.#group;
    const next = destinationOf(word, this.#isMarked, destination);
    this.#isMarked = false;
    if (next) this.#enter(next, word);
    else this.#apply(word, parameter);
  }

  #enter(next: Destination, word: string): void {
    this.#flush();
    const group = this.#group;
    // Content of a skipped group is skipped too, except its Unicode form.
    if (group.destination.kind === 'skip' && word !== 'ud') return;
    if (word === 'ud') group.destination = this.#groups.at(-2)?.destination ?? TEXT;
    else if (next === TEXT) return;
    else {
      group.destination = next;
      group.owns = true;
      if (next.kind === 'apart') this.target.openAside(next.place);
      if (next.kind === 'value' && next.name) this.target.aside(next.place, `${next.name}: `);
      if (next.kind === 'object' || next.kind === 'picture') this.#data = new RtfData();
    }
  }

  #leave(destination: Destination): void {
    if (destination.kind === 'apart') this.target.closeAside();
    else if (destination.kind === 'value') this.target.aside(destination.place, '\n');
    else if (destination.kind === 'object' || destination.kind === 'picture') {
      this.#numbers += 1;
      if (this.#data) this.members.push({ kind: destination.kind, number: this.#numbers, data: this.#data });
      this.#data = undefined;
    }
  }

  #apply(word: string, parameter: number | undefined): void {
    const character = CHARACTERS.get(word);
    if (character !== undefined) {
      this.#decode();
      this.#append(character);
      return;
    }
    switch (word) {
      case 'u':
        this.#decode();
        this.#append(String.fromCharCode((parameter ?? 0) & 0xffff));
        this.#skip = this.#group.skipAfterUnicode;
        return;
      case 'uc':
        this.#group.skipAfterUnicode = Math.max(0, Math.min(parameter ?? 1, 64));
        return;
      case 'par':
      case 'sect':
      case 'page':
      case '\r':
      case '\n':
        this.#endParagraph();
        return;
      default:
        if (!this.#applyFont(word, parameter) && !this.#applyFormat(word, parameter)) this.#applyTable(word);
    }
  }

  #applyFont(word: string, parameter: number | undefined): boolean {
    switch (word) {
      case 'ansicpg':
        if (parameter) this.#setDocumentPage(parameter);
        return true;
      case 'mac':
      case 'pc':
      case 'pca':
        this.#setDocumentPage(DOCUMENT_PAGES[word] as number);
        return true;
      case 'deff':
        this.#defaultFont = parameter ?? 0;
        return true;
      case 'f':
        this.#setFont(parameter ?? 0);
        return true;
      case 'fcharset':
      case 'cpg': {
        const page = word === 'cpg' ? parameter : CHARSETS[parameter ?? 1];
        if (this.#group.destination.kind === 'fonts' && page && this.#fontPages.size < MAX_FONTS) {
          this.#fontPages.set(this.#font, page);
        }
        return true;
      }
      default:
        return false;
    }
  }

  #applyFormat(word: string, parameter: number | undefined): boolean {
    const group = this.#group;
    switch (word) {
      case 'plain':
        this.#flush();
        group.isHidden = false;
        group.isDeleted = false;
        this.#setFont(this.#defaultFont);
        return true;
      case 'v':
        this.#flush();
        group.isHidden = parameter !== 0;
        return true;
      case 'deleted':
        this.#flush();
        group.isDeleted = parameter !== 0;
        return true;
      default:
        return false;
    }
  }

  #applyTable(word: string): void {
    if (this.#group.destination.kind !== 'text') return;
    switch (word) {
      case 'trowd':
      case 'intbl':
        this.#flush();
        this.#table.isInside = true;
        return;
      case 'pard':
        this.#flush();
        this.#table.isInside = false;
        return;
      case 'cell':
        this.#flush();
        this.#table.endCell();
        return;
      case 'row':
        this.#flush();
        this.#table.endRow();
    }
  }

  #setDocumentPage(page: number): void {
    this.#decode();
    this.#documentPage = page;
    this.#group.page = page;
  }

  #setFont(font: number): void {
    this.#decode();
    this.#font = font;
    this.#group.page = this.#fontPages.get(font) ?? this.#documentPage;
  }

  escaped(byte: number): void {
    this.#isGroupStart = false;
    if (this.#skip > 0) this.#skip -= 1;
    else if (this.#group.destination.kind !== 'skip') this.#bytes.push(byte);
  }

  bytes(bytes: Buffer): void {
    this.#isGroupStart = false;
    if (this.#data) {
      this.#data.hex(bytes);
      return;
    }
    const from = Math.min(this.#skip, bytes.length);
    this.#skip -= from;
    const { kind } = this.#group.destination;
    if (kind === 'skip' || kind === 'fonts' || from === bytes.length) return;
    // A pending lead byte can have an ASCII trail byte.
    if (this.#bytes.length === 0 && isAscii(bytes)) {
      this.#append(bytes.toString('latin1', from));
      return;
    }
    for (let i = from; i < bytes.length; i++) this.#bytes.push(bytes[i] as number);
    if (this.#bytes.length > MAX_PENDING) this.#flush();
  }

  binary(bytes: Buffer): void {
    this.#data?.add(bytes);
  }

  #decode(): void {
    if (this.#bytes.length === 0) return;
    this.#pending += decodeCodePage(Buffer.from(this.#bytes), this.#group.page);
    this.#bytes = [];
  }

  #append(text: string): void {
    this.#pending += text;
    // The halves of a surrogate pair arrive one by one and must be written together.
    const last = text.charCodeAt(text.length - 1);
    if (this.#pending.length > MAX_PENDING && (last < 0xd800 || last > 0xdbff)) this.#flush();
  }

  /** Writes the collected text; called before its place or format changes. */
  #flush(): void {
    this.#decode();
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    const { destination, isDeleted, isHidden } = this.#group;
    if (destination.kind === 'value') this.target.aside(destination.place, text);
    else if (destination.kind === 'text' || destination.kind === 'apart') {
      if (destination.kind === 'text') this.#table.place();
      if (isDeleted) this.target.aside({ hidden: 'tracked-deletion' }, text);
      else if (isHidden) this.target.aside({ hidden: 'hidden-text' }, text);
      else this.target.write(text);
    }
  }

  #endParagraph(): void {
    this.#flush();
    const { kind } = this.#group.destination;
    if (kind === 'text') this.#table.place();
    if (kind === 'text' || kind === 'apart') this.target.endParagraph();
  }
}

function isAscii(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

function fresh(): Group {
  return {
    destination: TEXT,
    owns: false,
    page: 1252,
    skipAfterUnicode: 1,
    isHidden: false,
    isDeleted: false,
  };
}
