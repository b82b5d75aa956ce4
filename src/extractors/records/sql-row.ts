/** One row of VALUES or of COPY. Input: tokens or a line; output: cell texts. */
import { isUtf8 } from 'node:buffer';
import { type SqlToken, unescapeBackslashes } from './sql-lexer.js';

const MAX_CELLS = 16_384;
/** A longer row is broken: it is emitted as it is, and the rest is text. */
const MAX_ROW_CHARS = 4 << 20;
/** A word right before a string that belongs to it: N'..', E'..', X'..', _utf8'..'. */
const PREFIX = /^(?:[NEBXU]|U&|_\w+)$/i;

export class SqlRow {
  #cells: string[] = [];
  #depth = 0;
  #chars = 0;
  #strings: string[] = [];
  #words: string[] = [];

  start(): void {
    this.#cells = [];
    this.#depth = 1;
    this.#chars = 0;
    this.#clear();
  }

  /** Takes the next token inside the parentheses; true if it closes the row. */
  add(token: SqlToken): boolean {
    if (token.kind === 'space' || token.kind === 'comment') return false;
    if (token.kind === 'string' || token.kind === 'name') this.#string(token);
    else if (token.raw === '(') this.#depth += 1;
    else if (token.raw === ')') this.#depth -= 1;
    else if (token.raw === ',' && this.#depth === 1) this.#endCell();
    else this.#words.push(token.value);
    this.#chars += token.raw.length;
    return this.#depth === 0 || this.#chars > MAX_ROW_CHARS;
  }

  #string(token: SqlToken): void {
    const prefix = this.#words.at(-1) ?? '';
    if (PREFIX.test(prefix)) this.#words.pop();
    this.#strings.push(/^x$/i.test(prefix) ? hexText(token.value) : token.value);
  }

  finish(): string[] {
    this.#endCell();
    return this.#cells;
  }

  /** An expression's literals are its content; names of functions and types are not. */
  #endCell(): void {
    const words = this.#words.length === 1 ? (this.#words[0] as string) : this.#words.join(' ');
    const plain = /^NULL$/i.test(words)
      ? ''
      : /^0x[\da-f]{8,}$/i.test(words)
        ? hexText(words.slice(2))
        : words;
    const isCall = this.#strings.length > 0 && /^[A-Za-z_., ]*$/.test(plain);
    const text = isCall ? this.#strings.join(' ') : [...this.#strings, plain].join(' ');
    if (this.#cells.length < MAX_CELLS) this.#cells.push(text);
    else this.#cells[MAX_CELLS - 1] += ` ${text}`;
    this.#clear();
  }

  #clear(): void {
    this.#strings = [];
    this.#words = [];
  }
}

/** Hex literals usually hold text (mysqldump --hex-blob). */
function hexText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const isText =
    bytes.length * 2 === hex.length &&
    isUtf8(bytes) &&
    bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
  return isText ? bytes.toString('utf8') : hex;
}

/** The cells of one line of COPY data in PostgreSQL's text form. */
export function splitCopyLine(line: string): string[] {
  const cells = line.split('\t', MAX_CELLS);
  return cells.map((cell) => {
    if (cell === '\\N') return '';
    return cell.includes('\\') ? unescapeBackslashes(cell) : cell;
  });
}
