/**
 * Splits RTF into groups, control words, escaped bytes, raw bytes and binary data, as a stream. Input: chunks of any
 * size; output: calls. Holds one control word at most. Never throws: anything that is not RTF is text.
 */
export interface RtfHandler {
  open(): void;
  close(): void;
  /** A control word, or a control symbol (one non-letter), with its number if it has one. */
  control(word: string, parameter: number | undefined): void;
  /** A byte written as `\'xx`. */
  escaped(byte: number): void;
  /** Literal bytes of text, without line ends. */
  bytes(bytes: Buffer): void;
  /** Bytes after `\bin`. */
  binary(bytes: Buffer): void;
}

const MAX_WORD = 32;
const MAX_DIGITS = 10;
/** A control word with its number, its sign and the blank after it. */
const MAX_TOKEN = 1 + MAX_WORD + 1 + MAX_DIGITS + 1;

export class RtfTokenizer {
  readonly #words = new WordCache();
  #rest: Buffer = Buffer.alloc(0);
  #binary = 0;

  constructor(private readonly handler: RtfHandler) {}

  write(chunk: Uint8Array): void {
    this.#feed(Buffer.concat([this.#rest, chunk]), false);
  }

  end(): void {
    this.#feed(this.#rest, true);
  }

  #feed(bytes: Buffer, isLast: boolean): void {
    const { handler } = this;
    // A token that can continue in the next chunk is left for it.
    const safe = isLast ? bytes.length : bytes.length - MAX_TOKEN;
    let at = 0;
    while (at < bytes.length) {
      if (this.#binary > 0) {
        const data = bytes.subarray(at, at + this.#binary);
        this.#binary -= data.length;
        at += data.length;
        handler.binary(data);
        continue;
      }
      const ch = bytes[at] as number;
      if (ch === 0x5c) {
        if (at >= safe && !isLast) break;
        at = this.#control(bytes, at + 1);
      } else if (ch === 0x7b || ch === 0x7d) {
        at += 1;
        if (ch === 0x7b) handler.open();
        else handler.close();
      } else if (ch === 0x0d || ch === 0x0a) at += 1;
      else {
        const end = textEnd(bytes, at);
        handler.bytes(bytes.subarray(at, end));
        at = end;
      }
    }
    this.#rest = bytes.subarray(at);
  }

  /** Reads what follows a backslash; returns its end. */
  #control(bytes: Buffer, from: number): number {
    const first = bytes[from];
    if (first === undefined) return from;
    if (first === 0x27) {
      const byte = Number.parseInt(bytes.toString('latin1', from + 1, from + 3), 16);
      if (Number.isNaN(byte)) return from + 1;
      this.handler.escaped(byte);
      return from + 3;
    }
    if (!isLetter(first)) {
      this.handler.control(String.fromCharCode(first), undefined);
      return from + 1;
    }
    let at = from;
    let hash = 0;
    while (at < bytes.length && at - from < MAX_WORD && isLetter(bytes[at] as number)) {
      hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
      at += 1;
    }
    const word = this.#words.get(bytes, { from, to: at, hash });
    const isNegative = bytes[at] === 0x2d;
    if (isNegative) at += 1;
    const digits = at;
    let number = 0;
    while (at < bytes.length && at - digits < MAX_DIGITS && isDigit(bytes[at] as number)) {
      number = 10 * number + (bytes[at] as number) - 0x30;
      at += 1;
    }
    const parameter = at === digits ? undefined : isNegative ? -number : number;
    // A hyphen without digits is text.
    if (isNegative && parameter === undefined) at = digits - 1;
    else if (bytes[at] === 0x20) at += 1;
    if (word === 'bin') this.#binary = Math.max(0, parameter ?? 0);
    else this.handler.control(word, parameter);
    return at;
  }
}

/** A few hundred control words make up most of every file: each string is created once. */
class WordCache {
  readonly #words: string[] = new Array(4096).fill('');

  get(bytes: Buffer, span: { from: number; to: number; hash: number }): string {
    const slot = span.hash & 4095;
    const known = this.#words[slot] as string;
    if (isSame(known, bytes, span)) return known;
    const word = bytes.toString('latin1', span.from, span.to);
    this.#words[slot] = word;
    return word;
  }
}

function isSame(word: string, bytes: Buffer, { from, to }: { from: number; to: number }): boolean {
  if (word.length !== to - from) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}

function textEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const ch = bytes[at] as number;
    if (ch === 0x5c || ch === 0x7b || ch === 0x7d || ch === 0x0d || ch === 0x0a) break;
  }
  return at;
}

function isLetter(ch: number): boolean {
  return (ch >= 0x61 && ch <= 0x7a) || (ch >= 0x41 && ch <= 0x5a);
}

function isDigit(ch: number): boolean {
  return ch >= 0x30 && ch <= 0x39;
}
