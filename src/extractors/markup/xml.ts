/**
 * A streaming XML tokenizer for Office, ODF and other XML. Input: chunks of bytes (UTF-8, UTF-16, or as declared) or
 * strings; output: events without namespace prefixes. Holds one tag, keeps no stack, skips DTDs, so nothing expands.
 * Never throws: broken markup becomes text, and sets `damaged`. Written here because htmlparser2 halves the speed of
 * xlsx (docs/decisions/013). Over 250 lines: one automaton.
 */
import iconv from 'iconv-lite';
import { ChunkDecoder, wideEncoding } from '../bytes/utf8.js';
import {
  decodeEntities,
  endOfName,
  isNameStart,
  isSpace,
  localName,
  XmlAttributes,
} from './xml-attributes.js';

export { decodeEntities, XmlAttributes };

export interface XmlHandler {
  /** A start tag; a self-closing one is followed by its close. `attrs` is valid during the call only. */
  open(name: string, attrs: XmlAttributes): void;
  close(name: string): void;
  /** Character data or CDATA, entities decoded; one run can come in several calls. */
  text(text: string): void;
  /** A comment's content; can come in several calls. */
  comment?(text: string): void;
}

/** Longer tags lose the attributes after this. */
const MAX_TAG_CHARS = 1 << 20;
const MAX_CUT_NAME_CHARS = 256;
/** A declaration of the encoding is within these bytes. */
const DECLARATION_BYTES = 256;
/** Spaces accepted between the `]` and `>` that end an internal subset. */
const MAX_SUBSET_SPACES = 64;
/** Longest decoded reference: `&#x10FFFF;` with some leading zeros. */
const MAX_ENTITY_CHARS = 16;

type State = 'text' | 'comment' | 'cdata' | 'instruction' | 'declaration' | 'subset' | 'skip-tag';

/** The terminator of each state that is not text; a chunk border can split it. */
const TERMINATORS = { comment: '-->', cdata: ']]>', instruction: '?>' } as const;

export class XmlReader {
  /** True if the input did not end with its root's end tag, or a tag was cut. Valid after end(). */
  damaged = false;
  readonly #handler: XmlHandler;
  readonly #attrs = new XmlAttributes();
  #decoder: ChunkDecoder | undefined;
  #head: Buffer | undefined = Buffer.alloc(0);
  #state: State = 'text';
  #pending = '';
  #mayHaveEntities = true;
  #root = '';
  #lastClosed = '';
  /** The tag whose rest is skipped, and the quote that the skipping is in (or 0). */
  #cutName = '';
  #quote = 0;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  write(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') {
      this.#feed(chunk);
      return;
    }
    if (this.#decoder) {
      this.#feed(this.#decoder.write(chunk));
      return;
    }
    this.#head = Buffer.concat([this.#head ?? Buffer.alloc(0), chunk]);
    if (this.#head.length >= DECLARATION_BYTES) this.#startDecoding();
  }

  end(): void {
    if (this.#head?.length) this.#startDecoding();
    if (this.#decoder) this.#feed(this.#decoder.end());
    if (this.#state !== 'text' || this.#lastClosed !== this.#root) this.damaged = true;
    const rest = this.#pending;
    this.#pending = '';
    if (rest.startsWith('<')) this.damaged = true;
    // The rest of a cut tag is still content.
    if (rest) this.#handler.text(decodeEntities(rest));
  }

  #startDecoding(): void {
    const head = this.#head as Buffer;
    this.#head = undefined;
    this.#decoder = new ChunkDecoder(xmlEncoding(head));
    this.#feed(this.#decoder.write(head));
  }

  #feed(text: string): void {
    let at = 0;
    if (this.#pending !== '') {
      // Joins only the piece up to the next `>`: engines read joined strings far slower.
      at = text.indexOf('>') + 1 || text.length;
      this.#run(this.#pending + text.slice(0, at), 0);
      if (this.#pending !== '') {
        this.#run(this.#pending + text.slice(at), 0);
        return;
      }
    }
    this.#run(text, at);
  }

  #run(buffer: string, from: number): void {
    this.#pending = '';
    this.#mayHaveEntities = buffer.indexOf('&') >= 0;
    let at = from;
    while (at >= 0 && at < buffer.length) {
      at = this.#state === 'text' ? this.#content(buffer, at) : this.#inside(buffer, at);
    }
  }

  /** Each step returns the next position, or -1 if the rest is pending. */
  #content(buffer: string, at: number): number {
    const lt = buffer.indexOf('<', at);
    if (lt < 0) return this.#trailingText(buffer, at);
    if (lt > at) this.#text(buffer.slice(at, lt));
    const next = buffer.charCodeAt(lt + 1);
    if (next === 0x2f) return this.#endTag(buffer, lt);
    if (isNameStart(next)) return this.#startTag(buffer, lt);
    return this.#special(buffer, lt, next);
  }

  #text(raw: string): void {
    this.#handler.text(this.#mayHaveEntities ? decodeEntities(raw) : raw);
  }

  /** Emits text up to a reference that the chunk's end may have cut. */
  #trailingText(buffer: string, at: number): number {
    const amp = this.#mayHaveEntities ? buffer.lastIndexOf('&') : -1;
    const cut = amp >= at && buffer.length - amp < MAX_ENTITY_CHARS && buffer.indexOf(';', amp) < 0;
    const end = cut ? amp : buffer.length;
    if (end > at) this.#text(buffer.slice(at, end));
    if (cut) this.#pending = buffer.slice(amp);
    return -1;
  }

  #endTag(buffer: string, lt: number): number {
    const gt = buffer.indexOf('>', lt);
    if (gt < 0) return buffer.length - lt > MAX_TAG_CHARS ? this.#asText(lt) : this.#hold(buffer, lt);
    this.#lastClosed = localName(buffer, lt + 2, gt);
    this.#handler.close(this.#lastClosed);
    return gt + 1;
  }

  #startTag(buffer: string, lt: number): number {
    const nameEnd = endOfName(buffer, lt + 1);
    const gt = this.#attrs.scan(buffer, nameEnd, this.#mayHaveEntities);
    if (gt < 0) return buffer.length - lt > MAX_TAG_CHARS ? this.#cutTag(buffer, lt) : this.#hold(buffer, lt);
    const name = localName(buffer, lt + 1, nameEnd);
    if (this.#root === '') this.#root = name;
    this.#handler.open(name, this.#attrs);
    if (buffer.charCodeAt(gt - 1) === 0x2f) {
      this.#lastClosed = name;
      this.#handler.close(name);
    }
    return gt + 1;
  }

  #hold(buffer: string, from: number): number {
    this.#pending = from === 0 ? buffer : buffer.slice(from);
    return -1;
  }

  #asText(lt: number): number {
    this.#handler.text('<');
    return lt + 1;
  }

  /** Opens an overlong tag with the attributes so far and skips to its end. */
  #cutTag(buffer: string, lt: number): number {
    this.damaged = true;
    const nameEnd = Math.min(endOfName(buffer, lt + 1), lt + MAX_CUT_NAME_CHARS);
    this.#cutName = localName(buffer, lt + 1, nameEnd);
    this.#quote = this.#attrs.openQuote;
    this.#handler.open(this.#cutName, this.#attrs);
    this.#state = 'skip-tag';
    return -1;
  }

  #special(buffer: string, lt: number, next: number): number {
    if (next === 0x3f) return this.#enter('instruction', lt + 2);
    if (next !== 0x21) {
      if (lt + 1 >= buffer.length) return this.#hold(buffer, lt);
      return this.#asText(lt);
    }
    if (buffer.startsWith('<!--', lt)) return this.#enter('comment', lt + 4);
    if (buffer.startsWith('<![CDATA[', lt)) return this.#enter('cdata', lt + 9);
    const rest = buffer.slice(lt, lt + 9);
    if (rest.length < 9 && ('<!--'.startsWith(rest) || '<![CDATA['.startsWith(rest)))
      return this.#hold(buffer, lt);
    return this.#enter('declaration', lt + 2);
  }

  #enter(state: State, at: number): number {
    this.#state = state;
    return at;
  }

  #inside(buffer: string, at: number): number {
    const state = this.#state;
    if (state === 'skip-tag') return this.#skipTag(buffer, at);
    if (state === 'declaration') return this.#declaration(buffer, at);
    if (state === 'subset') return this.#subset(buffer, at);
    if (state === 'text') return at;
    const terminator = TERMINATORS[state];
    const end = buffer.indexOf(terminator, at);
    const stop = end < 0 ? Math.max(at, buffer.length - terminator.length + 1) : end;
    if (stop > at && state === 'cdata') this.#handler.text(buffer.slice(at, stop));
    if (stop > at && state === 'comment') this.#handler.comment?.(buffer.slice(at, stop));
    if (end < 0) return this.#hold(buffer, stop);
    return this.#enter('text', end + terminator.length);
  }

  #declaration(buffer: string, at: number): number {
    for (let i = at; i < buffer.length; i++) {
      const ch = buffer.charCodeAt(i);
      if (ch === 0x3e) return this.#enter('text', i + 1);
      if (ch === 0x5b) return this.#enter('subset', i + 1);
    }
    return -1;
  }

  /** The internal subset ends with `]`, spaces, `>`. */
  #subset(buffer: string, at: number): number {
    for (let from = at; ; ) {
      const bracket = buffer.indexOf(']', from);
      if (bracket < 0) return -1;
      let i = bracket + 1;
      while (i < buffer.length && i - bracket < MAX_SUBSET_SPACES && isSpace(buffer.charCodeAt(i))) i += 1;
      if (i === buffer.length) return this.#hold(buffer, bracket);
      if (buffer.charCodeAt(i) === 0x3e) return this.#enter('text', i + 1);
      from = bracket + 1;
    }
  }

  #skipTag(buffer: string, at: number): number {
    for (let i = at; i < buffer.length; i++) {
      const ch = buffer.charCodeAt(i);
      if (ch === this.#quote) this.#quote = 0;
      else if (this.#quote === 0 && (ch === 0x22 || ch === 0x27)) this.#quote = ch;
      else if (this.#quote === 0 && ch === 0x3e) {
        if (buffer.charCodeAt(i - 1) === 0x2f) this.#handler.close(this.#cutName);
        return this.#enter('text', i + 1);
      }
    }
    return -1;
  }
}

/** The encoding of an XML document from its first bytes: wide if it has zeros, else as declared, else UTF-8. */
export function xmlEncoding(head: Buffer): string {
  const wide = wideEncoding(head);
  if (wide) return wide;
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    head.toString('latin1', 0, DECLARATION_BYTES),
  )?.[1];
  // A document that declares UTF-16 but has no zero bytes is not UTF-16.
  if (!declared || /^(utf|ucs|unicode|iso-10646)/i.test(declared)) return 'utf-8';
  return iconv.encodingExists(declared) ? declared : 'utf-8';
}
