/**
 * Telephone numbers, checked against the numbering plans of libphonenumber. Output: E.164. Numbers reserved for
 * fiction and documentation pass, marked as examples. Rejects parts of longer tokens, and pairs that count up evenly
 * (01 02 03 04 05 is a list, not a number). Over 250 lines: the notations share plans, cache and separators.
 */
import { createRequire } from 'node:module';
import type { CountryCode } from 'libphonenumber-js/max';
import type { Validator, Verdict } from '../../core/rule.js';
import { digitsOf, isGlued, isInDump, isOneDigit, type Neighbours } from './neighbours.js';

type Plans = typeof import('libphonenumber-js/max');
const require = createRequire(import.meta.url);
let loaded: Plans | undefined;

/** About a hundred files: loaded for the first number that needs them, not at every start. */
function plans(): Plans {
  loaded ??= require('libphonenumber-js/max') as Plans;
  return loaded;
}

/** ARCEP decision 2009-0637 and its successors: never assigned to subscribers. */
const FR_FICTION = /^0(?:19900|26191|35301|46571|53649|63998)/;
/** Ofcom's numbers for radio and television drama. */
const UK_FICTION =
  /^0(?:7700900|1632960|2079460|1(?:1[3-8]|[2-6]1)4960|1914980|2896496|2920180|8081570|9098790|3069990)/;
const FR_REGIONS: readonly CountryCode[] = ['FR', 'RE', 'YT', 'GP', 'GF', 'MQ'];
const UK_REGIONS: readonly CountryCode[] = ['GB', 'JE', 'GG', 'IM'];
/** The shape of most numbers; libphonenumber is a hundred times slower. */
const FR_COMMON = /^0(?:6(?:[0-24-8]\d|3[0-8])|7[3-9]\d|[1-5][1-9]\d|9[2-8]\d)\d{6}$/;
const FR_OVERSEAS = /^0(?:26[239]|590|594|596|639|69[0-7])/;

export const phoneFr: Validator = (value, neighbours) => {
  if (isGluedPhone(value, neighbours) || countsUp(value) || isInRun(value, neighbours)) return false;
  return frenchNumber(nationalDigits(value, '33'), value);
};

function frenchNumber(national: string, value: string): Verdict {
  if (FR_FICTION.test(national)) return example(`+33${national.slice(1)}`);
  if (national === '0123456789') return example('+33123456789');
  if (FR_COMMON.test(national) && !FR_OVERSEAS.test(national)) return checked(`+33${national.slice(1)}`);
  const given = /^(?:\+|00)/.test(value) ? international(value) : national;
  return inRegions(given, FR_REGIONS);
}

export const phoneUk: Validator = (value, neighbours) => {
  if (isGluedPhone(value, neighbours)) return false;
  return britishNumber(nationalDigits(value, '44'));
};

function britishNumber(national: string): Verdict {
  if (UK_FICTION.test(national)) return example(`+44${national.slice(1)}`);
  return inRegions(national, UK_REGIONS);
}

export const phoneUs: Validator = (value, neighbours) => {
  if (isGluedPhone(value, neighbours) || neighbours.before.endsWith('.') || hasMixedSeparators(value))
    return false;
  return americanNumber(digitsOf(value).slice(-10));
};

function americanNumber(national: string): Verdict {
  if (!/^[2-9]\d{2}[2-9]\d{6}$/.test(national)) return false;
  if (/^.{3}55501/.test(national)) return example(`+1${national}`);
  return isAssigned(national) ? checked(`+1${national}`) : false;
}

/**
 * The US plan decides by area code and one more digit, which gives only 6,400 answers. They are cached, because
 * libphonenumber takes 40 µs for each and tables hold millions of numbers.
 */
const assigned = new Map<string, boolean>();

function isAssigned(national: string): boolean {
  const prefix = national.slice(0, 4);
  const known = assigned.get(prefix);
  if (known !== undefined) return known;
  const answer = lookUp(`${prefix}345678`, ['US']) !== false;
  assigned.set(prefix, answer);
  return answer;
}

/** Groups of digits tried after a number: a house number, a date or an extension has fewer. */
const MAX_GROUPS_CUT = { international: 4, named: 5 } as const;
/** National numbers of the plans have at least this many digits, French ones without their zero. */
const MIN_NATIONAL_DIGITS = 9;
/** Numbers that no plan confirms: internal ones are shorter, and E.164 allows 15 digits. */
const MIN_CELL_DIGITS = 6;
const MAX_CELL_DIGITS = 15;

/** Drops groups from the end until the plan agrees, because a house number can follow. */
export const phoneInternational: Validator = (value, neighbours) => {
  if (/[\p{L}\p{N}_+%=]$/u.test(neighbours.before)) return false;
  for (let text = value, cut = 0; cut < MAX_GROUPS_CUT.international; cut++) {
    const verdict = text === value && isGlued(neighbours) ? false : internationalNumber(text);
    if (verdict) return text === value ? verdict : { ...verdict, length: text.length };
    const shorter = text.replace(/[ .\u00a0-]+[\d()]+\)?$/, '');
    if (shorter === text) return false;
    text = shorter;
  }
  return false;
};

function internationalNumber(text: string): Verdict {
  const given = international(text);
  if (given.startsWith('+33')) return frenchNumber(nationalDigits(text, '33'), text);
  if (given.startsWith('+44')) return britishNumber(nationalDigits(text, '44'));
  if (/^\+1\d{10}$/.test(given)) return americanNumber(given.slice(2));
  const parsed = plans().parsePhoneNumberFromString(given);
  return parsed?.isValid() ? checked(parsed.number) : false;
}

/**
 * A number of any grouping beside a telephone word, in the French, British or American plan. Drops groups from the
 * end until a plan agrees, because a house number, a date or an extension can follow.
 */
export const phoneNamed: Validator = (value, neighbours) => {
  if (isGluedPhone(value, neighbours) || countsUp(value)) return false;
  for (let text = value, cut = 0; cut < MAX_GROUPS_CUT.named; cut++) {
    const digits = digitsOf(text.replace('(0)', ''));
    if (digits.length < MIN_NATIONAL_DIGITS) return false;
    const verdict =
      /^0|^\+|^\([0+]/.test(text) || digits.length > MIN_NATIONAL_DIGITS
        ? planned(text.replace('(+', '+'), digits)
        : false;
    if (verdict && hasOwnGroups(text)) return text === value ? verdict : { ...verdict, length: text.length };
    const shorter = text.replace(/[ .\u00a0\u202f/()-]{0,4}\d+$/, '');
    if (shorter === text || shorter === '') return false;
    text = shorter.replace(/[ .\u00a0\u202f/(-]+$/, '');
  }
  return false;
};

/**
 * Dates, times with their zone, network addresses, versions and decimals have groups that phone numbers do not have.
 */
const OTHER_GROUPS: readonly RegExp[] = [
  /^(?:19|20)\d{2}(?:[-/. ]?\d{1,2}){2}(?!\d)/,
  /(?:19|20)\d{2} ?[-+]\d{4}$/,
  /[-/. ](?:19|20)\d{2}(?!\d)[-/]?/,
  /^\d{1,3}(?:\.\d{1,3}){3}$/,
  /^\d{1,2}\.\d{1,2}\.\d/,
  /\.\d{5}| {2}|^\d(?!\d)|\) *\d*[^\d].*\(/,
];

function hasOwnGroups(text: string): boolean {
  return !OTHER_GROUPS.some((pattern) => pattern.test(text));
}

/**
 * A cell under a telephone header: any plausible number, also without the zero that spreadsheets drop. `checked` if a
 * plan agrees; otherwise accepted from six digits (rejects short internal numbers).
 */
export const phoneCell: Validator = (value) => {
  const main = value.replace(/\s*(?:x|ext|poste)\.?\s*\d{1,6}$/i, '');
  const digits = digitsOf(main);
  if (digits.length < MIN_CELL_DIGITS || digits.length > MAX_CELL_DIGITS || isOneDigit(digits)) return false;
  return planned(main, digits) || { normal: digits };
};

function planned(main: string, digits: string): Verdict {
  if (/^\s*(?:\+|00)/.test(main)) return internationalNumber(main.trim());
  if (/^0\d{9}$/.test(digits)) return frenchNumber(digits, digits) || britishNumber(digits);
  if (/^0\d{10}$/.test(digits)) return britishNumber(digits);
  if (/^[1-9]\d{8}$/.test(digits)) return frenchNumber(`0${digits}`, digits);
  if (/^1?[2-9]\d{9}$/.test(digits)) return americanNumber(digits.slice(-10)) || britishNumber(`0${digits}`);
  return false;
}

/** Ten or eleven digits from 0 on, for any notation of the number. */
function nationalDigits(value: string, countryCode: string): string {
  const digits = digitsOf(value.replace('(0)', ''));
  const bare = digits.replace(/^00/, '');
  const isInternational = /^(?:\+|00)/.test(value) && bare.startsWith(countryCode);
  return isInternational ? `0${bare.slice(countryCode.length)}` : digits;
}

function international(value: string): string {
  return `+${digitsOf(value.replace('(0)', '')).replace(/^00/, '')}`;
}

/** Cached verdicts: two patterns and a column check the same number within a row; later rows have others. */
const RECENT_NUMBERS = 1024;
const recent = new Map<readonly CountryCode[], Map<string, Verdict>>();

function inRegions(digits: string, regions: readonly CountryCode[]): Verdict {
  const known = recent.get(regions);
  const answers = known && known.size < RECENT_NUMBERS ? known : new Map<string, Verdict>();
  if (answers !== known) recent.set(regions, answers);
  const verdict = answers.get(digits) ?? lookUp(digits, regions);
  answers.set(digits, verdict);
  return verdict;
}

function lookUp(digits: string, regions: readonly CountryCode[]): Verdict {
  for (const region of regions) {
    const parsed = plans().parsePhoneNumberFromString(digits, region);
    if (parsed?.isValid()) return checked(parsed.number);
  }
  return false;
}

/** Dot leaders before a number do not join it to anything, nor does an extension after it. */
const LEADERS = /[.\u2026]{3,}[ ]?$/;
const EXTENSION = /^ ?(?:x|ext\.?|extn\.?|poste|#) ?\d{1,6}(?!\d)/i;

function isGluedPhone(value: string, given: Neighbours): boolean {
  const neighbours = {
    before: given.before.replace(LEADERS, ' '),
    after: given.after.replace(EXTENSION, ''),
  };
  const { before, after } = pairless(value, neighbours);
  if (value.includes(' ') && isInDump(neighbours)) return true;
  if (isGlued({ before, after }) && !/^\/$|^\/[^\d]/.test(after)) return true;
  const separator = /\d([ .\-/])\d/.exec(value)?.[1];
  if (before.endsWith('.')) return separator === '.' || separator === undefined || /\d\.$/.test(before);
  if (/(?:phone|cell|mobile|tel|home|work|fax|office|contact) ?#$/i.test(before)) return false;
  return before.endsWith('#') || before.endsWith('=') ? separator === '-' : false;
}

/** `06 39 98 12 34/06 39 98 12 35`: the slash between two numbers of one shape joins nothing. */
function pairless(value: string, { before, after }: Neighbours): Neighbours {
  const isSpaced = /\d[ .]\d\d/.test(value);
  return {
    before: isSpaced && /\d[ .]\d\d\/$/.test(before) ? '' : before,
    after: isSpaced && /^\/[+0(]\d{1,5}[ .)]\d/.test(after) ? '' : after,
  };
}

/** 415-555.2671 is no usual notation; brackets excuse the first separator. */
function hasMixedSeparators(value: string): boolean {
  const gaps = value.replace(/^\+?1[ .-]?/, '').replace(/^\(\d{3}\)[ .-]*/, '');
  const seen = new Set(gaps.replace(/[\d/]/g, ''));
  return seen.size > 1;
}

/** Pairs among more pairs are a byte dump, unless they are whole numbers side by side. */
function isInRun(value: string, { before, after }: Neighbours): boolean {
  const separator = /^0\d([ .-])\d\d\1/.exec(value)?.[1];
  if (separator === undefined) return false;
  const sep = separator === '.' ? '\\.' : separator;
  const pair = `${sep}[0-9a-fA-F]{2}`;
  const goesOn = new RegExp(`^${sep}\\d\\d(?!\\d)|^(?:${pair}){2}(?![\\p{L}\\p{N}])`, 'u').test(after);
  if (goesOn && !new RegExp(`^${sep}0[1-9](?:${sep}\\d\\d){4}(?!${sep}?\\d)`).test(after)) return true;
  const comesFrom = new RegExp(`(?:^|[^\\p{L}\\p{N}])[0-9a-fA-F]*\\d[0-9a-fA-F]*${sep}$`, 'u').exec(before);
  if (comesFrom?.[0].replace(/[^0-9a-fA-F]/g, '').length !== 2) return false;
  return !new RegExp(`0[1-9](?:${sep}\\d\\d){4}${sep}$`).test(before);
}

function countsUp(value: string): boolean {
  const pairs = value.split(/\D+/).map(Number);
  if (pairs.length !== 5) return false;
  const step = (pairs[1] as number) - (pairs[0] as number);
  return pairs.every((pair, i) => i === 0 || pair - (pairs[i - 1] as number) === step);
}

function checked(normal: string): Verdict {
  return { normal, checked: true };
}

function example(normal: string): Verdict {
  return { normal, checked: true, example: true };
}
