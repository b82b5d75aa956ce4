/**
 * Finds the end of rows of VALUES whose content is the same in every dialect: strings, numbers, words and calls.
 * Leaves anything else (comments, quoted names, prefixed strings, other signs) to the lexer.
 */

const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;
const MINUS = 0x2d;
const COMMA = 0x2c;

/** Far below the lexer's limits for a token and a row. */
const MAX_ROW_CHARS = 256 * 1024;

const OTHER = 0;
/** Letters, digits and other characters of numbers and names. */
const WORD = 1;
const BLANK = 2;
const SIGN = 3;

const KIND = new Uint8Array(128);
for (const ch of '_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  KIND[ch.charCodeAt(0)] = WORD;
for (const ch of ' \t\r\n') KIND[ch.charCodeAt(0)] = BLANK;
for (const ch of ',:=+') KIND[ch.charCodeAt(0)] = SIGN;

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

/** The offset after blanks and commas. */
export function skipSeparators(text: string, from: number): number {
  let at = from;
  for (let ch = text.charCodeAt(at); ch === COMMA || isBlank(ch); ch = text.charCodeAt(at)) at += 1;
  return at;
}

function isBlank(ch: number): boolean {
  return ch <= 127 && KIND[ch] === BLANK;
}

/**
 * The offset after the parenthesis that closes the row opened at `open`; -1 if there is none, or the row is not
 * plain.
 */
export function endOfPlainRow(text: string, open: number, backslashEscapes: boolean): number {
  if (text.charCodeAt(open) !== OPEN) return -1;
  const most = Math.min(text.length, open + MAX_ROW_CHARS);
  let depth = 1;
  let before = SIGN;
  for (let at = open + 1; at < most; at++) {
    const ch = text.charCodeAt(at);
    if (ch === QUOTE) {
      // A word right before a string can be its prefix.
      if (before === WORD) return -1;
      at = endOfString(text, at + 1, { most, backslashEscapes });
      if (at < 0) return -1;
      before = SIGN;
    } else if (ch === OPEN) {
      depth += 1;
      before = SIGN;
    } else if (ch === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
      before = SIGN;
    } else if (ch === MINUS) {
      if (text.charCodeAt(at + 1) === MINUS) return -1;
      before = SIGN;
    } else {
      const kind = ch > 127 ? OTHER : (KIND[ch] as number);
      if (kind === OTHER) return -1;
      before = kind;
    }
  }
  return -1;
}

/** The closing quote; -1 unless it is there with a character after it. */
function endOfString(text: string, start: number, scan: { most: number; backslashEscapes: boolean }): number {
  const { most, backslashEscapes } = scan;
  for (let at = start; at + 1 < most; at++) {
    const ch = text.charCodeAt(at);
    if (ch === BACKSLASH && backslashEscapes) at += 1;
    else if (ch === QUOTE) {
      if (text.charCodeAt(at + 1) !== QUOTE) return at;
      at += 1;
    }
  }
  return -1;
}
