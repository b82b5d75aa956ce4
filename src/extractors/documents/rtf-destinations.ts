/** Classifies the groups of RTF: which hold text, in which place, and which hold none. */
import type { Place } from '../../core/content.js';

export type Destination =
  /** Text of the open place. */
  | { readonly kind: 'text' }
  /** Text separate from the text around it. */
  | { readonly kind: 'apart'; readonly place: Place }
  /** A short value that is joined to others of its place. */
  | { readonly kind: 'value'; readonly place: Place; readonly name: string }
  | { readonly kind: 'info' | 'fonts' | 'object' | 'picture' | 'skip' };

export const TEXT: Destination = { kind: 'text' };
export const SKIP: Destination = { kind: 'skip' };

const METADATA: Place = { part: 'metadata', hidden: 'metadata' };
const COMMENT: Place = { part: 'comment', hidden: 'comment' };
const FORM: Place = { part: 'form-field', hidden: 'form-field' };
const FIELD: Place = { part: 'field' };

const apart = (place: Place): Destination => ({ kind: 'apart', place });
const value = (place: Place, name = ''): Destination => ({ kind: 'value', place, name });

const APART: Record<string, Place> = {
  header: { part: 'header' },
  headerl: { part: 'header' },
  headerr: { part: 'header' },
  headerf: { part: 'header' },
  footer: { part: 'footer' },
  footerl: { part: 'footer' },
  footerr: { part: 'footer' },
  footerf: { part: 'footer' },
  footnote: { part: 'footnote' },
  annotation: COMMENT,
  shptxt: { part: 'text-box' },
  dptxbxtext: { part: 'text-box' },
};

/** A map, not an object: words come from the file, and `constructor` could be one. */
const KNOWN: ReadonlyMap<string, Destination> = new Map(
  Object.entries({
    ...Object.fromEntries(Object.entries(APART).map(([word, place]) => [word, apart(place)])),
    fonttbl: { kind: 'fonts' },
    info: { kind: 'info' },
    objdata: { kind: 'object' },
    pict: { kind: 'picture' },
    fldinst: value(FIELD),
    datafield: SKIP,
    htmltag: value(FIELD),
    mhtmltag: SKIP,
    xe: value(FIELD),
    tc: value(FIELD),
    ffname: value(FORM),
    ffdeftext: value(FORM),
    ffhelptext: value(FORM),
    ffstattext: value(FORM),
    ffl: value(FORM),
    atnauthor: value(COMMENT, 'author'),
    atnid: value(COMMENT, 'initials'),
    revtbl: value(METADATA, 'authors'),
    docvar: value(METADATA, 'variable'),
    propname: value(METADATA, 'property'),
    staticval: value(METADATA, 'value'),
    template: value(METADATA, 'template'),
  } satisfies Record<string, Destination>),
);

const INFO = new Set([
  'title',
  'subject',
  'author',
  'manager',
  'company',
  'operator',
  'category',
  'keywords',
  'comment',
  'doccomm',
  'hlinkbase',
]);

/** Destinations written without `\*` that are no text. */
const SKIPPED = new Set(
  'colortbl stylesheet listtable listoverridetable rsidtbl themedata colorschememapping datastore latentstyles xmlnstbl mmathPr pgptbl filetbl fontemb falt panose sp bkmkstart bkmkend nonshppict shprslt objclass objname objalias objsect upr blipuid picprop background ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pntxta pntxtb pnseclvl passwordhash oldcprops oldpprops oldtprops oldsprops generator private1 wgrffmtfilter atrfstart atrfend atnref atnparent atntime atndate'.split(
    ' ',
  ),
);
/** Groups marked as new (`\*`) that hold or contain text; other marked groups are skipped. */
const TRANSPARENT = new Set([
  'shppict',
  'shpinst',
  'formfield',
  'userprops',
  'pntext',
  'listtext',
  'do',
  'object',
  'fldrslt',
  'ud',
]);

/** Formatting, which opens no destination even after `\*` (RTF 1.9.1, "Character Text" and "Paragraph Text"). */
const PROPERTIES = new Set(
  'b i ul ulnone ulw uld strike scaps caps outl shad v deleted plain f fs af afs cf cb highlight chcbpat chshdng cs ds s ts lang langnp langfe langfenp noproof loch hich dbch rtlch ltrch fcs kerning expnd expndtw charscalex up dn super sub nosupersub insrsid charrsid delrsid pararsid revised revauth revdttm revauthdel revdttmdel webhidden pard par intbl itap ql qr qc qj li ri fi sa sb sl slmult line tab sectd sect page u uc'.split(
    ' ',
  ),
);

/** The destination that a control word opens, or undefined. `isMarked`: after `\*`. */
export function destinationOf(word: string, isMarked: boolean, outer: Destination): Destination | undefined {
  if (outer.kind === 'info' && INFO.has(word)) return value(METADATA, word);
  if (word === 'template' && !isMarked) return undefined;
  const known = KNOWN.get(word);
  if (known) return known;
  if (SKIPPED.has(word)) return SKIP;
  if (!isMarked || PROPERTIES.has(word)) return undefined;
  return TRANSPARENT.has(word) ? TEXT : SKIP;
}
