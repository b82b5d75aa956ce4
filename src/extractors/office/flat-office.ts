/**
 * Office documents saved as one XML file: Word 2003 XML, and the flat packages of later versions. Input: the XML;
 * output: the bytes of an equivalent zip package, which is read like any document of its kind. Parts are cut out
 * unchanged; nothing is parsed here.
 */
import { type Zippable, zipSync } from 'fflate';

const WORD_2003 = 'schemas.microsoft.com/office/word/2003/wordml';
const FLAT_PACKAGE = 'schemas.microsoft.com/office/2006/xmlPackage';
const MAX_PARTS = 10_000;
const CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const MAIN = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

/** True if the head of an XML file contains one of their namespaces. */
export function isFlatOffice(head: string): boolean {
  return head.includes(WORD_2003) || head.includes(FLAT_PACKAGE);
}

/** The package, or undefined if no part of a document is found. */
export function packFlatOffice(bytes: Buffer): Buffer | undefined {
  const xml = decoded(bytes);
  const parts = xml.includes(FLAT_PACKAGE) ? packageParts(xml) : wordParts(xml);
  return Object.keys(parts).length > 0 ? Buffer.from(zipSync(parts, { level: 0 })) : undefined;
}

function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

/** The parts of a flat package: XML as written between the tags, binary data from base64. */
function packageParts(xml: string): Zippable {
  const parts: Zippable = {};
  const overrides: string[] = [];
  const tag = /<(?:\w+:)?part\s([^>]*)>/g;
  for (let match = tag.exec(xml), n = 0; match && n < MAX_PARTS; match = tag.exec(xml), n++) {
    const name = attribute(match[1] ?? '', 'name');
    const content = partContent(xml, tag.lastIndex);
    if (name === undefined || !content) continue;
    tag.lastIndex = content.end;
    parts[name.replace(/^\/+/, '')] = content.bytes;
    overrides.push(
      `<Override PartName="${name}" ContentType="${attribute(match[1] ?? '', 'contentType') ?? ''}"/>`,
    );
  }
  if (overrides.length > 0)
    parts['[Content_Types].xml'] = Buffer.from(`<Types>${overrides.join('')}</Types>`);
  return parts;
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*["']([^"']*)`).exec(tag)?.[1];
}

type PartContent = { readonly bytes: Buffer; readonly end: number };

function partContent(xml: string, from: number): PartContent | undefined {
  const open = /\s*<((?:\w+:)?(xmlData|binaryData))(?:\s[^>]*)?>/y;
  open.lastIndex = from;
  const match = open.exec(xml);
  if (!match) return undefined;
  const close = xml.indexOf(`</${match[1]}`, open.lastIndex);
  const end = close < 0 ? xml.length : close;
  const inner = xml.slice(open.lastIndex, end);
  return { bytes: match[2] === 'xmlData' ? Buffer.from(inner) : Buffer.from(inner, 'base64'), end };
}

/** Word 2003 uses the element names of later versions; properties and pictures are beside the text. */
function wordParts(xml: string): Zippable {
  const body = between(xml, /<((?:\w+:)?body)[\s>]/);
  if (body === undefined) return {};
  const prefix = /^<(\w+):/.exec(body)?.[1];
  const parts: Zippable = {
    '[Content_Types].xml': Buffer.from(
      `<Types><Override PartName="/word/document.xml" ContentType="${CONTENT_TYPE}"/></Types>`,
    ),
    '_rels/.rels': Buffer.from(
      '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
  };
  const namespace = prefix === undefined ? `xmlns="${MAIN}"` : `xmlns:${prefix}="${MAIN}"`;
  const root = prefix === undefined ? 'document' : `${prefix}:document`;
  const text = body.replace(/<(\w+:)?binData[\s\S]*?<\/(\w+:)?binData>/g, '');
  parts['word/document.xml'] = Buffer.from(`<${root} ${namespace}>${text}</${root}>`);
  const properties = between(xml, /<((?:\w+:)?DocumentProperties)[\s>]/);
  if (properties !== undefined) parts['docProps/core.xml'] = Buffer.from(properties);
  for (const [i, match] of [...xml.matchAll(/<(?:\w+:)?binData\s([^>]*)>([^<]*)</g)].entries()) {
    if (i >= MAX_PARTS) break;
    const name = (attribute(match[1] ?? '', 'name') ?? '').replace(/^.*\//, '') || `data-${i + 1}`;
    parts[`word/media/${name}`] = Buffer.from(match[2] ?? '', 'base64');
  }
  return parts;
}

/** The first element with that name, tags included; to the end of the file if it is not closed. */
function between(xml: string, open: RegExp): string | undefined {
  const match = open.exec(xml);
  if (!match) return undefined;
  const close = `</${match[1]}>`;
  const end = xml.lastIndexOf(close);
  return end < match.index ? xml.slice(match.index) : xml.slice(match.index, end + close.length);
}
