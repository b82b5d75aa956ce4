/**
 * Reads one worksheet's XML events into a table, row by row: values as displayed, hidden content flagged. Also
 * collects what is beside the cells (links, header and footer, formula literals, validations), bounded, which the
 * caller writes after the table.
 */
import type { PartWriter, TableOptions } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { decodeXstring } from '../office/xstring.js';
import { plainNumber } from './cell-format.js';
import type { SharedStrings } from './shared-strings.js';
import { columnOf, MAX_COLUMNS, rowOf } from './xlsx-cell-ref.js';
import { RowGatherer } from './xlsx-row.js';
import { isTrue, type StylesReader } from './xlsx-workbook.js';

export type SheetSide = 'hyperlink' | 'header-footer' | 'formula' | 'validation' | 'embedded-reference';

const MAX_SIDE_CHARS = 4 << 20;
/** Excel allows 32,767 characters per cell; a longer one is passed on in pieces of this size. */
const MAX_CELL_CHARS = 1 << 18;
/** Pieces overlap, so that no value is split. */
const OVERLAP_CHARS = 256;

const SIDES: Readonly<Record<string, SheetSide>> = {
  oddHeader: 'header-footer',
  evenHeader: 'header-footer',
  firstHeader: 'header-footer',
  oddFooter: 'header-footer',
  evenFooter: 'header-footer',
  firstFooter: 'header-footer',
  f: 'formula',
  formula1: 'validation',
  formula2: 'validation',
};

export class SheetReader implements XmlHandler {
  /** Texts beside the table, by kind. */
  readonly side = new Map<SheetSide, string>();
  /** Relationship ids of hyperlinks that are external: their targets are text too. */
  readonly linkIds: string[] = [];
  readonly #rows: RowGatherer;
  #inData = false;
  #type = '';
  #style = 0;
  #column = 0;
  #value = '';
  #capture: '' | 'value' | 'side' = '';
  #sideKind: SheetSide = 'formula';
  #phonetic = false;
  #rowsHiddenByDefault = false;

  constructor(
    out: PartWriter,
    options: TableOptions,
    private readonly book: { readonly strings: SharedStrings; readonly styles: StylesReader },
  ) {
    this.#rows = new RowGatherer(out, options);
  }

  open(name: string, attrs: XmlAttributes): void {
    if (this.#inData) this.#openInData(name, attrs);
    else this.#openAround(name, attrs);
  }

  #openInData(name: string, attrs: XmlAttributes): void {
    if (name === 'c') {
      const reference = attrs.get('r');
      this.#column = reference === undefined ? 0 : columnOf(reference);
      this.#style = Number(attrs.get('s') ?? 0);
      this.#type = attrs.get('t') ?? '';
      this.#value = '';
    } else if (name === 'v') this.#capture = 'value';
    else if (name === 't') this.#capture = this.#phonetic ? '' : 'value';
    else if (name === 'row') this.#row(attrs);
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'f') this.#startSide('formula');
  }

  #row(attrs: XmlAttributes): void {
    const hidden = attrs.get('hidden');
    const isHidden = hidden === undefined ? this.#rowsHiddenByDefault && !attrs.get('ht') : isTrue(hidden);
    this.#rows.startRow(rowOf(attrs.get('r') ?? ''), isHidden || Number(attrs.get('ht') ?? 1) === 0);
  }

  #openAround(name: string, attrs: XmlAttributes): void {
    if (name === 'sheetData') this.#inData = true;
    else if (name === 'col') this.#col(attrs);
    else if (name === 'sheetFormatPr') this.#rowsHiddenByDefault = isTrue(attrs.get('zeroHeight'));
    else if (name === 'hyperlink') this.#hyperlink(attrs);
    else if (name === 'dataValidation')
      this.#attributes('validation', attrs, ['promptTitle', 'prompt', 'errorTitle', 'error']);
    else if (name === 'protectedRange' || name === 'scenario')
      this.#attributes('validation', attrs, ['name', 'user', 'comment']);
    else if (name === 'inputCells' || name === 'filter') this.#attributes('validation', attrs, ['val']);
    else if (SIDES[name]) this.#startSide(SIDES[name]);
  }

  #col(attrs: XmlAttributes): void {
    const width = attrs.get('width');
    if (!isTrue(attrs.get('hidden')) && (width === undefined || Number(width) > 0)) return;
    this.#rows.hideColumns(Number(attrs.get('min') ?? 1), Number(attrs.get('max') ?? MAX_COLUMNS));
  }

  #hyperlink(attrs: XmlAttributes): void {
    const id = attrs.prefixed('id');
    if (id && this.linkIds.length < MAX_SIDE_CHARS / 64) this.linkIds.push(id);
    this.#attributes('hyperlink', attrs, ['display', 'tooltip', 'location']);
  }

  #attributes(kind: SheetSide, attrs: XmlAttributes, names: readonly string[]): void {
    for (const name of names) this.#addSide(kind, attrs.get(name) ?? '');
  }

  #startSide(kind: SheetSide): void {
    this.#capture = 'side';
    this.#sideKind = kind;
    this.#value = '';
  }

  #addSide(kind: SheetSide, text: string): void {
    const held = this.side.get(kind) ?? '';
    if (text === '' || held.length > MAX_SIDE_CHARS) return;
    this.side.set(kind, `${held}${decodeXstring(text)}\n`);
  }

  text(text: string): void {
    if (this.#capture === '') return;
    if (this.#value === '') this.#value = text;
    else this.#value += text;
    if (this.#value.length > MAX_CELL_CHARS) this.#overflow();
  }

  /** Passes on the start of an oversized value and keeps the overlap. */
  #overflow(): void {
    while (this.#value.length > MAX_CELL_CHARS) {
      const piece = this.#value.slice(0, MAX_CELL_CHARS);
      if (this.#capture === 'value') this.#rows.add(this.#column, piece);
      else this.#addSide(this.#sideKind, piece);
      this.#value = this.#value.slice(MAX_CELL_CHARS - OVERLAP_CHARS);
    }
  }

  close(name: string): void {
    if (this.#capture === 'side' && SIDES[name]) this.#endSide(name);
    else if (name === 'v' || name === 't') this.#capture = '';
    else if (!this.#inData) return;
    else if (name === 'c') this.#cell();
    else if (name === 'row') this.#rows.endRow();
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'sheetData') {
      this.#inData = false;
      this.#rows.end();
    }
  }

  #endSide(name: string): void {
    this.#capture = '';
    const text = this.#value;
    this.#value = '';
    if (name.endsWith('er')) this.#addSide('header-footer', stripHeaderCodes(text));
    // Cell references carry no content; only literals in formulas do.
    else if (text.includes('"')) this.#addSide(this.#sideKind, text);
  }

  #cell(): void {
    const value = this.#value;
    this.#value = '';
    if (value === '') {
      this.#rows.column = this.#column > 0 ? this.#column : this.#rows.column + 1;
      return;
    }
    if (this.#type === 's') this.#rows.add(this.#column, this.book.strings.get(Number(value)));
    else if (this.#type === '' || this.#type === 'n') this.#number(value);
    else if (this.#type === 'b')
      this.#rows.add(this.#column, value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : value);
    else this.#rows.add(this.#column, decodeXstring(value));
  }

  #number(value: string): void {
    const number = Number(value);
    if (!Number.isFinite(number)) {
      this.#rows.add(this.#column, value);
      return;
    }
    const format = this.book.styles.formatOf(this.#style);
    const shown = format.show(number);
    if (format.isBlank) this.#rows.add(this.#column, plainNumber(number), { hidden: 'hidden-format' });
    else this.#rows.add(this.#column, shown.text, shown);
  }

  end(): void {
    this.#rows.end();
  }
}

/** Header and footer text without its layout codes: `&C&"Arial,Bold"&12Title` is `Title`. */
export function stripHeaderCodes(text: string): string {
  return text
    .replace(/&(&|"[^"]*"|\d{1,3}|K(?:[\da-fA-F]{6}|\d\d[+-]\d{3})|[A-Za-z])/g, (_, code: string) => {
      if (code === '&') return '&';
      return /^[LCR]$/i.test(code) ? '\n' : '';
    })
    .trim();
}
