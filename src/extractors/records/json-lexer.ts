/**
 * Splits JSON, fed in chunks, into events; accepts JavaScript literals (comments, bare words, single quotes), so that
 * broken input is not lost. Holds one token at most; long strings come in pieces.
 */

export interface JsonHandler {
  /** `{`, `}`, `[`, `]`, `:` or `,`. */
  punctuation(ch: string): void;
  /** A string's content; `isPart` if more of the same string follows. */
  string(value: string, isPart: boolean): void;
  /** A number, true, false, null, or any other bare word. */
  word(value: string): void;
  comment(text: string): void;
  /** A line feed between tokens. */
  newline?(): void;
}

const MAX_PIECE_CHARS = 256 * 1024;
const WORD = /[^\s{}[\]:,"'/]+/y;
const LONGEST_ESCAPE = 6;

export class JsonLexer {
  #buffer = '';
  /** The quote of a string whose first pieces were already emitted. */
  #openQuote = '';

  /** @param endsStringsAtLines Whether a line feed ends an open string: JSON lines have none inside. */
  constructor(
    private readonly handler: JsonHandler,
    private readonly endsStringsAtLines = false,
  ) {}

  /** True between tokens: no input is held. */
  get isIdle(): boolean {
    return this.#buffer === '' && this.#openQuote === '';
  }

  write(text: string): void {
    this.#buffer = this.#buffer === '' ? text : this.#buffer + text;
    this.#run(false);
  }

  end(): void {
    this.#run(true);
    this.#buffer = '';
  }

  #run(isLast: boolean): void {
    const buffer = this.#buffer;
    let at = 0;
    while (at < buffer.length) {
      const next = this.#token(buffer, at, isLast);
      if (next < 0) break;
      at = next;
    }
    this.#buffer = at === 0 ? buffer : buffer.slice(at);
  }

  /** Handles the token at `at`; returns its end, or -1 if more input is needed. */
  #token(buffer: string, at: number, isLast: boolean): number {
    if (this.#openQuote) return this.#string(buffer, at, { quote: this.#openQuote, isLast });
    const ch = buffer[at] as string;
    switch (ch) {
      case '\n':
        this.handler.newline?.();
        return at + 1;
      case ' ':
      case '\r':
      case '\t':
        return at + 1;
      case '{':
      case '}':
      case '[':
      case ']':
      case ':':
      case ',':
        this.handler.punctuation(ch);
        return at + 1;
      case '"':
      case "'":
        return this.#string(buffer, at + 1, { quote: ch, isLast });
      case '/':
        return this.#comment(buffer, at, isLast);
      default:
        return this.#word(buffer, at, isLast);
    }
  }

  #string(buffer: string, start: number, { quote, isLast }: { quote: string; isLast: boolean }): number {
    const end = endOfString(buffer, start, quote);
    const lineEnd = this.endsStringsAtLines ? buffer.indexOf('\n', start) : -1;
    if (lineEnd >= 0 && (end < 0 || lineEnd < end)) {
      this.#openQuote = '';
      this.handler.string(unescapeJson(buffer.slice(start, lineEnd)), false);
      return lineEnd;
    }
    if (end >= 0) {
      this.#openQuote = '';
      this.handler.string(unescapeJson(buffer.slice(start, end)), false);
      return end + 1;
    }
    if (isLast) {
      this.#openQuote = '';
      this.handler.string(unescapeJson(buffer.slice(start)), false);
      return buffer.length;
    }
    if (buffer.length - start < MAX_PIECE_CHARS) return -1;
    const cut = cutBeforeEscape(buffer);
    this.#openQuote = quote;
    this.handler.string(unescapeJson(buffer.slice(start, cut)), true);
    return cut;
  }

  #word(buffer: string, at: number, isLast: boolean): number {
    WORD.lastIndex = at;
    const word = WORD.exec(buffer)?.[0] ?? (buffer[at] as string);
    const end = at + word.length;
    if (end === buffer.length && !isLast && word.length < MAX_PIECE_CHARS) return -1;
    if (word.trim() !== '') this.handler.word(word);
    return end;
  }

  #comment(buffer: string, at: number, isLast: boolean): number {
    if (at + 1 >= buffer.length && !isLast) return -1;
    const next = buffer[at + 1];
    const terminator = next === '*' ? '*/' : next === '/' ? '\n' : undefined;
    if (!terminator) {
      this.handler.word('/');
      return at + 1;
    }
    const close = buffer.indexOf(terminator, at + 2);
    if (close < 0 && !isLast && buffer.length - at < MAX_PIECE_CHARS) return -1;
    const end = close < 0 ? buffer.length : close + terminator.length;
    this.handler.comment(buffer.slice(at, end));
    return end;
  }
}

function endOfString(buffer: string, start: number, quote: string): number {
  for (let from = start; ; ) {
    const end = buffer.indexOf(quote, from);
    if (end < 0) return -1;
    let slashes = 0;
    while (end - 1 - slashes >= start && buffer.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}

/** Where a string can be cut without splitting an escape: before a backslash near the end. */
function cutBeforeEscape(buffer: string): number {
  const first = buffer.length - LONGEST_ESCAPE;
  for (let i = first; i < buffer.length; i++) {
    if (buffer[i] !== '\\') continue;
    let start = i;
    while (buffer[start - 1] === '\\') start -= 1;
    return Math.max(start, 1);
  }
  return buffer.length;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescapeJson(raw: string): string {
  if (raw.indexOf('\\') < 0) return raw;
  return raw.replace(/\\(?:u([\da-fA-F]{4})|(.))/gs, (_, hex: string | undefined, ch: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return ESCAPES[ch] ?? ch;
  });
}
