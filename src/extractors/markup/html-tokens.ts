/**
 * Splits HTML into text, tags, comments and raw text (script, style), as a stream. Keeps no stack and reads every
 * character a bounded number of times, so bombs of nesting or attributes take linear time. Never throws and never
 * loses text: invalid markup becomes text, also a tag cut by the end. Written here because htmlparser2 drops that tag
 * and is up to two thirds slower (docs/decisions/013).
 */
import { decodeHTML } from 'entities';

export interface HtmlHandler {
  /** Entities decoded. */
  text(text: string): void;
  /** `source` is the tag as written, from after its name; see forEachAttribute. */
  open(name: string, source: string): void;
  close(name: string): void;
  /** A piece of a comment or declaration. */
  comment(piece: string): void;
  /** A piece of the content of an element without markup. */
  raw(name: string, piece: string): void;
}

type State = 'text' | 'tag' | 'comment' | 'bogus' | 'raw';

/** Data URIs of some MiB occur in practice; anything longer is no tag. */
const MAX_TAG_CHARS = 8 * 1024 * 1024;
/** The longest named entity has 33 characters. */
const MAX_ENTITY_CHARS = 40;
const RAW_ELEMENTS = new Set([
  'script',
  'style',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'textarea',
  'title',
]);
/** Elements whose entities are decoded and whose text is visible. */
const TEXT_ONLY = new Set(['textarea', 'title']);

export class HtmlTokenizer {
  #handler: HtmlHandler;
  #state: State = 'text';
  #buffer = '';
  /** Unprocessed chunks: an unfinished tag waits until half as much again has arrived (linear time). */
  #pending = '';
  #at = 0;
  /** Position and quotes at which the scan of an unfinished tag continues. */
  #tagScan = 0;
  #quote = 0;
  #afterEquals = false;
  #rawName = '';

  constructor(handler: HtmlHandler) {
    this.#handler = handler;
  }

  write(chunk: string): void {
    this.#pending += chunk;
    if (this.#state === 'tag' && this.#pending.length < this.#buffer.length / 2) return;
    this.#take();
    this.#run(false);
  }

  end(): void {
    this.#take();
    this.#run(true);
    const rest = this.#buffer.slice(this.#at);
    this.#buffer = '';
    this.#at = 0;
    if (rest === '') return;
    // An unfinished tag: keep its text.
    if (this.#state === 'raw') this.#raw(rest);
    else if (this.#state === 'text' || this.#state === 'tag') this.#handler.text(rest);
    else this.#handler.comment(rest);
  }

  #take(): void {
    this.#tagScan -= this.#at;
    this.#buffer = this.#buffer.slice(this.#at) + this.#pending;
    this.#pending = '';
    this.#at = 0;
  }

  #run(last: boolean): void {
    for (;;) {
      let moved: boolean;
      if (this.#state === 'text') moved = this.#inText(last);
      else if (this.#state === 'tag') moved = this.#inTag();
      else if (this.#state === 'comment') moved = this.#until('-->', (piece) => this.#handler.comment(piece));
      else if (this.#state === 'bogus') moved = this.#until('>', (piece) => this.#handler.comment(piece));
      else moved = this.#inRaw(last);
      if (!moved) return;
    }
  }

  #inText(last: boolean): boolean {
    const lt = this.#buffer.indexOf('<', this.#at);
    const end = lt < 0 ? (last ? this.#buffer.length : this.#beforeOpenEntity()) : lt;
    if (end > this.#at) this.#handler.text(decode(this.#buffer.slice(this.#at, end)));
    this.#at = end;
    return lt >= 0 && this.#markup(lt, last);
  }

  /** The end of the text without an entity that can continue in the next chunk. */
  #beforeOpenEntity(): number {
    const { length } = this.#buffer;
    const from = Math.max(this.#at, length - MAX_ENTITY_CHARS);
    const tail = this.#buffer.slice(from);
    const amp = tail.lastIndexOf('&');
    return amp >= 0 && !tail.includes(';', amp) ? from + amp : length;
  }

  /** Determines what the `<` at `lt` begins. False: more characters are needed. */
  #markup(lt: number, last: boolean): boolean {
    if (!last && this.#buffer.length - lt < 4) return false;
    const next = this.#buffer.charCodeAt(lt + 1);
    if (isLetter(next) || (next === SLASH && isLetter(this.#buffer.charCodeAt(lt + 2)))) {
      this.#quote = 0;
      this.#afterEquals = false;
      this.#tagScan = lt + 2;
      return this.#enter('tag', lt);
    }
    if (this.#buffer.startsWith('<!--', lt)) return this.#enter('comment', lt + 4);
    if (next === BANG || next === QUESTION || next === SLASH) return this.#enter('bogus', lt + 2);
    this.#handler.text('<');
    return this.#enter('text', lt + 1);
  }

  #enter(state: State, at: number): boolean {
    this.#state = state;
    this.#at = at;
    return true;
  }

  #inTag(): boolean {
    const end = this.#tagEnd();
    if (end >= 0) return this.#tag(end);
    if (this.#buffer.length - this.#at <= MAX_TAG_CHARS) return false;
    this.#handler.text(this.#buffer.slice(this.#at));
    return this.#enter('text', this.#buffer.length);
  }

  /** The offset of the `>` that ends the tag. Quotes count only where a value can start. */
  #tagEnd(): number {
    const buffer = this.#buffer;
    let i = this.#tagScan;
    for (; i < buffer.length; i++) {
      if (this.#quote !== 0) {
        i = buffer.indexOf(this.#quote === DOUBLE ? '"' : "'", i);
        if (i < 0) break;
        this.#quote = 0;
        this.#afterEquals = false;
        continue;
      }
      const c = buffer.charCodeAt(i);
      if (c === GT) return i;
      if (this.#afterEquals && (c === DOUBLE || c === SINGLE)) this.#quote = c;
      if (c > SPACE) this.#afterEquals = c === EQUALS;
    }
    this.#tagScan = buffer.length;
    return -1;
  }

  #tag(end: number): boolean {
    const closing = this.#buffer.charCodeAt(this.#at + 1) === SLASH;
    const from = this.#at + (closing ? 2 : 1);
    const nameEnd = tagNameEnd(this.#buffer, from, end);
    const name = this.#buffer.slice(from, nameEnd).toLowerCase();
    this.#enter('text', end + 1);
    if (closing) {
      this.#handler.close(name);
      return true;
    }
    this.#handler.open(name, this.#buffer.slice(nameEnd, end));
    if (RAW_ELEMENTS.has(name) && this.#buffer.charCodeAt(end - 1) !== SLASH) {
      this.#rawName = name;
      this.#state = 'raw';
    }
    return true;
  }

  #inRaw(last: boolean): boolean {
    for (let from = this.#at; ; from += 2) {
      const close = this.#buffer.indexOf('</', from);
      const needed = close + 2 + this.#rawName.length;
      if (close < 0 || (needed >= this.#buffer.length && !last)) {
        const keep = close < 0 ? (this.#buffer.endsWith('<') && !last ? 1 : 0) : this.#buffer.length - close;
        this.#raw(this.#buffer.slice(this.#at, this.#buffer.length - keep));
        this.#at = this.#buffer.length - keep;
        return false;
      }
      from = close;
      if (this.#buffer.slice(close + 2, needed).toLowerCase() !== this.#rawName) continue;
      this.#raw(this.#buffer.slice(this.#at, close));
      return this.#enter('text', close);
    }
  }

  #raw(piece: string): void {
    if (piece === '') return;
    if (TEXT_ONLY.has(this.#rawName)) this.#handler.text(decode(piece));
    else this.#handler.raw(this.#rawName, piece);
  }

  #until(mark: string, emit: (piece: string) => void): boolean {
    const found = this.#buffer.indexOf(mark, this.#at);
    const end = found < 0 ? Math.max(this.#at, this.#buffer.length - mark.length + 1) : found;
    if (end > this.#at) emit(this.#buffer.slice(this.#at, end));
    this.#at = end;
    if (found >= 0) emit('\n');
    return found >= 0 && this.#enter('text', end + mark.length);
  }
}

const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GT = 0x3e;
const QUESTION = 0x3f;

function decode(text: string): string {
  return text.includes('&') ? decodeHTML(text) : text;
}

function isLetter(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a);
}

function tagNameEnd(buffer: string, from: number, end: number): number {
  let i = from;
  while (i < end && buffer.charCodeAt(i) > SPACE && buffer.charCodeAt(i) !== SLASH) i++;
  return i;
}

/** Calls back with each attribute of a tag's source, names in lower case, values with entities decoded. */
export function forEachAttribute(source: string, emit: (name: string, value: string) => void): void {
  const pattern = /([^\s"'<>/=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s"'][^\s]*)))?/g;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    emit((match[1] as string).toLowerCase(), decode(value));
  }
}
