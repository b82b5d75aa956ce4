/**
 * Finds numbers beside a rank or an officer's name that have no word of their own: `PC 662 Sayer`, `PC Sayer 4484`,
 * `4488GR`, `Ofc. Lindqvist #3391`, `(ID #7712)`. Input: a text and the end of the rank or name; output: the span of
 * the number. Rejects years, times, amounts, dates, telephone and house numbers.
 */

export type MentionNumber = {
  readonly start: number;
  readonly end: number;
  readonly normal: string;
  /** True after `#` or the word badge. */
  readonly isBadge: boolean;
  /** A sign or word marks it as a person's number, or it is long enough to be unambiguous. */
  readonly isSure: boolean;
};

/** `EK 456`, `4488GR`, `1234`, `C/1234`. */
const NUMBER =
  '((?:[A-Z]{1,3}[ /-]?)?\\d{1,8}(?:[A-Z]{1,3}(?![\\p{L}\\p{N}])| [A-Z]{2}(?![\\p{L}\\p{N}.]))?)';
const SIGN =
  '(?:#|[Nn][°º]|[Nn]r\\.?|[Nn]o\\.?|NO\\.?|[Nn]um(?:ber|[ée]ro|\\.)?|ID|[Bb]adge|[Ss]hield|[Ss]tar|[Ww]arrant|[Cc]ollar|[Ss]houlder|[Ss]erial|[Mm]atricule|[Mm]at\\.|[Mm]le|RIO|NIGEND|PID)';
/** One or two signs: `ID #`, `warrant no.`, `matricule n°`. */
const SIGNS = `(?:${SIGN}[ .:]{0,3}){1,2}`;

const RIGHT_BEHIND_RANK = new RegExp(`([ \\u00a0]?[(/#-]?[ ]?)(${SIGNS})?${NUMBER}(\\)?)`, 'uy');
const BEHIND_NAME = new RegExp(
  `([ \\u00a0]{1,2}[(\\[]?|,[ ]|[ ]?[(\\[/][ ]?|[ ][-–—|][ ])(${SIGNS})?${NUMBER}`,
  'uy',
);

/** Followed by these, digits are part of something longer, or an amount. */
const PIECE_BEHIND =
  /^(?:[\p{L}\p{N}_:°%€$£@]|[.,/-]\p{N}|[ \u00a0]\d|[ \u00a0]?(?:%|€|\$|£|am\b|pm\b|h\b|hrs\b|hours?\b|ans\b|years?\b|days?\b|jours?\b|mois\b|months?\b|weeks?\b|km\b|m\b|bits?\b|volts?\b|GB\b|MB\b|v\b))/u;
const STREET_BEHIND =
  /^ (?:[A-Z][\p{L}'’-]+ ){1,3}(?:St|Street|Road|Rd|Ave|Avenue|Lane|Ln|Drive|Dr|Close|Way|Court|Crescent|Boulevard|Blvd)\b|^ ?(?:bis|ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|route)\b/u;
const YEAR = /^(?:19|20)\d\d$/;

/** The number right after a rank, before a name or in place of one. */
export function numberBehindRank(text: string, end: number): MentionNumber | undefined {
  RIGHT_BEHIND_RANK.lastIndex = end;
  const found = RIGHT_BEHIND_RANK.exec(text);
  if (!found) return undefined;
  const [all, gap = '', signs = '', value = '', close = ''] = found;
  if (gap.includes('(') !== (close === ')')) return undefined;
  const isMarked = signs !== '' || gap.includes('#');
  const valueEnd = end + all.length - close.length;
  return judged(text, { value, end: valueEnd, signs: gap + signs, isMarked, minDigits: gap === '' ? 2 : 1 });
}

/** The number after a name with a rank, or after a rank that follows its name. */
export function numberBehindName(text: string, end: number): MentionNumber | undefined {
  BEHIND_NAME.lastIndex = end;
  const found = BEHIND_NAME.exec(text);
  if (!found) return undefined;
  const [all, gap = '', signs = '', value = ''] = found;
  const isMarked = signs !== '';
  const valueEnd = end + all.length;
  const isBracketed = /[([]/.test(gap);
  const next = text[valueEnd] ?? '';
  if (isBracketed && !isMarked && !/[)\],;]/.test(next)) return undefined;
  // After a comma or dash, a bare number must be the whole field.
  if (/[,–—|-]/.test(gap) && !isMarked && !/^(?:[).;,\r\n\]]|$| \|)/.test(text.slice(valueEnd, valueEnd + 2)))
    return undefined;
  return judged(text, { value, end: valueEnd, signs, isMarked, minDigits: isMarked ? 2 : 3 });
}

type Given = { value: string; end: number; signs: string; isMarked: boolean; minDigits: number };

function judged(text: string, given: Given): MentionNumber | undefined {
  const { value, end, signs, isMarked, minDigits } = given;
  const after = text.slice(end, end + 40);
  const digits = value.replace(/\D/g, '');
  // `(PC 2858)` is a rank with its number.
  if (/^(?:PC|DC|PS|DS|DI|SC|CI|PO|DO|TDC|WPC|CON|SGT|ID|NO)[ /-]?\d/.test(value)) return undefined;
  if (digits.length < minDigits || PIECE_BEHIND.test(after) || STREET_BEHIND.test(after)) return undefined;
  if (!isMarked && YEAR.test(value)) return undefined;
  if (/^0+$/.test(digits)) return undefined;
  return {
    start: end - value.length,
    end,
    normal: value.replace(/[^0-9A-Za-z]/g, '').toUpperCase(),
    isBadge: /#|badge|shield|star/i.test(signs),
    isSure: isMarked || digits.length >= 3 || /\p{L}/u.test(value),
  };
}
