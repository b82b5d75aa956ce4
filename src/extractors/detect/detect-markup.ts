/** Distinguishes HTML, XML and SVG, and text that only starts with `<`. */
import { MEDIA } from '../bytes/media-types.js';

const HTML_ROOT =
  /^<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|table|tr|td|tbody|div|span|p|br|hr|h[1-6]|a|b|i|u|font|center|form|input|img|ul|ol|li|pre|iframe|frameset|article|section|main|header|footer|nav|blockquote|strong|em|base|noscript)(?=[\s>/])/i;

/** Skips comments, processing instructions and (where `doctype`) a document type before the root. */
function root(text: string): string {
  const prolog = /^(?:\s+|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)+/;
  return text.replace(prolog, '');
}

export function looksLikeHtml(text: string): boolean {
  const start = root(text);
  if (!HTML_ROOT.test(start)) return false;
  // XHTML declares itself; any other XML vocabulary can also use <title> or <table>.
  return !text.startsWith('<?xml') || /^<(!doctype\s+)?html\b/i.test(start);
}

const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** An OpenDocument in one XML file instead of a package: the root element gives its kind. */
function flatOpenDocument(start: string): string | undefined {
  const tag = /^<(?:\w+:)?document\s[^>]*/.exec(start)?.[0];
  const kind = tag && /\s(?:\w+:)?mimetype\s*=\s*["']([^"']+)/.exec(tag)?.[1];
  if (!kind?.startsWith(OPEN_DOCUMENT)) return undefined;
  return [MEDIA.odt, MEDIA.ods, MEDIA.odp, MEDIA.odg].find((type) => kind.startsWith(type));
}

/** The media type of XML, or undefined for other text. */
export function looksLikeXml(text: string): string | undefined {
  const declared = /^<\?xml[\s?]/i.test(text);
  const start = root(text).replace(/^<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>\s*/i, '');
  if (/^<(?:\w+:)?svg[\s>]/.test(start)) return MEDIA.svg;
  const flat = flatOpenDocument(start);
  if (flat) return flat;
  if (declared || /^<!DOCTYPE\s/i.test(root(text))) return MEDIA.xml;
  const element = /^<([A-Za-z_][\w.:-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(\/?)>/.exec(start);
  if (!element) return undefined;
  const closes = element[2] === '/' || start.includes('</') || start.includes('/>');
  return closes ? MEDIA.xml : undefined;
}
