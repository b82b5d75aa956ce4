/**
 * The attributes of one XML start tag, and the character-level rules shared with the tokenizer: names, spaces, entity
 * references. Finds attributes on demand and copies nothing before; a library reads all of them (docs/decisions/013).
 */

/** Valid during one XmlHandler.open call only. Values have their entities decoded. */
export class XmlAttributes {
  /** The quote in which an unfinished scan() stopped, or 0. */
  openQuote = 0;
  #buffer = '';
  /** Four positions per attribute: name start, name end, value start, value end. */
  readonly #spans: number[] = [];
  #used = 0;
  #mayHaveEntities = true;

  /**
   * Reads the attributes from `at` up to the `>` of the tag. Returns the index of that `>`, or -1 if it is not in the
   * buffer; the attributes so far are then available, the last one possibly cut.
   */
  scan(buffer: string, at: number, mayHaveEntities: boolean): number {
    this.#buffer = buffer;
    this.#used = 0;
    this.#mayHaveEntities = mayHaveEntities;
    this.openQuote = 0;
    const { length } = buffer;
    let i = at;
    while (i >= 0 && i < length) {
      const ch = buffer.charCodeAt(i);
      if (ch === 0x3e) return i;
      i = ch === 0x2f || isSpace(ch) ? i + 1 : this.#attribute(buffer, i);
    }
    return -1;
  }

  /** Records the attribute that starts at `at`; returns its end, -1 if beyond the buffer. */
  #attribute(buffer: string, at: number): number {
    const nameEnd = endOfAttributeName(buffer, at);
    let i = skipSpaces(buffer, nameEnd);
    if (i >= buffer.length || buffer.charCodeAt(i) !== 0x3d) {
      this.#add(at, nameEnd, nameEnd, nameEnd);
      return i;
    }
    i = skipSpaces(buffer, i + 1);
    const quote = i < buffer.length ? buffer.charCodeAt(i) : 0;
    if (quote !== 0x22 && quote !== 0x27) {
      const end = endOfBareValue(buffer, i);
      this.#add(at, nameEnd, i, end);
      return end;
    }
    const close = closingQuote(buffer, i + 1, quote);
    this.#add(at, nameEnd, i + 1, close < 0 ? buffer.length : close);
    if (close < 0) this.openQuote = quote;
    return close < 0 ? -1 : close + 1;
  }

  #add(nameStart: number, nameEnd: number, start: number, end: number): void {
    this.#spans[this.#used] = nameStart;
    this.#spans[this.#used + 1] = nameEnd;
    this.#spans[this.#used + 2] = start;
    this.#spans[this.#used + 3] = end;
    this.#used += 4;
  }

  /** The value of the attribute with this local name; an unprefixed one takes precedence. */
  get(local: string): string | undefined {
    const spans = this.#spans;
    const { length } = local;
    for (let i = 0; i < this.#used; i += 4) {
      const start = spans[i] as number;
      if ((spans[i + 1] as number) - start === length && this.#buffer.startsWith(local, start))
        return this.#value(i);
    }
    return this.prefixed(local);
  }

  /** The value of the attribute with this local name and any prefix (`r:id` where `id` exists too). */
  prefixed(local: string): string | undefined {
    for (let i = 0; i < this.#used; i += 4) {
      const start = (this.#spans[i + 1] as number) - local.length;
      if (start <= (this.#spans[i] as number) || this.#buffer.charCodeAt(start - 1) !== 0x3a) continue;
      if (this.#buffer.startsWith(local, start) && !this.#isDeclaration(i)) return this.#value(i);
    }
    return undefined;
  }

  /** All attributes as [local name, value], without namespace declarations. */
  *entries(): Generator<[string, string]> {
    for (let i = 0; i < this.#used; i += 4) {
      if (this.#isDeclaration(i)) continue;
      yield [localName(this.#buffer, this.#spans[i] as number, this.#spans[i + 1] as number), this.#value(i)];
    }
  }

  #value(i: number): string {
    const raw = this.#buffer.slice(this.#spans[i + 2], this.#spans[i + 3]);
    return this.#mayHaveEntities ? decodeEntities(raw) : raw;
  }

  #isDeclaration(i: number): boolean {
    const start = this.#spans[i] as number;
    if (!this.#buffer.startsWith('xmlns', start)) return false;
    return this.#spans[i + 1] === start + 5 || this.#buffer.charCodeAt(start + 5) === 0x3a;
  }
}

function endOfAttributeName(buffer: string, from: number): number {
  let at = from;
  for (; at < buffer.length; at++) {
    const ch = buffer.charCodeAt(at);
    if (ch === 0x3d || ch === 0x3e || ch === 0x2f || isSpace(ch)) break;
  }
  return at;
}

function endOfBareValue(buffer: string, from: number): number {
  let at = from;
  for (; at < buffer.length; at++) {
    const ch = buffer.charCodeAt(at);
    if (ch === 0x3e || isSpace(ch)) break;
  }
  return at;
}

function skipSpaces(buffer: string, from: number): number {
  let at = from;
  while (at < buffer.length && isSpace(buffer.charCodeAt(at))) at += 1;
  return at;
}

/** Most values are short: up to about this length a loop is faster than indexOf. */
const SHORT_VALUE = 24;

function closingQuote(buffer: string, from: number, quote: number): number {
  const near = Math.min(buffer.length, from + SHORT_VALUE);
  for (let i = from; i < near; i++) if (buffer.charCodeAt(i) === quote) return i;
  return buffer.indexOf(quote === 0x22 ? '"' : "'", near);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces the five predefined and numeric references; others stay as written. */
export function decodeEntities(text: string): string {
  if (text.indexOf('&') < 0) return text;
  return text.replace(/&(#\d{1,12}|#[xX][\da-fA-F]{1,12}|amp|lt|gt|quot|apos);/g, (_, body: string) => {
    if (body[0] !== '#') return ENTITIES[body] as string;
    const code =
      body[1] === 'x' || body[1] === 'X' ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    return code > 0 && code <= 0x10ffff && !isSurrogate ? String.fromCodePoint(code) : '\ufffd';
  });
}

export function localName(buffer: string, start: number, end: number): string {
  let stop = end;
  while (stop > start && isSpace(buffer.charCodeAt(stop - 1))) stop -= 1;
  for (let i = stop - 1; i >= start; i--) if (buffer.charCodeAt(i) === 0x3a) return buffer.slice(i + 1, stop);
  return buffer.slice(start, stop);
}

/** The end of the tag name that starts at `start`. */
export function endOfName(buffer: string, start: number): number {
  let i = start;
  for (; i < buffer.length; i++) {
    const ch = buffer.charCodeAt(i);
    if (ch === 0x3e || ch === 0x2f || isSpace(ch)) break;
  }
  return i;
}

export function isSpace(ch: number): boolean {
  return ch === 0x20 || ch === 0x0a || ch === 0x0d || ch === 0x09;
}

export function isNameStart(ch: number): boolean {
  return (ch >= 0x61 && ch <= 0x7a) || (ch >= 0x41 && ch <= 0x5a) || ch === 0x5f || ch === 0x3a || ch >= 0x80;
}
