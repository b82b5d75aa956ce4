/**
 * XML handlers for the workbook part (sheets, names and date system) and the styles part (number formats), with
 * bounded memory.
 */

import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { decodeXstring } from '../office/xstring.js';
import { builtInFormat, CellFormat } from './cell-format.js';

export type SheetEntry = { readonly name: string; readonly relationship: string; readonly hidden?: string };

const MAX_SHEETS = 100_000;
const MAX_NAMES = 100_000;
const MAX_STYLES = 1_000_000;
const MAX_NAME_CHARS = 65_536;

/** XML booleans. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}

/** The kind of hiding for a sheet's state. */
export function sheetHiding(state: string | undefined): string | undefined {
  if (state === 'hidden') return 'hidden-sheet';
  return state?.toLowerCase() === 'veryhidden' ? 'very-hidden-sheet' : undefined;
}

export class WorkbookReader implements XmlHandler {
  readonly sheets: SheetEntry[] = [];
  readonly definedNames: string[] = [];
  date1904 = false;
  #name: string | undefined;
  #value = '';

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'sheet') this.#sheet(attrs);
    else if (name === 'workbookPr') this.date1904 = isTrue(attrs.get('date1904'));
    else if (name === 'definedName') {
      this.#name = attrs.get('name') ?? '';
      this.#value = attrs.get('comment') ?? '';
      if (this.#value) this.#value += ' ';
    }
  }

  #sheet(attrs: XmlAttributes): void {
    if (this.sheets.length >= MAX_SHEETS) return;
    const name = decodeXstring(attrs.get('name') ?? '');
    this.sheets.push({
      name,
      relationship: attrs.prefixed('id') ?? '',
      hidden: sheetHiding(attrs.get('state')),
    });
  }

  text(text: string): void {
    if (this.#name !== undefined && this.#value.length < MAX_NAME_CHARS) this.#value += text;
  }

  close(name: string): void {
    if (name !== 'definedName' || this.#name === undefined) return;
    if (this.definedNames.length < MAX_NAMES) this.definedNames.push(`${this.#name}: ${this.#value}`);
    this.#name = undefined;
  }
}

/** Number formats by cell style index. */
export class StylesReader implements XmlHandler {
  /** Set before formatOf() is used. */
  date1904 = false;
  readonly #codes = new Map<number, string>();
  readonly #formatIds: number[] = [];
  readonly #formats = new Map<number, CellFormat>();
  #section = '';

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'numFmts' || name === 'cellXfs') this.#section = name;
    else if (name === 'numFmt' && this.#section === 'numFmts' && this.#codes.size < MAX_STYLES) {
      this.#codes.set(Number(attrs.get('numFmtId')), decodeXstring(attrs.get('formatCode') ?? 'General'));
    } else if (name === 'xf' && this.#section === 'cellXfs' && this.#formatIds.length < MAX_STYLES) {
      this.#formatIds.push(Number(attrs.get('numFmtId') ?? 0));
    }
  }

  close(name: string): void {
    if (name === this.#section) this.#section = '';
  }

  text(): void {}

  /** The format of cells with style index `style` (the `s` attribute). */
  formatOf(style: number): CellFormat {
    const id = this.#formatIds[style] ?? 0;
    let found = this.#formats.get(id);
    if (!found) {
      found = new CellFormat(this.#codes.get(id) ?? builtInFormat(id), this.date1904);
      this.#formats.set(id, found);
    }
    return found;
  }
}
