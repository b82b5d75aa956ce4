/**
 * IBAN and payment cards, by length, issuer and checksum. Rejects values joined to longer tokens: block ids of
 * storage systems alone gave 15 false cards per megabyte of logs.
 */
import type { Validator } from '../../core/rule.js';
import { compact, digitsOf, isGluedNumber, isInDump, isOneDigit } from './neighbours.js';

/** SWIFT registry of IBAN lengths by country. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29
  ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
  LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29
  PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
  YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The pattern over-matches into the next word, so the value is cut at the country's length. */
export const iban: Validator = (value, neighbours) => {
  const country = value.slice(0, 2).toUpperCase();
  const wanted = Object.hasOwn(IBAN_LENGTHS, country) ? IBAN_LENGTHS[country] : undefined;
  if (wanted === undefined || /[\p{L}\p{N}_@-]$/u.test(neighbours.before)) return false;
  const length = lengthHolding(value, wanted);
  if (length === undefined) return false;
  const next = length === value.length ? neighbours.after : value.slice(length);
  if (/^[\p{L}\p{N}_]/u.test(next) || !isSpacedEvenly(value.slice(0, length))) return false;
  const id = compact(value.slice(0, length));
  if (
    value[4] === ' ' &&
    isInDump({ before: neighbours.before, after: value.slice(length) + neighbours.after })
  )
    return false;
  // Check digits are 02 to 98; an account of zeros up to its end is a placeholder in code.
  if (/^..(?:\d\d0+$|0[01]|99|\d\d0{14})/.test(id) || mod97(id) !== 1 || !hasFittingDigits(id)) return false;
  const example = EXAMPLES.has(id);
  return { normal: id, checked: true, ...(length < value.length && { length }), ...(example && { example }) };
};

/** Countries with digits-only accounts: there `be43b01b883e9ec5` is a hash. */
const DIGITS_ONLY = new Set(
  'AE AT BA BE CZ DE DK EE ES FI HR HU IL IS LT ME NO PL PT RS SE SI SK TN VA XK'.split(' '),
);

function hasFittingDigits(id: string): boolean {
  return !DIGITS_ONLY.has(id.slice(0, 2)) || /^..\d+$/.test(id);
}

/** Test numbers that the SWIFT registry, banks and card schemes publish. */
const EXAMPLES: ReadonlySet<string> = new Set(
  `DE89370400440532013000 GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555 GB94BARC10201530093459
  FR1420041010050500013M02606 FR7630006000011234567890189 FR7630001007941234567890185 FR7630004000031234567890143
  BE68539007547034 BE71096123456769 NL91ABNA0417164300 NL02ABNA0123456789 ES9121000418450200051332
  ES7921000813610123456789 IT60X0542811101000000123456 CH9300762011623852957 CH5604835012345678009
  AT611904300234573201 AT483200000012345864 PT50000201231234567890154 PT50002700000001234567833
  IE29AIBK93115212345678 IE64IRCE92050112345678 LU280019400644750000 LU120010001234567891 NO9386011117947
  NO8330001234567 SE4550000000058398257466 SE7280000810340009783242 DK5000400440116243 DK9520000123456789
  FI2112345600000785 FI1410093000123458 PL61109010140000071219812874 PL27114020040000300201355387
  GR1601101250000000012300695 TR330006100519786457841326 CY17002001280000001200527600
  MT84MALT011000012345MTLCAST001S MC5811222000010123456789030 SA0380000000608010167519 AE070331234567890123456
  4111111111111111 4242424242424242 4012888888881881 4000056655665556 4222222222222 5555555555554444
  5105105105105100 5200828282828210 2223003122003222 378282246310005 371449635398431 6011111111111117
  6011000990139424 30569309025904 38520000023237 3530111333300000 3566002020360505`.split(/\s+/),
);

/** Characters of `value` that contain `wanted` letters and digits. */
function lengthHolding(value: string, wanted: number): number | undefined {
  let seen = 0;
  for (let i = 0; i < value.length; i++) {
    if (/[0-9A-Za-z]/.test(value[i] as string)) seen += 1;
    if (seen === wanted) return i + 1;
  }
  return undefined;
}

/** Mixed case, or lower case with irregular gaps, is prose that passes by chance. */
function isSpacedEvenly(text: string): boolean {
  const account = text.slice(2);
  if (account !== account.toUpperCase() && account !== account.toLowerCase()) return false;
  const groups = text.split(/[^0-9A-Za-z]+/);
  return (
    groups.length === 1 || text === text.toUpperCase() || groups.slice(0, -1).every((g) => g.length === 4)
  );
}

function mod97(id: string): number {
  let rest = 0;
  for (const char of id.slice(4) + id.slice(0, 4)) {
    const n = Number.parseInt(char, 36);
    rest = (rest * (n > 9 ? 100 : 10) + n) % 97;
  }
  return rest;
}

/** Issuer ranges and the lengths they use. */
const ISSUERS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^(?:1|3[47])/, [15]],
  [/^(?:30[0-5]|3[689]|309)/, [14]],
  [/^(?:6011|64[4-9]|65|62)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^(?:50|5[6-9]|67|63)/, [16, 18, 19]],
];

export const card: Validator = (value, neighbours) => {
  const id = digitsOf(value);
  const isIssued = ISSUERS.some(([prefix, lengths]) => prefix.test(id) && lengths.includes(id.length));
  const isWhole = !isGluedNumber(neighbours) && !/[$#=]$/.test(neighbours.before.replace(/[:=]$/, ''));
  if (!isIssued || !isWhole || isOneDigit(id) || /0{11}$/.test(id) || isAmidGroups(value, neighbours))
    return false;
  if (!hasCardGroups(value) || !luhn(id)) return false;
  return { normal: id, checked: true, ...(EXAMPLES.has(id) && { example: true }) };
};

/** `5427 5446 5443 5433 5448 541B`: tables of code points continue in groups of four, cards do not. */
function isAmidGroups(value: string, { before, after }: { before: string; after: string }): boolean {
  if (!value.includes(' ')) return false;
  if (isCounting(value) || isInDump({ before, after })) return true;
  const left = /(?:^|[^0-9A-Za-z])([0-9A-Fa-f]{4}) $/.exec(before)?.[1] ?? '';
  const right = /^ ([0-9A-Fa-f]{4})(?![0-9A-Za-z])/.exec(after)?.[1] ?? '';
  return /\d/.test(left) || /\d/.test(right);
}

/** `5414 5415 5416 5417`: each group one more than the last, at least twice. */
function isCounting(value: string): boolean {
  const groups = value.split(' ').map(Number);
  return groups.slice(1).filter((group, i) => group - (groups[i] as number) === 1).length >= 2;
}

/** Four by four, or 4-6-5 and 4-6-4; one kind of separator. */
function hasCardGroups(value: string): boolean {
  if (/^\d+$/.test(value)) return true;
  if (new Set(value.replace(/\d/g, '')).size > 1) return false;
  const groups = value.split(/\D+/).map((group) => group.length);
  return /^(?:4,4,4,[1-4]|4,4,4,4,[1-3]|4,6,[45])$/.test(groups.join(','));
}

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
