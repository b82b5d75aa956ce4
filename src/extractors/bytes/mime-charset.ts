/**
 * Decoders for the charsets that mail and HTML declare. Input: a label as written; output: a decoder of byte chunks.
 * The bytes overrule a wrong label: an unknown one, or a one-byte charset over valid UTF-8. Accepts every label.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { ChunkDecoder, decodeMixed } from './utf8.js';

export interface CharsetDecoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** Labels of encodings that ChunkDecoder detects from the bytes. */
const SELF_EVIDENT =
  /^(?:utf-?8|us-?ascii|ascii|ansi[_-]?x3.*|unknown.*|x-unknown|default|none|7bit|8bit|binary)?$/i;
const ISO_2022 = /^iso-2022-(?:jp|kr|cn)/i;

/** A decoder for text declared as `label`. */
export function charsetDecoder(label?: string): CharsetDecoder {
  const name = (label ?? '').trim().replace(/^["']+|["']+$/g, '');
  if (SELF_EVIDENT.test(name)) return new ChunkDecoder();
  if (ISO_2022.test(name)) return iso2022Decoder(name);
  // Browsers and mail programs mean windows-1252 by both labels of its subset.
  const known = /^(?:iso-?8859-?1|latin-?1|l1|cp819)$/i.test(name) ? 'win1252' : name;
  if (!iconv.encodingExists(known)) return new ChunkDecoder();
  return /^utf|^ucs|^unicode/i.test(known) ? new ChunkDecoder(known) : new LabelledDecoder(known);
}

/** iconv-lite lacks these; TextDecoder has them (and is correct in streaming mode). */
function iso2022Decoder(name: string): CharsetDecoder {
  const decoder = new TextDecoder(/kr$/i.test(name) ? 'iso-2022-kr' : 'iso-2022-jp', { ignoreBOM: true });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** A legacy code page, until bytes beyond ASCII prove to be UTF-8. */
class LabelledDecoder implements CharsetDecoder {
  #decoder: CharsetDecoder | undefined;

  constructor(private readonly label: string) {}

  write(chunk: Uint8Array): string {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#decoder) return this.#decoder.write(bytes);
    if (isAscii(bytes) && !bytes.includes(0x1b) && !bytes.includes(0x7e)) return bytes.toString('latin1');
    this.#decoder = isUtf8(bytes) && !isAscii(bytes) ? new ChunkDecoder() : legacy(this.label);
    return this.#decoder.write(bytes);
  }

  end(): string {
    return this.#decoder?.end() ?? '';
  }
}

function legacy(label: string): CharsetDecoder {
  const decoder = iconv.getDecoder(label);
  return { write: (bytes) => decoder.write(Buffer.from(bytes)), end: () => decoder.end() ?? '' };
}

/** Decodes the whole text at once. */
export function decodeCharset(bytes: Buffer, label?: string): string {
  if (!label) return decodeMixed(bytes);
  const decoder = charsetDecoder(label);
  return decoder.write(bytes) + decoder.end();
}
