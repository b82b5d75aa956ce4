/**
 * Identifies textual formats by their first lines; the name and the declared type decide only if the content is
 * ambiguous. Input: a sample of up to 4,096 characters; output: a media type.
 */

import { MEDIA } from '../bytes/media-types.js';
import { looksLikeHtml, looksLikeXml } from './detect-markup.js';

type Hints = { readonly extension: string; readonly declared: string };

const MAIL_FIELD =
  /^(from|to|cc|bcc|subject|date|received|return-path|delivered-to|message-id|mime-version|reply-to|sender|content-type|content-transfer-encoding|in-reply-to|references|importance|resent-[a-z-]+|authentication-results|dkim-signature|arc-[a-z-]+|x-[a-z0-9-]+|envelope-to|thread-[a-z]+|list-[a-z]+|user-agent|organization|disposition-notification-to|status|newsgroups|path|domainkey-signature|errors-to|precedence|comments|keywords)$/i;
const STRONG_FIELD = /^(from|to|subject|date|received|return-path|message-id|mime-version|delivered-to)$/i;

export function detectTextual(sample: string, hints: Hints): string {
  const text = sample.charCodeAt(0) === 0xfeff ? sample.slice(1) : sample;
  const start = skipSpace(text);
  const first = text.charCodeAt(start);
  if (first === 0x3c) return detectMarkup(text.slice(start), hints);
  if (first === 0x7b || first === 0x5b) return detectJson(text.slice(start), hints) ?? MEDIA.text;
  if (first === 0x2d && text.startsWith('-----BEGIN PGP MESSAGE', start)) return MEDIA.pgp;
  if (first === 0x2d && /^-----BEGIN (PKCS ?#?7|CMS)-----/.test(text.slice(start, start + 40)))
    return MEDIA.cms;
  return byFirstLine(text.slice(start), hints) ?? byName(text, hints);
}

function skipSpace(text: string): number {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function detectMarkup(text: string, hints: Hints): string {
  if (looksLikeHtml(text)) return MEDIA.html;
  const xml = looksLikeXml(text);
  if (xml) return xml;
  if (isHtmlHint(hints)) return MEDIA.html;
  return byName(text, hints);
}

function byFirstLine(text: string, hints: Hints): string | undefined {
  if (/^BEGIN:VCARD\s/i.test(text)) return MEDIA.vcard;
  if (/^BEGIN:VCALENDAR\s/i.test(text)) return MEDIA.calendar;
  if (isMbox(text)) return MEDIA.mbox;
  if (mailFields(text) >= (hints.extension === 'eml' || hints.declared === MEDIA.rfc822 ? 1 : 3))
    return MEDIA.rfc822;
  return isSql(text, hints) ? MEDIA.sql : undefined;
}

/** A "From " line with a time of day, or followed by a common mail field. */
function isMbox(text: string): boolean {
  const line = /^From [^\r\n]{1,300}\r?\n(>?[A-Za-z-]+)?/.exec(text);
  if (!line) return false;
  return /\d\d:\d\d/.test(line[0]) || MAIL_FIELD.test(line[1]?.replace('>', '') ?? '');
}

/** Weight of the mail fields at the start: 2 for common ones; 0 if the first line is no field. */
function mailFields(text: string): number {
  let weight = 0;
  // Apple's emlx puts the byte count before the message.
  const lines = text.replace(/^\d{1,12}\s*\n/, '').split(/\r\n|\n|\r/, 40);
  for (const [index, line] of lines.entries()) {
    if (line === '') break;
    if (/^[ \t]/.test(line) && index > 0) continue;
    const name = /^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:/.exec(line)?.[1];
    const isField = name !== undefined && MAIL_FIELD.test(name);
    if (!isField && index === 0) return 0;
    if (isField) weight += STRONG_FIELD.test(name) ? 2 : 1;
  }
  return weight;
}

const SQL_START =
  /^(?:CREATE|INSERT|DROP|SET|USE|BEGIN|PRAGMA|COPY|LOCK|ALTER|REPLACE|TRUNCATE|START|DELETE|SELECT|GO|IF|DECLARE|MERGE|UPDATE)\b/i;
const SQL_STATEMENT =
  /^[ \t]*(?:INSERT\s+(?:IGNORE\s+)?INTO\s+\S|REPLACE\s+INTO\s+\S|CREATE\s+(?:TEMPORARY\s+|UNLOGGED\s+|GLOBAL\s+)*(?:TABLE|DATABASE|SCHEMA|VIEW|INDEX|SEQUENCE|EXTENSION|TYPE|FUNCTION|USER)\b|COPY\s+\S+.{0,2000}\bFROM\s+stdin|DROP\s+TABLE\b|PRAGMA\s+foreign_keys|SET\s+(?:NAMES|SQL_MODE|IDENTITY_INSERT|statement_timeout)\b|INSERT\s+\[?\w+\]?[.(\s]|\/\*!\d{5})/im;

function isSql(text: string, hints: Hints): boolean {
  if (/^(-- |--\r?\n|\/\*)/.test(text) || SQL_START.test(text)) {
    if (/^-- (MySQL|MariaDB|PostgreSQL|phpMyAdmin|Adminer|SQLite|Dump)/i.test(text)) return true;
    return SQL_STATEMENT.test(text);
  }
  return hints.extension === 'sql' && SQL_STATEMENT.test(text);
}

/** JSON lines are JSON values of one line each; a log line in brackets is neither. */
function detectJson(text: string, hints: Hints): string | undefined {
  if (!/^(\{\s*("|\}|$)|\[\s*(\{|\[|"|\]|$|-?\d[\d.eE+-]*\s*[,\]]|(true|false|null)\s*[,\]]))/.test(text))
    return undefined;
  if (hints.extension === 'ndjson' || hints.extension === 'jsonl') return MEDIA.ndjson;
  const end = text.search(/[\r\n]/);
  if (end < 0) return MEDIA.json;
  const next = text.slice(end).trimStart();
  if (next !== '' && !isJsonLine(text.slice(0, end)))
    return hasForeignTail(text, next) ? undefined : MEDIA.json;
  return next.startsWith('{') || next.startsWith('[')
    ? MEDIA.ndjson
    : hasForeignTail(text, next)
      ? undefined
      : MEDIA.json;
}

function isJsonLine(line: string): boolean {
  const last = line.trimEnd().at(-1);
  if (last !== '}' && last !== ']') return false;
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

/** A first line that is complete JSON, or bracketed text, followed by prose: a log, not JSON. */
function hasForeignTail(text: string, next: string): boolean {
  if (next === '') return false;
  if (/^[\]}"{[,\d-]|^(true|false|null)/.test(next)) return false;
  return text.startsWith('[') || /^[A-Za-z]/.test(next);
}

function isHtmlHint({ extension, declared }: Hints): boolean {
  return declared === MEDIA.html || /^(x?html?|xht)$/.test(extension);
}

const MAIL_TYPES: readonly string[] = [MEDIA.rfc822, 'text/rfc822-headers'];

function byName(text: string, hints: Hints): string {
  if (isHtmlHint(hints) && /<[a-z!/]/i.test(text)) return MEDIA.html;
  if (MAIL_TYPES.includes(hints.declared)) return MEDIA.rfc822;
  if (hints.extension === 'eml' && /^[A-Za-z-]+:/m.test(text)) return MEDIA.rfc822;
  return MEDIA.text;
}
