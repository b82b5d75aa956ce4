/**
 * What a cell can be from its shape alone: placeholders, person names, and the minimum that each entity requires.
 * Input: a trimmed cell. Called per cell, so every test is one pass or one set lookup.
 */
import type { Entity } from '../../core/entity.js';
import { foldText } from '../../core/fold.js';

const PLACEHOLDERS = new Set(
  `n/a|na|n.a.|n.a|#n/a|#ref!|#value!|nan|null|none|nil|nill|unknown|unk|unkn|inconnu|inconnue|redacted|[redacted]|(redacted)|name redacted|withheld|name withheld|undisclosed|not disclosed|not known|not applicable|not available|not provided|not specified|not set|not recorded|n/d|nd|n.d.|non renseigne|non renseignee|non communique|nc|n.c.|n/c|neant|sans objet|s/o|aucun|aucune|vide|tbd|tbc|tba|vacant|vacancy|vacant post|blank|(blank)|empty|default|undefined|same|idem|ditto|see above|see notes|anonymous|anonyme|anon|exempt|masked|hidden|protected|confidential|confidentiel|restricted|various|multiple|unbekannt|keine angabe|k.a.|k. a.|keine|desconocido|sin datos|no consta|ninguno|onbekend|n.v.t.|nvt|geen|sconosciuto|non disponibile|n.d|nessuno|total|totals|sous-total|subtotal|grand total|xxx|tbc.|pending|test|missing|no data|not on file|none given|other|autre|deleted|[deleted]|?`.split(
    '|',
  ),
);

/** Fillers: dashes, dots, stars, crosses and zeros. */
const FILLER = /^(?:[\s\p{P}\p{S}]+|[xX]{2,}|[\s0.,/:-]+|(?:n[./]?a\.?))$/u;
/** Statutes and exemptions, which replace a redacted name. */
const CITATION =
  /§|\bfoia\b|\bu\.?s\.?c\.?\b|\([a-z]\)\(\d\)|\bs(?:ec(?:tion)?)?\.? ?\d+\(\d|\bart(?:icle)?\.? ?[lr]?\.? ?\d/i;
const TAKEN_OUT = /redact|withheld|caviard|occult|expurg|suppressed|geschw[aä]rzt|\bvacant\b/i;

/** No entry of PLACEHOLDERS is longer. */
const MAX_PLACEHOLDER = 24;
/** Shorter texts are no citation and no word for a removed value. */
const MIN_CITATION = 4;

/** True for cells without a value: `N/A`, `-`, `0000`, `REDACTED`, `GP §§ 4-343`. */
export function isPlaceholder(text: string): boolean {
  if (text.length === 0) return true;
  if (text.length <= MAX_PLACEHOLDER && PLACEHOLDERS.has(text.toLowerCase())) return true;
  const first = text.charCodeAt(0);
  // A filler starts with no letter but x or n and no digit but 0.
  if (!isPlain(first) && FILLER.test(text)) return true;
  return (
    text.length >= MIN_CITATION &&
    (CITATION.test(text) || TAKEN_OUT.test(text) || PLACEHOLDERS.has(foldText(text)))
  );
}

function isPlain(code: number): boolean {
  const lower = code | 0x20;
  if (code >= 0x31 && code <= 0x39) return true;
  return lower >= 0x61 && lower <= 0x7a && lower !== 0x6e && lower !== 0x78;
}

/** A number after or before a name: `Name (123456)`, `1234 - Name`, `Name #12`. */
const NUMBER_AFTER = /[\s,;-]*[([#]?\s?(?:no\.?|n°|id)?\s?[A-Z]{0,3}\d{2,10}[A-Z]?\s?[)\]]?$/iu;
const NUMBER_BEFORE = /^[#([]?\d{2,10}[)\]]?\s*[-–:,]?\s+/u;
const NAME =
  /^\p{L}[\p{L}\p{M}'’`.-]*(?:(?:\s*,\s*|\s+|\s*\/\s*)["“(]?\p{L}[\p{L}\p{M}'’`.-]*["”)]?,?){0,6}$/u;
/** 60 characters hold any real name with all its parts; longer text is prose. */
const MAX_NAME = 60;
/** Room for a number on both sides of a name. */
const MAX_NUMBERS = 16;

/** The span of a person's name in a cell, without numbers around it; undefined without the shape of a name. */
export function nameSpan(text: string): { start: number; end: number } | undefined {
  if (NAME.test(text)) return text.length <= MAX_NAME ? { start: 0, end: text.length } : undefined;
  if (text.length > MAX_NAME + MAX_NUMBERS) return undefined;
  const start = NUMBER_BEFORE.exec(text)?.[0].length ?? 0;
  const after = NUMBER_AFTER.exec(text.slice(start));
  const end = after ? start + after.index : text.length;
  if (start === 0 && end === text.length) return undefined;
  return end > start && end - start <= MAX_NAME && NAME.test(text.slice(start, end))
    ? { start, end }
    : undefined;
}

/** `Chelsea gear`: a capitalised word and a lower-case one that is no particle, as in names of things, not persons. */
export function isMixedCase(cell: string): boolean {
  const words = cell.split(/[\s,]+/).filter((word) => /^\p{L}{2}/u.test(word));
  const small = words.filter((word) => /^\p{Ll}/u.test(word) && !PARTICLES.has(word.toLowerCase()));
  return small.length > 0 && small.length < words.length && !/^[dl]['’]/.test(small[0] as string);
}

const PARTICLES = new Set(
  'de da do du des del della delle dei degli di dos das van von vom zu zum zur der den ter ten te la le les el al bin ibn ben y und e et los las af av op het t s mac mc ap ab o san st'.split(
    ' ',
  ),
);

const DATE =
  /^(?:\d{1,2}[/. -]\d{1,2}[/. -](?:\d{2}|\d{4})|\d{4}[/. -]\d{1,2}[/. -]\d{1,2}|\d{1,2}[ -]\p{L}{3,10}\.?,?[ -]\d{2,4}|\p{L}{3,10}\.? \d{1,2},? \d{4}|(?:19|20)\d{6})(?:[ T]\d{1,2}:\d{2}.*)?$/u;
const YEAR = /(?:19|20)\d{2}/;

/** Years of birth of people who work or worked, with a margin. */
const FIRST_BIRTH_YEAR = 1900;
const LAST_BIRTH_YEAR = 2015;

/** A date in the range for births of people who work or worked; two-digit years pass. */
export function isBirthDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const year = YEAR.exec(text);
  if (!year) return true;
  const value = Number(year[0]);
  return value >= FIRST_BIRTH_YEAR && value <= LAST_BIRTH_YEAR;
}

const PHONE = /^[+(]?\d[\d\s().\-/+\u00a0\u202f]{4,24}(?:\s*(?:x|ext|poste|extension|#)\.?\s*\d{1,6})?$/iu;
const NUMBER_LIKE = /^[A-Z]{0,5}[\s#./-]{0,2}\d[\dA-Z\s./-]{0,18}$/iu;
const MONEY =
  /^[£$€]?\s?-?\d[\d\s.,'’\u00a0\u202f]*\s?(?:€|£|\$|eur|gbp|usd|chf|k)?(?:\s?(?:pa|per annum|\/an|brut|net))?$/iu;
const LETTER = /\p{L}/u;

/** The longest value of an entity, in characters; longer cells are prose. E-mail addresses: RFC 5321. */
const MAX_CHARS = {
  rank: 80,
  unit: 120,
  vetting: 60,
  email: 254,
  badge: 14,
  address: 250,
  postcode: 10,
  password: 72,
  userName: 64,
  caveat: 60,
  other: 120,
} as const;
/** The shortest values; fewer digits of a telephone number are an internal extension. */
const MIN_PHONE_DIGITS = 6;
const MIN_SALARY_DIGITS = 3;
const MIN_ADDRESS_CHARS = 5;
const MIN_PASSWORD_CHARS = 4;

const SHAPES: Partial<Record<Entity, (text: string) => boolean>> = {
  PERSON: (text) => nameSpan(text) !== undefined,
  RANK: (text) =>
    text.length <= MAX_CHARS.rank &&
    LETTER.test(text) &&
    !/@|https?:|\d{5}/.test(text.replace(/^\d+ - /, '')),
  UNIT: (text) => text.length <= MAX_CHARS.unit && !/@|https?:/.test(text),
  VETTING: (text) => text.length <= MAX_CHARS.vetting && LETTER.test(text),
  EMAIL_ADDRESS: (text) => text.length <= MAX_CHARS.email && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
  PHONE_NUMBER: (text) => PHONE.test(text) && digits(text) >= MIN_PHONE_DIGITS,
  STAFF_NUMBER: (text) => NUMBER_LIKE.test(text),
  BADGE_NUMBER: (text) => NUMBER_LIKE.test(text) && text.length <= MAX_CHARS.badge,
  PAY_NUMBER: (text) => NUMBER_LIKE.test(text),
  SALARY: (text) => MONEY.test(text) && digits(text) >= MIN_SALARY_DIGITS,
  DATE_OF_BIRTH: isBirthDate,
  ADDRESS: (text) =>
    text.length >= MIN_ADDRESS_CHARS &&
    text.length <= MAX_CHARS.address &&
    LETTER.test(text) &&
    !/@|https?:/.test(text),
  POSTCODE: (text) => text.length <= MAX_CHARS.postcode && /\d/.test(text),
  PASSWORD: (text) =>
    text.length >= MIN_PASSWORD_CHARS &&
    text.length <= MAX_CHARS.password &&
    !/\s/.test(text) &&
    !/^(?:0|1|true|false|yes|no)$/i.test(text),
  USER_NAME: (text) => text.length >= 2 && text.length <= MAX_CHARS.userName && !/\s/.test(text),
  CAVEAT: (text) => LETTER.test(text) && text.length <= MAX_CHARS.caveat,
};

/** A word, with a house number, a street or room word, or other words; no identifier, path or pair. */
export function isAddressLike(text: string): boolean {
  if (/[@=<>{}\\]|https?:|:\/\//.test(text)) return false;
  const words = text.split(/[\s,;]+/);
  // Alternating letters and digits, or more digits than a postcode has: a request id, a commit, a card.
  if (words.some((word) => /\d{7}|[a-f\d]{8,}-[a-f\d]|\d[a-z]+\d[a-z]*\d|_/i.test(word))) return false;
  return words.some((word) => /^[\p{L}'’.-]{2,}$/u.test(word) && /\p{L}{2}/u.test(word));
}

const STREET_WORD =
  /^(?:rue|avenue|av|ave|bd|bld|boulevard|place|pl|chemin|ch|impasse|imp|all[eé]e|cours|quai|route|rte|square|passage|r[eé]sidence|res|lotissement|lieu|villa|hameau|street|st|road|rd|lane|ln|close|drive|dr|gardens|crescent|terrace|court|ct|grove|way|park|hill|row|mews|walk|green|parade|rise|brae|wynd|house|flat|apt|apartment|unit|box|farm|cottage|blvd|pkwy|hwy|cir|trl|via|viale|piazza|corso|calle|c|avda|avenida|plaza|paseo|stra[sß]+e|str|weg|platz|gasse|allee|straat|laan|plein|dijk)\.?$|.{3}(?:stra[sß]+e|str\.?|weg|platz|gasse|straat|laan|plein|dijk)$/iu;

/** An address with a house number or postcode, or with a street word. */
export function isPlacedAddress(text: string): boolean {
  if (!isAddressLike(text)) return false;
  return text
    .split(/[\s,;]+/)
    .some((word) => /^[#(]?\d{1,5}[a-z]{0,3}[).]?$/i.test(word) || STREET_WORD.test(word));
}

/** Whether the text can be a value of the entity, for rules without a `cell` expression. */
export function plausible(entity: Entity, text: string): boolean {
  const shape = SHAPES[entity];
  return shape ? shape(text) : text.length <= MAX_CHARS.other && /\d/.test(text);
}

function digits(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) count++;
  }
  return count;
}

/** Canonical form of a cell of an entity, for rules without a validator. */
export function normalCell(entity: Entity, text: string): string {
  if (entity === 'PERSON' || entity === 'RANK' || entity === 'UNIT' || entity === 'ADDRESS') {
    return foldText(text)
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  }
  if (entity === 'PASSWORD') return text;
  if (entity === 'EMAIL_ADDRESS' || entity === 'USER_NAME') return text.toLowerCase();
  return text.replace(/[\s.-]+/g, '').toUpperCase();
}
