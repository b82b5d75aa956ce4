/**
 * The line format shared by vCard and iCalendar (RFC 6350, 5545, 2425): joins folded lines, also those of
 * quoted-printable, and decodes parameters, charsets and escapes. Streams bytes to properties.
 */
import { decodeCharset } from '../bytes/mime-charset.js';
import { textChunks } from '../bytes/utf8.js';
import { QuotedPrintableDecoder } from './mime-transfer.js';

export type ContentLine = {
  /** Upper case, without its group. */
  readonly name: string;
  /** As written: `TYPE=work;PREF`. */
  readonly parameters: string;
  /** Decoded, escapes undone. */
  readonly value: string;
  /** As written, unfolded: structured values still hold their escaped separators. */
  readonly raw: string;
};

/** A longer property, such as an inline photo, is passed on in pieces. */
const MAX_LINE_CHARS = 8 * 1024 * 1024;

export async function* contentLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ContentLine> {
  const open = new Unfolding();
  for await (const line of physicalLines(textChunks(stream))) {
    if (open.accepts(line)) continue;
    const whole = open.take();
    if (whole !== '') yield parseLine(whole);
    open.start(line);
  }
  const last = open.take();
  if (last !== '') yield parseLine(last);
}

/** One property, collected line by line. Pieces are joined once, so that a long photo costs linear time. */
class Unfolding {
  #pieces: string[] = [];
  #chars = 0;
  #isQuoted = false;

  start(line: string): void {
    this.#isQuoted = /^[^:]*QUOTED-PRINTABLE/i.test(line.slice(0, 300));
    this.#add(line);
  }

  #add(piece: string): void {
    this.#pieces.push(piece);
    this.#chars += piece.length;
  }

  /** Adds the line if it continues the property. */
  accepts(line: string): boolean {
    if (this.#chars === 0 || this.#chars > MAX_LINE_CHARS) return false;
    const last = this.#pieces.at(-1) as string;
    if (this.#isQuoted && last.endsWith('=')) {
      this.#pieces[this.#pieces.length - 1] = last.slice(0, -1);
      this.#add(line.replace(/^[ \t]/, ''));
      return true;
    }
    if (line.charCodeAt(0) !== 0x20 && line.charCodeAt(0) !== 0x09) return false;
    this.#add(line.slice(1));
    return true;
  }

  take(): string {
    const whole = this.#pieces.join('');
    this.#pieces = [];
    this.#chars = 0;
    return whole;
  }
}

async function* physicalLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of chunks) {
    // An unfinished line is not searched again.
    if (held.length < MAX_LINE_CHARS && !/[\r\n]/.test(chunk) && !held.endsWith('\r')) {
      held += chunk;
      continue;
    }
    const lines = (held + chunk).split(/\r\n|\n|\r(?!$)/);
    held = lines.pop() ?? '';
    if (held.length > MAX_LINE_CHARS) lines.push(held);
    if (held.length > MAX_LINE_CHARS) held = '';
    yield* lines;
  }
  yield held.replace(/\r$/, '');
}

export function parseLine(line: string): ContentLine {
  const colon = valueStart(line);
  // A line that is no property is kept as a value without a name.
  if (colon < 0) return { name: '', parameters: '', value: line, raw: line };
  const [head = '', ...rest] = line.slice(0, colon).split(';');
  const parameters = rest.join(';');
  const raw = decodedValue(line.slice(colon + 1), parameters);
  const name = head.slice(head.lastIndexOf('.') + 1).toUpperCase();
  return { name, parameters, value: unescaped(raw), raw };
}

/** The first colon outside quotes. */
function valueStart(line: string): number {
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 0x22) isQuoted = !isQuoted;
    else if (c === 0x3a && !isQuoted) return i;
  }
  return line.indexOf(':');
}

function decodedValue(value: string, parameters: string): string {
  if (!/QUOTED-PRINTABLE/i.test(parameters)) return value;
  const decoder = new QuotedPrintableDecoder();
  const bytes = Buffer.concat([decoder.write(Buffer.from(value, 'utf8')), decoder.end()]);
  return decodeCharset(bytes, /CHARSET=([\w-]+)/i.exec(parameters)?.[1]);
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\([\s\S])/g, (_, c: string) => (c === 'n' || c === 'N' ? '\n' : c));
}

/** The components of a structured value (name, address), empty ones dropped. */
export function structuredText(raw: string, separator: string): string {
  return raw
    .split(/(?<!\\);/)
    .map((part) => unescaped(part).trim())
    .filter((part) => part !== '')
    .join(separator);
}

/** The bytes of an inline base64 value (photo, key, attachment), if it is one. */
export function inlineBytes(line: ContentLine): Buffer | undefined {
  const data = /^data:[^,]*;base64,/i.exec(line.raw);
  if (data) return Buffer.from(line.raw.slice(data[0].length), 'base64');
  const isBase64 = /(?:^|;)(?:ENCODING=)?(?:B|BASE64)(?:;|$)/i.test(line.parameters);
  return isBase64 ? Buffer.from(line.raw, 'base64') : undefined;
}
