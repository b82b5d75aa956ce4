/**
 * Converts an Outlook message to MIME, as a stream, so that one reader handles mail of all formats: header, bodies,
 * remaining properties as text, attachments in base64, enclosed messages inside. Boundaries are random, so that no
 * content can forge them.
 */
import { randomUUID } from 'node:crypto';
import {
  LABELS,
  type MapiAttachment,
  type MapiMessage,
  type MapiProperties,
  type MapiValue,
  numberOf,
  TAG,
  textOf,
  UNTOLD,
} from './mapi-message.js';
import { decompressRtf } from './mapi-rtf.js';

/** Deeper enclosed messages are omitted. */
const MAX_DEPTH = 100;

export async function* mimeOf(message: MapiMessage, depth = 0): AsyncGenerator<Buffer> {
  const boundary = randomUUID();
  const head = headerOf(message.properties, await message.recipients());
  yield utf8(`${head}Content-Type: multipart/mixed; boundary="${boundary}"\n\n`);
  for (const body of bodies(message.properties)) {
    yield utf8(`--${boundary}\n${body.header}\n\n`);
    yield body.bytes;
    yield utf8('\n');
  }
  const rest = remaining(message.properties, head);
  if (rest !== '') yield utf8(`--${boundary}\nContent-Type: text/plain; charset=utf-8\n\n${rest}\n`);
  for await (const attachment of message.attachments()) {
    if (attachment.message && depth >= MAX_DEPTH) continue;
    yield utf8(`--${boundary}\n`);
    yield* attachmentPart(attachment, depth);
    yield utf8('\n');
  }
  yield utf8(`--${boundary}--\n`);
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

const KINDS = ['From', 'To', 'Cc', 'Bcc'];

function headerOf(properties: MapiProperties, recipients: readonly MapiProperties[]): string {
  const lines: string[] = [];
  const add = (name: string, value: string) => {
    if (value !== '') lines.push(`${name}: ${value.replace(/[\r\n\0]+/g, ' ')}`);
  };
  add('Subject', textOf(properties, TAG.subject));
  add('From', person(properties, [TAG.senderName], [TAG.senderSmtp, TAG.senderAddress]));
  add('Sender', person(properties, [TAG.representingName], [TAG.representingSmtp, TAG.representingAddress]));
  for (const recipient of recipients) {
    const kind = KINDS[numberOf(recipient, TAG.recipientType) ?? 1] ?? 'To';
    add(kind, person(recipient, [TAG.displayName], [TAG.smtpAddress, TAG.address]));
  }
  const date = properties.get(TAG.submitTime) ?? properties.get(TAG.deliveryTime);
  if (date instanceof Date && !Number.isNaN(date.getTime())) add('Date', date.toUTCString());
  const sent = textOf(properties, TAG.transportHeaders)
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .filter((line) => line.trim() !== '');
  // The header's MIME fields describe another structure.
  return `${[...lines, ...withoutMime(sent)].join('\n')}\n`;
}

function person(properties: MapiProperties, names: readonly number[], addresses: readonly number[]): string {
  const name = textOf(properties, ...names);
  const address = textOf(properties, ...addresses);
  if (address === '' || address === name) return name;
  return `${name} <${address}>`;
}

function withoutMime(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let isKept = true;
  for (const line of lines) {
    if (!/^[ \t]/.test(line))
      isKept = /^[\w-]+\s*:/.test(line) && !/^(?:content-(?:type|tr)|mime-v)/i.test(line);
    if (isKept) kept.push(line);
  }
  return kept;
}

type Body = { readonly header: string; readonly bytes: Buffer };

function bodies(properties: MapiProperties): Body[] {
  const found: Body[] = [];
  const text = textOf(properties, TAG.body);
  if (text !== '') found.push({ header: 'Content-Type: text/plain; charset=utf-8', bytes: utf8(text) });
  const html = properties.get(TAG.html);
  if (typeof html === 'string' && html !== '') {
    found.push({ header: 'Content-Type: text/html; charset=utf-8', bytes: utf8(html) });
  } else if (Buffer.isBuffer(html) && html.length > 0) {
    const page = numberOf(properties, TAG.internetCodePage);
    const charset = page ? `; charset=${codePageName(page)}` : '';
    found.push({ header: `Content-Type: text/html${charset}`, bytes: html });
  } else {
    const rtf = properties.get(TAG.rtf);
    const bytes = Buffer.isBuffer(rtf) ? decompressRtf(rtf) : undefined;
    // Base64 preserves \bin and lone carriage returns.
    if (bytes) found.push({ header: attachmentHeader('body.rtf', 'application/rtf'), bytes: base64(bytes) });
  }
  return found;
}

/** The charset label of a Windows code page number. */
export function codePageName(page: number): string {
  if (page === 65001) return 'utf-8';
  if (page === 65000) return 'utf-7';
  if (page === 1200) return 'utf-16le';
  if (page === 20127) return 'us-ascii';
  if (page >= 28591 && page <= 28606) return `iso-8859-${page - 28590}`;
  if (page >= 50220 && page <= 50222) return 'iso-2022-jp';
  if (page === 20866) return 'koi8-r';
  if (page === 51932) return 'euc-jp';
  if (page === 10000) return 'macintosh';
  return `cp${page}`;
}

/** Text properties that neither the header nor the bodies show: contacts, appointments, categories. */
function remaining(properties: MapiProperties, head: string): string {
  const lines = new Set<string>();
  for (const [tag, value] of properties) {
    if (UNTOLD.has(tag)) continue;
    const text = shown(value).trim();
    if (text !== '' && !head.includes(text))
      lines.add(LABELS[tag] ? `${LABELS[tag]}: ${text}` : idText(text));
  }
  return [...lines].join('\n');
}

/** Message ids are no addresses. */
function idText(text: string): string {
  return /^<[^<>\s]+@[^<>\s]+>$/.test(text) ? text.replace('@', ' at ') : text;
}

function shown(value: MapiValue): string {
  if (typeof value === 'string') return value.replaceAll('\0', ' ');
  if (Array.isArray(value)) return value.join('; ');
  return '';
}

function attachmentHeader(name: string, type: string): string {
  const safeType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
  return (
    `Content-Type: ${safeType}\nContent-Transfer-Encoding: base64\n` +
    `Content-Disposition: attachment; filename*=utf-8''${percentEncoded(name)}`
  );
}

function percentEncoded(name: string): string {
  // Encoding to bytes replaces lone surrogates, on which encodeURIComponent throws.
  const whole = utf8(name.slice(0, 400)).toString('utf8');
  return encodeURIComponent(whole).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
}

async function* attachmentPart(attachment: MapiAttachment, depth: number): AsyncGenerator<Buffer> {
  const { properties, data, message } = attachment;
  const name = textOf(properties, TAG.attachLongName, TAG.attachName, TAG.displayName) || 'attachment';
  if (message) {
    const file = `filename*=utf-8''${percentEncoded(`${name}.eml`)}`;
    yield utf8(`Content-Type: message/rfc822\nContent-Disposition: attachment; ${file}\n\n`);
    yield* mimeOf(message, depth + 1);
    return;
  }
  yield utf8(`${attachmentHeader(name, textOf(properties, TAG.attachMime))}\n\n`);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of data ?? []) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : Buffer.from(chunk);
    const whole = bytes.length - (bytes.length % 57);
    held = Buffer.from(bytes.subarray(whole));
    if (whole > 0) yield base64(bytes.subarray(0, whole));
  }
  yield base64(held);
}

/** On one line: our own reader needs no line breaks. */
function base64(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64'), 'latin1');
}
