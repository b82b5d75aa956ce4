/**
 * Header blocks of mail: unfolds fields, decodes encoded words and raw 8-bit text, and parses parameters with RFC
 * 2231 continuations. Input: bytes; output: strings; broken syntax stays as written.
 */
import { decodeCharset } from '../bytes/mime-charset.js';
import { percentBytes } from '../bytes/percent.js';
import { decodeMixed } from '../bytes/utf8.js';
import { Base64Decoder, QuotedPrintableDecoder } from './mime-transfer.js';

export type HeaderField = { readonly name: string; readonly value: string };

/** The value of a structured field such as Content-Type, and its parameters by lower-case name. */
export type Structured = { readonly value: string; readonly parameters: ReadonlyMap<string, string> };

/** The fields of a header block, values unfolded, encoded words unchanged. */
export function parseHeaders(block: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const line of decodeMixed(block)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    // A line without a name is kept: no part of a header may be lost.
    if (colon <= 0) fields.push({ name: '', value: line });
    else fields.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
  }
  return fields;
}

/** The first value of a field, by its lower-case name. */
export function header(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}

const ENCODED_WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi;
const BETWEEN_WORDS = /(\?=)\s+(?==\?[^?\s]{1,100}\?[bq]\?)/gi;

/** Decodes RFC 2047 words; a character split over neighbouring words of one charset is rejoined. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let at = 0;
  let run: { charset: string; bytes: Buffer[] } | undefined;
  const flush = () => {
    if (run) out += decodeCharset(Buffer.concat(run.bytes), run.charset);
    run = undefined;
  };
  const joined = text.replace(BETWEEN_WORDS, '$1');
  for (const match of joined.matchAll(ENCODED_WORD)) {
    const [whole, charset, encoding, data] = match as unknown as [string, string, string, string];
    if (match.index > at || run?.charset !== charset.toLowerCase()) flush();
    out += joined.slice(at, match.index);
    run ??= { charset: charset.toLowerCase(), bytes: [] };
    run.bytes.push(wordBytes(encoding, data));
    at = match.index + whole.length;
  }
  flush();
  return out + joined.slice(at);
}

function wordBytes(encoding: string, data: string): Buffer {
  const isBase64 = encoding.toLowerCase() === 'b';
  const decoder = isBase64 ? new Base64Decoder() : new QuotedPrintableDecoder();
  const source = Buffer.from(isBase64 ? data : data.replaceAll('_', ' '), 'utf8');
  return Buffer.concat([decoder.write(source), decoder.end()]);
}

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g;

/** Splits `value; name=value; …`. */
export function parseStructured(text: string): Structured {
  const end = text.indexOf(';');
  const value = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  const plain = new Map<string, string>();
  const pieces = new Map<string, { at: number; isEncoded: boolean; text: string }[]>();
  for (const [, rawName = '', quoted, bare] of end < 0 ? [] : text.matchAll(PARAMETER)) {
    const text = quoted?.replace(/\\(.)/g, '$1') ?? (bare ?? '').trim();
    const continued = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(rawName.toLowerCase());
    if (!continued) plain.set(rawName.toLowerCase(), decodeWords(text));
    else {
      const [, name = '', at, isEncoded] = continued;
      const list = pieces.get(name) ?? [];
      list.push({ at: Number(at ?? 0), isEncoded: isEncoded === '*' || at === undefined, text });
      pieces.set(name, list);
    }
  }
  for (const [name, list] of pieces) plain.set(name, joinPieces(list));
  return { value, parameters: plain };
}

/** RFC 2231: `charset'language'percent-encoded`, in numbered pieces. */
function joinPieces(pieces: { at: number; isEncoded: boolean; text: string }[]): string {
  pieces.sort((a, b) => a.at - b.at);
  let charset: string | undefined;
  const bytes = pieces.map((piece, index) => {
    if (!piece.isEncoded) return Buffer.from(piece.text, 'utf8');
    const marked = index === 0 ? /^([^']*)'[^']*'/.exec(piece.text) : null;
    if (marked) charset = marked[1];
    return percentBytes(marked ? piece.text.slice(marked[0].length) : piece.text);
  });
  return decodeCharset(Buffer.concat(bytes), charset);
}

/** Message ids look like addresses but identify nobody: their at-sign is written out. */
const ID_FIELDS =
  /^(?:(?:resent-|x-[\w-]*)?message-?id|in-reply-to|references|content-id|x-[\w-]*reference\w*|dkim-signature|arc-.*|x-ms-exchange-.*id)$/i;

/** A header block as text, one line a field. */
export function headerText(fields: readonly HeaderField[]): string {
  let text = '';
  for (const { name, value } of fields) {
    const decoded = ID_FIELDS.test(name) ? value.replaceAll('@', ' at ') : decodeWords(value);
    text += name === '' ? `${decoded}\n` : `${name}: ${decoded}\n`;
  }
  return text;
}
