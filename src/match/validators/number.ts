/**
 * Numbers without checksum that their rule found beside a word or under a header: staff numbers, amounts, network
 * addresses. Rejects years, repeated single digits, versions and parts of longer tokens.
 */
import type { Validator } from '../../core/rule.js';
import { compact, digitsOf, isOneDigit } from './neighbours.js';

/** A staff number of any kind: it contains a digit and is no year, date or amount. */
export const staffNumber: Validator = (value, { before, after }) => {
  const id = compact(value);
  const isCell = before === '' && after === '';
  // In a column of numbers 3333 can be real; 0000, 1111 and 9999 are fillers.
  const isFiller = id.length > 3 && (isCell ? /^([019])\1*$/.test(id) : isOneDigit(id));
  if (!/\d/.test(id) || isFiller) return false;
  // `?tid=5165&pid=6940`: parameters of a URL.
  if (/[?&;][\w.-]{1,20}=$/.test(before)) return false;
  if (!isCell && /^(?:19|20)\d{2}$/.test(id) && !/[:#=°]\s*$/.test(before)) return false;
  const isPiece = /^[\p{L}\p{N}_]|^[./:-]\p{N}|^ ?[%€$£]/u.test(after) || /[\p{L}\p{N}_]$/u.test(before);
  return isPiece ? false : { normal: id };
};

/** Smaller amounts are rates and allowances, larger ones budgets. */
const LEAST_SALARY = 100;
const MOST_SALARY = 1_000_000;

/** A salary: 100 to 1,000,000 in any notation; output in whole units. */
export const salary: Validator = (value, { after }) => {
  // A range is an offer, not a person's pay.
  if (/^\s?(?:to|-|–|à|bis|a)\s?[£$€]\s?\d/u.test(after)) return false;
  const bare = value.replace(/[^\d.,]/g, '').replace(/[.,]\d{1,2}$/, '');
  const digits = digitsOf(bare);
  const amount = Number(digits) * (/\dk\b/i.test(value) ? 1000 : 1);
  return digits.length > 0 && amount >= LEAST_SALARY && amount <= MOST_SALARY
    ? { normal: String(amount) }
    : false;
};

/** IPv4. Private, loopback and documentation networks say nothing about a person. */
export const ipv4: Validator = (value, { before, after }) => {
  if (/[\p{L}\p{N}_.-]$/u.test(before) || /^[\p{L}\p{N}_-]|^\.\p{N}/u.test(after)) return false;
  const parts = value.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => part > 255)) return false;
  const [a, b] = parts as [number, number];
  const isLocal = a === 0 || a === 10 || a === 127 || a >= 224 || (a === 192 && b === 168);
  if (isLocal || (a === 172 && b >= 16 && b <= 31) || (a === 169 && b === 254)) return false;
  const isReserved = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./.test(value);
  return { normal: parts.join('.'), ...(isReserved && { example: true }) };
};

/** A pair of coordinates in range, precise to about ten metres. */
export const gps: Validator = (value, { before }) => {
  const [latitude, longitude] = (value.match(/-?\d+\.\d+/g) ?? []).map(Number);
  if (latitude === undefined || longitude === undefined || /[\p{N}_.]$/u.test(before)) return false;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { normal: `${latitude},${longitude}` }
    : false;
};

/** A unit's name: rejects one that continues as the address of a site or file. */
export const unit: Validator = (value, { before, after }) => {
  if (/[\p{L}\p{N}_/.-]$/u.test(before) || /^[\p{L}\p{N}_]/u.test(after)) return false;
  return { normal: value.toUpperCase().replace(/[^\p{L}\p{N}]+/gu, ' ') };
};

/** A phrase that is not part of a longer word: RE2's `\b` treats accented letters as borders. */
export const wholeWord: Validator = (value, { before, after }) => {
  if (/[\p{L}\p{N}_]$/u.test(before) || /^[\p{L}\p{N}_]/u.test(after)) return false;
  return { normal: value.toUpperCase().replace(/\s+/g, ' ') };
};

/** A postal address: rejects times, prices and sentences that resemble one. */
export const address: Validator = (value, { before }) => {
  if (/[\p{L}\p{N}_$€£#]$/u.test(before)) return false;
  return {
    normal: value
      .toUpperCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  };
};

/** Street words that only French has: after them the town may be in lower case. */
const FRENCH_WAY =
  /^[^A-Za-z]*(?:bis|ter|quater|[a-d])?,? *(?:rue|avenue|boulevard|chemin|impasse|all[eé]es?|quai|route|faubourg|lotissement|r[eé]sidence)\b/i;

/** A French address: the town is capitalised, and no sentence runs from the street to the postcode. */
export const addressFr: Validator = (value, neighbours) => {
  const { before, after } = neighbours;
  // A whole cell under an address header need not be French.
  if (before === '' && after === '' && !/\d{5} \p{L}/u.test(value)) return address(value, neighbours);
  const town = /\d{5} ?(.{1,3})/.exec(value.slice(8))?.[1] ?? '';
  const isTown = town[0] !== undefined && town[0] !== town[0].toLowerCase();
  if (!isTown && !FRENCH_WAY.test(value)) return false;
  if (/\b(?:for|with|the|and|of|in|was|were|people|have)\b/i.test(value)) return false;
  return address(value, neighbours);
};

/**
 * A US clearance: a level with its word, or a level with no other meaning; `secret` and `Q` alone are ordinary words.
 */
export const clearanceUs: Validator = (value, { before, after }) => {
  const isSure = /sci$/i.test(value);
  const isLed =
    /(?:clearance(?: level| status)?[ :=(]{1,3}|\b(?:holds|held|holding|granted) an? |cleared (?:to |for |at )?)$/i.test(
      before,
    );
  const isFollowed = /^ (?:security )?clearance\b/i.test(after);
  if (!isSure && !isLed && !isFollowed) return false;
  return wholeWord(value, { before, after });
};

/** Words that precede a unit's name and are not part of it. */
const BEFORE_UNIT = new Set(
  'the our a an of and or for from to with in at by on my your their his her this that is was are were officer officers sergeant inspector constable detective detectives deputy captain lieutenant chief superintendent pc dc ps ds di dci sgt insp supt unit station attached posted assigned le la les du des de au aux'.split(
    ' ',
  ),
);

/** The name of a team or squad: begins with a proper word. */
export const unitNamed: Validator = (value, neighbours) => {
  const first = /^[\p{L}\d'-]+/u.exec(value)?.[0] ?? '';
  return BEFORE_UNIT.has(first.toLowerCase()) ? false : unit(value, neighbours);
};
