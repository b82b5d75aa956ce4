/**
 * The skeleton of a JSON line: its punctuation, its names, and the positions of strings, words and nulls, without
 * values. Lines with equal skeletons have equal fields, so that code which only counts records need not parse them.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Marks that replace values; names are in quotes. */
const WORD = 0x77;
const NULL = 0x6e;
const STRING = 0x73;

/** Longer lines are left to the reader, which has its own limits for records. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_DEPTH = 32;

/** What can come next. */
const VALUE = 0;
const NAME = 1;
const AFTER_NAME = 2;
const AFTER_VALUE = 3;

/** Characters of numbers, true, false and null. */
const IS_WORD = new Uint8Array(256);
for (const ch of '+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  IS_WORD[ch.charCodeAt(0)] = 1;

export class JsonSkeletons {
  readonly #out = Buffer.allocUnsafe(MAX_LINE_BYTES + 8);
  readonly #isArray = new Uint8Array(MAX_DEPTH);

  /** For a whole line with its line feed that is exactly one object; undefined for any other. */
  of(line: Buffer): string | undefined {
    const { length } = line;
    if (length > MAX_LINE_BYTES || line[0] !== OPEN_OBJECT || line[length - 1] !== LF) return undefined;
    const out = this.#out;
    const isArray = this.#isArray;
    let depth = 0;
    let n = 0;
    let next = VALUE;
    for (let i = 0; i < length; ) {
      const byte = line[i] as number;
      if (byte === SPACE || byte === TAB) {
        i += 1;
      } else if (byte === QUOTE) {
        const end = endOfString(line, i + 1);
        if (end < 0 || (next !== VALUE && next !== NAME)) return undefined;
        if (next === NAME) {
          for (; i < end; i++) out[n++] = line[i] as number;
          next = AFTER_NAME;
        } else {
          out[n++] = STRING;
          next = AFTER_VALUE;
        }
        i = end;
      } else if (byte === COLON) {
        if (next !== AFTER_NAME) return undefined;
        out[n++] = COLON;
        next = VALUE;
        i += 1;
      } else if (byte === COMMA) {
        if (next !== AFTER_VALUE) return undefined;
        out[n++] = COMMA;
        next = isArray[depth - 1] === 1 ? VALUE : NAME;
        i += 1;
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (next !== VALUE || depth === MAX_DEPTH) return undefined;
        out[n++] = byte;
        isArray[depth++] = byte === OPEN_ARRAY ? 1 : 0;
        i = skipBlank(line, i + 1);
        const isEmpty = line[i] === CLOSE_OBJECT || line[i] === CLOSE_ARRAY;
        next = isEmpty ? AFTER_VALUE : byte === OPEN_ARRAY ? VALUE : NAME;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (next !== AFTER_VALUE || isArray[depth - 1] !== (byte === CLOSE_ARRAY ? 1 : 0)) return undefined;
        out[n++] = byte;
        depth -= 1;
        i += 1;
        if (depth === 0) return isLineEnd(line, i) ? out.toString('latin1', 0, n) : undefined;
      } else if (IS_WORD[byte] === 1) {
        if (next !== VALUE) return undefined;
        const start = i;
        while (IS_WORD[line[i] as number] === 1) i += 1;
        out[n++] = i - start === 4 && line.toString('latin1', start, i) === 'null' ? NULL : WORD;
        next = AFTER_VALUE;
      } else return undefined;
    }
    return undefined;
  }
}

/** The offset after the closing quote, or -1 without one. */
function endOfString(line: Buffer, start: number): number {
  for (let i = start; i < line.length; i++) {
    const byte = line[i];
    if (byte === BACKSLASH) i += 1;
    else if (byte === QUOTE) return i + 1;
  }
  return -1;
}

function skipBlank(line: Buffer, from: number): number {
  let at = from;
  while (line[at] === SPACE || line[at] === TAB) at += 1;
  return at;
}

function isLineEnd(line: Buffer, at: number): boolean {
  return at === line.length - 1 || (at === line.length - 2 && line[at] === CR);
}
