/**
 * The attributes of one XML start tag, and the character-level rules the tokenizer shares with them: names,
 * spaces, entity references. Attributes are found only when asked for; nothing is copied before.
 */

/** Valid during one XmlHandler.open call only. Values have their entities decoded. */
export class XmlAttributes {
  #buffer = '';
  #start = 0;
  #end = 0;
  /** Four positions an attribute: name start, name end, value start, value end. */
  readonly #spans: number[] = [];
  #parsed = false;

  reset(buffer: string, start: number, end: number): void {
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
    this.#parsed = false;
  }

  /** The value of the attribute with this local name; an unprefixed one wins over a prefixed one. */
  get(local: string): string | undefined {
    return this.#find(local, false) ?? this.#find(local, true);
  }

  /** The value of the attribute with this local name and any prefix (`r:id` where `id` is there too). */
  prefixed(local: string): string | undefined {
    return this.#find(local, true);
  }

  /** All attributes as [local name, value], namespace declarations left out. */
  *entries(): Generator<[string, string]> {
    this.#parse();
    for (let i = 0; i < this.#spans.length; i += 4) {
      if (this.#isDeclaration(i)) continue;
      yield [localName(this.#buffer, this.#at(i), this.#at(i + 1)), this.#value(i)];
    }
  }

  #find(local: string, prefixed: boolean): string | undefined {
    this.#parse();
    const { length } = local;
    for (let i = 0; i < this.#spans.length; i += 4) {
      const end = this.#at(i + 1);
      const start = end - length;
      const nameStart = this.#at(i);
      if (prefixed ? start <= nameStart : start !== nameStart) continue;
      if (!this.#buffer.startsWith(local, start)) continue;
      if (prefixed && (this.#buffer.charCodeAt(start - 1) !== 0x3a || this.#isDeclaration(i))) continue;
      return this.#value(i);
    }
    return undefined;
  }

  #at(i: number): number {
    return this.#spans[i] as number;
  }

  #value(i: number): string {
    return decodeEntities(this.#buffer.slice(this.#at(i + 2), this.#at(i + 3)));
  }

  #isDeclaration(i: number): boolean {
    if (!this.#buffer.startsWith('xmlns', this.#at(i))) return false;
    return this.#at(i + 1) === this.#at(i) + 5 || this.#buffer.charCodeAt(this.#at(i) + 5) === 0x3a;
  }

  #parse(): void {
    if (this.#parsed) return;
    this.#parsed = true;
    this.#spans.length = 0;
    let at = this.#skipSpaces(this.#start);
    while (at < this.#end) {
      const nameEnd = this.#endOfAttributeName(at);
      const equals = this.#skipSpaces(nameEnd);
      if (nameEnd > at && this.#buffer.charCodeAt(equals) === 0x3d && equals < this.#end) {
        at = this.#skipSpaces(this.#addValue(at, nameEnd, this.#skipSpaces(equals + 1)));
      } else {
        if (nameEnd > at) this.#spans.push(at, nameEnd, nameEnd, nameEnd);
        at = Math.max(equals, at + 1);
      }
    }
  }

  /** Records the attribute whose value starts at `at`, quoted or bare; returns where it ends. */
  #addValue(nameStart: number, nameEnd: number, at: number): number {
    const quote = this.#buffer[at];
    if (at < this.#end && (quote === '"' || quote === "'")) {
      const close = this.#buffer.indexOf(quote, at + 1);
      const end = close < 0 || close > this.#end ? this.#end : close;
      this.#spans.push(nameStart, nameEnd, at + 1, end);
      return end + 1;
    }
    let end = at;
    while (end < this.#end && !isSpace(this.#buffer.charCodeAt(end))) end += 1;
    this.#spans.push(nameStart, nameEnd, at, end);
    return end;
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (at < this.#end && isSpace(this.#buffer.charCodeAt(at))) at += 1;
    return at;
  }

  #endOfAttributeName(from: number): number {
    let at = from;
    while (at < this.#end && this.#buffer.charCodeAt(at) !== 0x3d && !isSpace(this.#buffer.charCodeAt(at)))
      at += 1;
    return at;
  }
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

export function endOfName(buffer: string, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const ch = buffer.charCodeAt(i);
    if (isSpace(ch) || ch === 0x2f) return i;
  }
  return end;
}

export function isSpace(ch: number): boolean {
  return ch === 0x20 || ch === 0x0a || ch === 0x0d || ch === 0x09;
}

export function isNameStart(ch: number): boolean {
  return (ch >= 0x61 && ch <= 0x7a) || (ch >= 0x41 && ch <= 0x5a) || ch === 0x5f || ch === 0x3a || ch >= 0x80;
}
