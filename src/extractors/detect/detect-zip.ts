/**
 * Identifies zip-based formats from the local headers, the ODF `mimetype` member and the OOXML content types in the
 * head. Anything uncertain stays `application/zip`.
 */
import { constants, inflateRawSync } from 'node:zlib';
import { MEDIA } from '../bytes/media-types.js';

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const MAX_MEMBERS = 200;
const MAX_INFLATED = 256 * 1024;

type HeadMember = { readonly name: string; readonly method: number; readonly data: Buffer };

/** True for a plausible local header at `offset`. */
export function isLocalHeader(head: Buffer, offset: number): boolean {
  if (offset + 30 > head.length || head.readUInt32LE(offset) !== 0x04034b50) return false;
  const nameLength = head.readUInt16LE(offset + 26);
  return (head[offset + 4] as number) < 100 && head.readUInt16LE(offset + 8) < 100 && nameLength < 2048;
}

export function detectZip(head: Buffer): string {
  const members = headMembers(head);
  const mimetype = members.find((m) => m.name === 'mimetype');
  const declared = mimetype && mimetypeOf(mimetype);
  if (declared) return declared;
  const types = members.find((m) => m.name.toLowerCase() === '[content_types].xml');
  const fromTypes = types && typeFromContentTypes(textOf(types));
  if (fromTypes) return fromTypes;
  const relations = members.find((m) => m.name.toLowerCase() === '_rels/.rels');
  const fromRelations = relations && typeFromNames(textOf(relations).match(/Target="[^"]*"/g) ?? []);
  if (fromRelations) return fromRelations;
  const names = members.map((m) => m.name);
  const isPackage = types ?? relations ?? members.find((m) => m.name.startsWith('docProps/'));
  const fromNames = typeFromNames(names, isPackage !== undefined);
  if (fromNames) return fromNames;
  if (names.includes('content.xml') && names.includes('styles.xml')) return odfWithoutMimetype(head);
  return names.some((n) => n === 'META-INF/MANIFEST.MF' || n === 'AndroidManifest.xml')
    ? MEDIA.jar
    : MEDIA.zip;
}

function headMembers(head: Buffer): HeadMember[] {
  const members: HeadMember[] = [];
  for (let at = head.indexOf(LOCAL); at >= 0 && members.length < MAX_MEMBERS; ) {
    if (!isLocalHeader(head, at)) {
      at = head.indexOf(LOCAL, at + 4);
      continue;
    }
    const nameEnd = at + 30 + head.readUInt16LE(at + 26);
    const start = nameEnd + head.readUInt16LE(at + 28);
    const size = head.readUInt32LE(at + 18);
    const next = head.indexOf(LOCAL, size > 0 && start + size <= head.length ? start + size : start);
    const end = size > 0 ? start + size : next < 0 ? head.length : next;
    const name = head
      .toString('utf8', at + 30, nameEnd)
      .replaceAll('\\', '/')
      .replace(/^\//, '');
    members.push({ name, method: head.readUInt16LE(at + 8), data: head.subarray(start, end) });
    at = next;
  }
  return members;
}

function textOf(member: HeadMember): string {
  if (member.method === 0) return member.data.toString('utf8');
  if (member.method !== 8) return '';
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_INFLATED };
    return inflateRawSync(member.data, options).toString('utf8');
  } catch {
    return '';
  }
}

const ODF_TYPES: readonly string[] = [MEDIA.odt, MEDIA.ods, MEDIA.odp, MEDIA.odg];

function mimetypeOf(member: HeadMember): string | undefined {
  const value = textOf(member).trim().slice(0, 100);
  if (value === MEDIA.epub) return MEDIA.epub;
  const match = /^application\/vnd\.oasis\.opendocument\.(\w+)/.exec(value);
  if (match?.[1]) {
    const type = `application/vnd.oasis.opendocument.${match[1]}`;
    // Formulas, charts and databases have no reader: their parts are read as members.
    return ODF_TYPES.includes(type) ? type : MEDIA.zip;
  }
  const sun = /^application\/vnd\.sun\.xml\.(writer|calc|impress|draw)/.exec(value);
  const successor = { writer: MEDIA.odt, calc: MEDIA.ods, impress: MEDIA.odp, draw: MEDIA.odg };
  return sun ? successor[sun[1] as keyof typeof successor] : undefined;
}

/** Order matters: the specific content types contain the general ones. */
const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/ms-excel\.sheet\.binary\.macroEnabled\.main/i, MEDIA.xlsb],
  [/ms-excel\.addin\.macroEnabled\.main/i, MEDIA.xlam],
  [/ms-excel\.(sheet|template)\.macroEnabled\.main/i, MEDIA.xlsm],
  [/ms-word\.(document|template)\.macroEnabled(Template)?\.main/i, MEDIA.docm],
  [/ms-powerpoint\.(presentation|slideshow|template|addin)\.macroEnabled\.main/i, MEDIA.pptm],
  [/spreadsheetml\.(sheet|template)\.main\+xml/i, MEDIA.xlsx],
  [/wordprocessingml\.(document|template)\.main\+xml/i, MEDIA.docx],
  [/presentationml\.(presentation|slideshow|template)\.main\+xml/i, MEDIA.pptx],
  [/ms-visio\.(drawing|template|stencil)/i, MEDIA.vsdx],
  [/ms-package\.xps-|oxps/i, MEDIA.xps],
  [/\/xl\/workbook\.bin/i, MEDIA.xlsb],
];

function typeFromContentTypes(xml: string): string | undefined {
  return (
    CONTENT_TYPES.find(([pattern]) => pattern.test(xml))?.[1] ??
    typeFromNames(xml.match(/PartName="[^"]*"/g) ?? [])
  );
}

const FOLDERS = { xl: /^xl\//m, word: /^word\//m, ppt: /^ppt\//m };
/** Part names that only Office uses in such a folder. */
const PARTS = {
  xl: /^xl\/(_rels\/workbook|worksheets\/sheet\d|sharedstrings\.xml|styles\.xml|theme\/theme\d|media\/image\d)/m,
  word: /^word\/(_rels\/document|settings\.xml|styles\.xml|fonttable\.xml|numbering\.xml|theme\/theme\d|media\/image\d)/m,
  ppt: /^ppt\/(_rels\/presentation|slides\/slide\d|slidelayouts\/|slidemasters\/|theme\/theme\d|media\/image\d)/m,
};

/** xlsb whose main part follows long sheets; a macro workbook has other binaries. */
const BINARY_SHEET_PARTS =
  /(^|[/"])xl\/(_rels\/workbook\.bin\.rels|(worksheets\/sheet\d+|styles|sharedstrings|calcchain)\.bin)/m;

function typeFromNames(names: readonly string[], isPackage = false): string | undefined {
  const all = names.join('\n').toLowerCase();
  if (/(^|[/"])xl\/workbook\.bin/m.test(all)) return MEDIA.xlsb;
  if (BINARY_SHEET_PARTS.test(all)) return MEDIA.xlsb;
  if (/(^|[/"])xl\/workbook\.xml/m.test(all)) return MEDIA.xlsx;
  if (/(^|[/"])word\/document\d*\.xml/m.test(all)) return MEDIA.docx;
  if (/(^|[/"])ppt\/presentation\.xml/m.test(all)) return MEDIA.pptx;
  if (/(^|[/"])visio\/document\.xml/m.test(all)) return MEDIA.vsdx;
  // Some writers put the main part and the content types after all pictures.
  const { xl, word, ppt } = isPackage ? FOLDERS : PARTS;
  if (xl.test(all)) return MEDIA.xlsx;
  if (word.test(all)) return MEDIA.docx;
  return ppt.test(all) ? MEDIA.pptx : undefined;
}

function odfWithoutMimetype(head: Buffer): string {
  const content = headMembers(head).find((m) => m.name === 'content.xml');
  const text = content ? textOf(content) : '';
  if (text.includes('<office:spreadsheet')) return MEDIA.ods;
  if (text.includes('<office:presentation')) return MEDIA.odp;
  return text.includes('<office:text') ? MEDIA.odt : MEDIA.zip;
}
