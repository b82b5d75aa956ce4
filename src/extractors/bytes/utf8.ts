/**
 * Decodes byte chunks to strings that never split a character, for the extractors that parse text. Detects wide
 * encodings by BOM or by their zero bytes; everything else is UTF-8, with every invalid byte read as windows-1252
 * (dumps mix both). Accepts any input. Not TextDecoder('windows-1252'), which is wrong in Node 20 (nodejs/node
 * #56542).
 */
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Bytes examined to detect the encoding. */
const PROBE_BYTES = 4096;
const PROBE_ENOUGH_BYTES = 256;

/** Shares of zero bytes at one position of four that mean "none" and "all" in mostly Latin text. */
const NO_ZEROS = 0.1;
const ALL_ZEROS = 0.9;

/** The wide encoding of a text that starts with `head`, or undefined for one-byte encodings. */
export function wideEncoding(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, PROBE_BYTES));
  const mark = bytes.toString('hex', 0, 4);
  if (mark === 'fffe0000') return 'utf-32le';
  if (mark === '0000feff') return 'utf-32be';
  if (mark.startsWith('fffe')) return 'utf-16le';
  if (mark.startsWith('feff')) return 'utf-16be';
  return wideByZeros(bytes);
}

function wideByZeros(bytes: Buffer): string | undefined {
  const zeros = [0, 0, 0, 0];
  const length = bytes.length & ~3;
  if (length < 4) return bytes.length >= 2 ? wideShort(bytes) : undefined;
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i & 3] = (zeros[i & 3] as number) + 1;
  const [a, b, c, d] = zeros.map((n) => n / (length / 4)) as [number, number, number, number];
  if (a < NO_ZEROS && Math.min(b, c, d) > ALL_ZEROS) return 'utf-32le';
  if (d < NO_ZEROS && Math.min(a, b, c) > ALL_ZEROS) return 'utf-32be';
  // Latin text has a zero in nearly every second byte; no 8-bit text has half as many.
  if (a + c < NO_ZEROS && b + d > 1) return 'utf-16le';
  if (b + d < NO_ZEROS && a + c > 1) return 'utf-16be';
  return undefined;
}

function wideShort(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] !== 0 ? 'utf-16be' : undefined;
}

/** Decodes one stream. `encoding` is an iconv name; without it the first bytes of the stream decide. */
export class ChunkDecoder {
  #encoding: string | undefined;
  #wide: iconv.DecoderStream | undefined;
  #held: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(encoding?: string) {
    this.#encoding = encoding;
  }

  write(chunk: Uint8Array): string {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#held.length > 0) bytes = Buffer.concat([this.#held, bytes]);
    if (!this.#started && bytes.length < PROBE_ENOUGH_BYTES) {
      // A copy: the caller may reuse its chunk.
      this.#held = Buffer.from(bytes);
      return '';
    }
    this.#held = Buffer.alloc(0);
    return this.#decode(bytes, false);
  }

  end(): string {
    const rest = this.#decode(this.#held, true);
    return rest + (this.#wide?.end() ?? '');
  }

  #decode(bytes: Buffer, last: boolean): string {
    if (!this.#started) return this.#start(bytes, last);
    if (this.#wide) return this.#wide.write(bytes);
    if (isAscii(bytes)) return bytes.toString('latin1');
    const whole = last ? bytes.length : bytes.length - openSequence(bytes);
    if (whole < bytes.length) this.#held = Buffer.from(bytes.subarray(whole));
    return decodeMixed(bytes.subarray(0, whole));
  }

  #start(bytes: Buffer, last: boolean): string {
    this.#started = true;
    const encoding = this.#encoding ?? wideEncoding(bytes);
    if (encoding && !/^(utf-?8|us-ascii|ascii)$/i.test(encoding)) this.#wide = iconv.getDecoder(encoding);
    const text = this.#decode(bytes, last);
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
}

/** The number of bytes at the end of `bytes` that begin a UTF-8 sequence which continues in the next chunk. */
function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return lead <= 0xf4 ? 4 : 1;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc2 ? 2 : 1;
}

/** UTF-8, with invalid bytes read as windows-1252. */
export function decodeMixed(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let out = '';
  let from = 0;
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] as number;
    const length = byte < 0x80 ? 1 : sequenceLength(byte);
    if (byte < 0x80 || (length > 1 && isUtf8(bytes.subarray(i, i + length)) && i + length <= bytes.length)) {
      i += length;
      continue;
    }
    out += bytes.toString('utf8', from, i) + WINDOWS_1252[byte - 0x80];
    i += 1;
    from = i;
  }
  return out + bytes.toString('utf8', from, bytes.length);
}

const WINDOWS_1252 = [
  ...iconv.decode(Buffer.from(Array.from({ length: 128 }, (_, i) => 0x80 + i)), 'win1252'),
];

/** The text of a byte stream in strings that never split a character, BOM removed. */
export async function* textChunks(
  stream: AsyncIterable<Uint8Array>,
  encoding?: string,
): AsyncGenerator<string> {
  const decoder = new ChunkDecoder(encoding);
  for await (const chunk of stream) {
    const text = decoder.write(chunk);
    if (text) yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}
