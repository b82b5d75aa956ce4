/**
 * Splits SQL text, fed in chunks, into tokens of all common dialects. Holds one token at most; a token longer than
 * the limit comes in pieces. Never throws: unknown characters are punctuation.
 */

import { endOfPlainRow, skipBlanks, skipSeparators } from './sql-plain-row.js';

export type SqlTokenKind =
  /** A keyword, name, number or operator character. */
  | 'word'
  | 'punctuation'
  /** A string literal; `value` is its content. */
  | 'string'
  /** A quoted name; `value` is its content. */
  | 'name'
  | 'comment'
  | 'space';

export type SqlToken = { readonly kind: SqlTokenKind; readonly raw: string; readonly value: string };

const MAX_TOKEN_CHARS = 1 << 20;
/** A token that ends this close to the end of the input can continue in the next chunk. */
const LOOK_AHEAD = 2;

const PLAIN = /^[\s;,()]*$/;
const SPACE = /\s+/y;
const WORD = /[\p{L}\p{N}_$#@.+-]+/uy;
/** Words without signs, so that `1-2` and comments after a name are not consumed. */
const PLAIN_WORD = /[\p{L}\p{N}_$@.]+/uy;
const DOLLAR_QUOTE = /\$(?:[A-Za-z_]\w{0,62})?\$/y;

export type SqlDialect = { readonly backslashEscapes: boolean; readonly hashComments: boolean };

/** Detects from the first bytes whether backslashes escape (MySQL) or are literal (the standard). */
export function sqlDialect(head: string): SqlDialect {
  const isMySql = /mysql|mariadb|phpmyadmin|adminer|`\w+`|ENGINE\s*=|\/\*!\d{5}/i.test(head);
  const isStandard = /postgresql|pg_catalog|from stdin;|\[dbo\]|sqlite|\boracle\b/i.test(head);
  const looksEscaped = !isStandard && /\\'(?!\s*[,);])/.test(head);
  return { backslashEscapes: isMySql || looksEscaped, hashComments: isMySql };
}

export class SqlLexer {
  #buffer = '';
  #at = 0;
  #last = false;
  /** The position at which the search for the end of the first literal continues. */
  #resume = 0;

  constructor(private readonly dialect: SqlDialect) {}

  write(text: string): void {
    this.#buffer = this.#buffer.slice(this.#at) + text;
    this.#at = 0;
  }

  end(): void {
    this.#last = true;
  }

  /** The next token; undefined if more input is needed or everything is read. */
  next(): SqlToken | undefined {
    if (this.#at >= this.#buffer.length) return undefined;
    const start = this.#at;
    const token = this.#read(start);
    const isOpen = token === undefined || (!this.#last && token.end > this.#buffer.length - LOOK_AHEAD);
    if (!isOpen) {
      this.#at = token.end;
      return { kind: token.kind, raw: this.#buffer.slice(start, token.end), value: token.value };
    }
    if (!this.#last && this.#buffer.length - start < MAX_TOKEN_CHARS) return undefined;
    return this.#rest(token?.kind ?? 'word');
  }

  /** True between tokens: no input is held. */
  get isIdle(): boolean {
    return this.#at >= this.#buffer.length;
  }

  /** True if the held token is complete unless more of it follows, and further input cannot change its kind. */
  get isPlain(): boolean {
    return (
      PLAIN.test(this.#buffer.slice(this.#at, this.#at + 2 * LOOK_AHEAD)) &&
      this.#buffer.length - this.#at <= LOOK_AHEAD
    );
  }

  /** The next token although more input can follow. Only if isPlain. */
  force(): SqlToken | undefined {
    const isLast = this.#last;
    this.#last = true;
    const token = this.next();
    this.#last = isLast;
    return token;
  }

  /** A whole line, without its end; undefined if more input is needed. For the data of COPY. */
  line(): string | undefined {
    const end = this.#buffer.indexOf('\n', this.#at);
    const isLong = this.#buffer.length - this.#at > MAX_TOKEN_CHARS;
    if (end < 0 && !this.#last && !isLong) return undefined;
    if (end < 0 && this.#at >= this.#buffer.length) return undefined;
    const line = this.#buffer.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#buffer.length : end + 1;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /**
   * Skips whole rows of VALUES with plain literals only, and the separators between them. Returns their number; stops
   * after the last one.
   */
  passRows(): number {
    let rows = 0;
    for (let at = this.#at; ; rows++) {
      const open = skipSeparators(this.#buffer, at);
      const end = endOfPlainRow(this.#buffer, open, this.dialect.backslashEscapes);
      if (end < 0) return rows;
      this.#at = end;
      at = end;
    }
  }

  /** True if nothing is held and, from `at` on, the line is a plain row, `sign` and its end. */
  isWholeLine(line: string, at: number, sign: string): boolean {
    if (!this.isIdle) return false;
    const end = endOfPlainRow(line, skipBlanks(line, at), this.dialect.backslashEscapes);
    return end > 0 && line[end] === sign && (line[end + 1] === '\r' ? end + 3 : end + 2) === line.length;
  }

  /** All remaining input as one token: the input ended inside it, or it is too long to be held. */
  #rest(kind: SqlTokenKind): SqlToken {
    const raw = this.#buffer.slice(this.#at);
    this.#resume = 0;
    this.#at = this.#buffer.length;
    return { kind, raw, value: raw };
  }

  #read(at: number): { kind: SqlTokenKind; value: string; end: number } | undefined {
    const ch = this.#buffer[at] as string;
    if (ch === "'") return this.#quoted(at, "'", 'string');
    if (ch === '"') return this.#quoted(at, '"', this.dialect.backslashEscapes ? 'string' : 'name');
    if (ch === '`') return this.#quoted(at, '`', 'name');
    if (ch === '[') return this.#bracketed(at);
    if (ch === '-' && this.#buffer[at + 1] === '-') return this.#toEnd(at, '\n', 'comment');
    if (ch === '#' && this.dialect.hashComments) return this.#toEnd(at, '\n', 'comment');
    if (ch === '/' && this.#buffer[at + 1] === '*') return this.#toEnd(at, '*/', 'comment');
    if (ch === '$') {
      const quote = this.#match(DOLLAR_QUOTE, at);
      if (quote) return this.#dollarQuoted(at, quote);
    }
    const space = this.#match(SPACE, at);
    if (space) return { kind: 'space', value: space, end: at + space.length };
    const isNumber = /[\d+-]/.test(ch);
    const word = this.#match(isNumber ? WORD : PLAIN_WORD, at);
    if (word && !(isNumber && word.includes('--')))
      return { kind: 'word', value: word, end: at + word.length };
    return { kind: 'punctuation', value: ch, end: at + 1 };
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#buffer)?.[0];
  }

  /** A doubled quote is literal; a backslash escapes in some dialects. */
  #quoted(
    at: number,
    quote: string,
    kind: SqlTokenKind,
  ): { kind: SqlTokenKind; value: string; end: number } | undefined {
    const escapes = kind === 'string' && (this.dialect.backslashEscapes || this.#hasEscapePrefix(at));
    let from = Math.max(at + 1, this.#resume);
    this.#resume = 0;
    for (;;) {
      const close = this.#buffer.indexOf(quote, from);
      if (close < 0 || (close + 1 === this.#buffer.length && !this.#last)) {
        this.#resume = from - at;
        return undefined;
      }
      if (escapes && this.#isEscaped(close, from)) from = close + 1;
      else if (this.#buffer[close + 1] === quote) from = close + 2;
      else {
        const inner = this.#buffer.slice(at + 1, close);
        return { kind, value: unescapeInner(inner, quote, escapes), end: close + 1 };
      }
    }
  }

  /** PostgreSQL's E'...'. */
  #hasEscapePrefix(at: number): boolean {
    return /^[eE]$/.test(this.#buffer[at - 1] ?? '') && !/\w/.test(this.#buffer[at - 2] ?? '');
  }

  #isEscaped(at: number, from: number): boolean {
    let slashes = 0;
    while (at - 1 - slashes >= from && this.#buffer[at - 1 - slashes] === '\\') slashes += 1;
    return slashes % 2 === 1;
  }

  #bracketed(at: number): { kind: SqlTokenKind; value: string; end: number } | undefined {
    // Names are short; a bracket before anything longer opens no name.
    const inner = /\[([^\]\n[']{1,128})\]/y;
    inner.lastIndex = at;
    const name = inner.exec(this.#buffer)?.[1];
    if (name === undefined) return { kind: 'punctuation', value: '[', end: at + 1 };
    return { kind: 'name', value: name, end: at + name.length + 2 };
  }

  #toEnd(
    at: number,
    terminator: string,
    kind: SqlTokenKind,
  ): { kind: SqlTokenKind; value: string; end: number } | undefined {
    const close = this.#buffer.indexOf(terminator, at + 1);
    if (close < 0) return undefined;
    const end = close + terminator.length;
    return { kind, value: this.#buffer.slice(at, end), end };
  }

  #dollarQuoted(at: number, quote: string): { kind: SqlTokenKind; value: string; end: number } | undefined {
    const close = this.#buffer.indexOf(quote, at + quote.length);
    if (close < 0) return undefined;
    const value = this.#buffer.slice(at + quote.length, close);
    return { kind: 'string', value, end: close + quote.length };
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  0: '',
  Z: '',
  f: '\f',
};

function unescapeInner(inner: string, quote: string, escapes: boolean): string {
  const single = inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
  return escapes && single.includes('\\') ? unescapeBackslashes(single) : single;
}

/** Resolves the backslash escapes of MySQL strings and PostgreSQL COPY lines. */
export function unescapeBackslashes(text: string): string {
  return text.replace(/\\(.)/gs, (_, ch: string) => ESCAPES[ch] ?? ch);
}
