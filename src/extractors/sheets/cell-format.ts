/**
 * Spreadsheet number formats: turns a numeric value and its format code into the displayed text, plus the raw value
 * if the file holds more than the display. A date's raw value is its ISO form, because its serial number is
 * meaningless and looks like other numbers.
 */
import { dateFromSerial, format, getFormatFromId, isDateFormat } from 'numfmt';

export type ShownValue = { readonly text: string; readonly raw?: string };

/** Days between the 1900 and the 1904 date systems. */
const DAYS_TO_1904 = 1462;
/** Excel itself allows 255 characters in a code. */
const MAX_CODE_CHARS = 1024;
/** The last id with a built-in format in any locale. */
const MAX_BUILT_IN = 81;
const MAX_CACHED_VALUES = 4096;
/** From this value on, General uses scientific notation. */
const GENERAL_MAX = 1e11;
/** General shows up to eleven characters without the sign; shorter values need no rounding. */
const MAX_GENERAL_CHARS = 11;

/** Built-in codes that follow the user's locale: displayed day first, with the ISO form as raw value. */
const LOCALE_DATES: Readonly<Record<number, string>> = { 14: 'dd/mm/yyyy', 22: 'dd/mm/yyyy hh:mm' };

/** The format code of a built-in number format id; General for unknown ones. */
export function builtInFormat(id: number): string {
  if (!(id >= 0 && id <= MAX_BUILT_IN)) return 'General';
  return LOCALE_DATES[id] ?? String(getFormatFromId(id) ?? 'General');
}

/** A number in full, never in scientific notation where digits would be lost. */
export function plainNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return Math.abs(value) >= 1e21 && Math.abs(value) < 1e40 ? BigInt(value).toString() : text;
}

/** One format code, with a cache of formatted values. */
export class CellFormat {
  readonly isDate: boolean;
  /** True for formats that display nothing, such as `;;;`: the cell's value is hidden. */
  readonly isBlank: boolean;
  readonly #code: string;
  readonly #isGeneral: boolean;
  /** Decimals of the plain formats `0`, `0.00` and so on; -1 for others. */
  readonly #decimals: number;
  readonly #shown = new Map<number, ShownValue>();

  constructor(
    code: string,
    private readonly date1904 = false,
  ) {
    this.#code = code.length > MAX_CODE_CHARS ? 'General' : code;
    this.#isGeneral = /^(general|@|standard)$/i.test(this.#code) || this.#code === '';
    this.#decimals = /^0(\.0{1,9})?$/.test(this.#code) ? Math.max(0, this.#code.length - 2) : -1;
    this.isDate = !this.#isGeneral && isDateCode(this.#code);
    this.isBlank = /^[\s;]*;[\s;]*$/.test(this.#code);
  }

  show(value: number): ShownValue {
    return this.#showPlain(value) ?? this.#showCached(value);
  }

  /** The formats of most cells, without the general code, which is far slower. */
  #showPlain(value: number): ShownValue | undefined {
    if (this.#isGeneral) {
      const text = String(value);
      const isShort = text.length <= MAX_GENERAL_CHARS && !text.includes('e');
      return isShort && Math.abs(value) < GENERAL_MAX ? { text } : undefined;
    }
    if (this.#decimals < 0) return undefined;
    const scale = 10 ** this.#decimals;
    // Rounds half up in decimal notation, not by the binary fraction.
    const scaled = Math.round(Math.abs(value) * scale * (1 + Number.EPSILON));
    if (scaled > Number.MAX_SAFE_INTEGER) return undefined;
    const digits = (scaled / scale).toFixed(this.#decimals);
    const text = value < 0 && scaled > 0 ? `-${digits}` : digits;
    const raw = String(value);
    return raw === text ? { text } : { text, raw: plainNumber(value) };
  }

  #showCached(value: number): ShownValue {
    const known = this.#shown.get(value);
    if (known) return known;
    if (this.#shown.size >= MAX_CACHED_VALUES) this.#shown.clear();
    const shown = this.#render(value);
    this.#shown.set(value, shown);
    return shown;
  }

  #render(value: number): ShownValue {
    const serial = this.isDate && this.date1904 ? value + DAYS_TO_1904 : value;
    const text = this.#format(serial) ?? plainNumber(value);
    const raw = this.isDate ? isoDate(serial) : plainNumber(value);
    return raw === undefined || raw === text ? { text } : { text, raw };
  }

  #format(value: number): string | undefined {
    try {
      const text = format(this.#code, value, { throws: false, nbsp: false }).trim();
      return /^#+$/.test(text) ? undefined : text;
    } catch {
      return undefined;
    }
  }
}

function isDateCode(code: string): boolean {
  try {
    return isDateFormat(code);
  } catch {
    return false;
  }
}

/** `yyyy-mm-dd` of a serial with a day; undefined for a time of day or an invalid date. */
function isoDate(serial: number): string | undefined {
  if (serial < 1 || serial > 2_958_465) return undefined;
  const [year, month, day] = dateFromSerial(serial);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
