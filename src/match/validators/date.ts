/**
 * Birth dates of people of working age: 1930 to 2010, in European and US notations, with month names in six
 * languages. Output: ISO 8601 if the order of day and month is unambiguous, otherwise day first.
 */
import type { Validator } from '../../core/rule.js';

const FIRST_YEAR = 1930;
const LAST_YEAR = 2010;

/** First letters, without accents, that identify a month in FR, EN, DE, ES, IT and NL. */
const MONTHS: readonly RegExp[] = [
  /^(?:jan|ene|gen)/,
  /^(?:f[e]?[bv])/,
  /^(?:mar|mr[zt]|maar|mae)/,
  /^(?:a[vpb]r)/,
  /^(?:ma[iyg]|mei|may)/,
  /^(?:juin|jun|giu)/,
  /^(?:juil|jul|lug)/,
  /^(?:aou|aug|ago)/,
  /^(?:sep|set)/,
  /^(?:o[ckt]t)/,
  /^(?:nov)/,
  /^(?:de[czs]|dic|dez)/,
];

export const birthDate: Validator = (value, { before, after }) => {
  if (/[\p{N}_]$|\p{N}[/.-]$/u.test(before) || /^[\p{N}_]|^[/.-]\p{N}/u.test(after)) return false;
  const date = isoDate(value) ?? numericDate(value) ?? writtenDate(value);
  return date === undefined ? false : { normal: date };
};

function isoDate(value: string): string | undefined {
  const match = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?$/.exec(value);
  return match ? dated(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

function numericDate(value: string): string | undefined {
  const match = /^(\d{1,2})[/. -]{1,3}(\d{1,2})[/. -]{1,3}(\d{4}|\d{2})(?: .*)?$/.exec(value);
  if (!match) return undefined;
  const [a, b] = [Number(match[1]), Number(match[2])];
  const year = fullYear(match[3] as string);
  return dated(year, b, a) ?? dated(year, a, b);
}

function writtenDate(value: string): string | undefined {
  const text = value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const dayFirst =
    /^(\d{1,2})(?:er|st|nd|rd|th|\.|º)?[ -](?:de |of )?([a-z]{3,10})\.?,?[ -](?:de |del )?(\d{4}|\d{2})$/.exec(
      text,
    );
  if (dayFirst)
    return dated(fullYear(dayFirst[3] as string), monthOf(dayFirst[2] as string), Number(dayFirst[1]));
  const monthFirst = /^([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text);
  if (!monthFirst) return undefined;
  return dated(Number(monthFirst[3]), monthOf(monthFirst[1] as string), Number(monthFirst[2]));
}

function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.test(name)) + 1;
}

/** Two digits: 10 and below are the 2000s. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year <= LAST_YEAR - 2000 ? 2000 + year : 1900 + year;
}

function dated(year: number, month: number, day: number): string | undefined {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return undefined;
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
