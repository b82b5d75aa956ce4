/**
 * Reads the text of one part of a Word or PowerPoint package (or a drawing in one) into a DocumentText: runs rejoined
 * by paragraph, tables as tables, text boxes, and apart from them tracked deletions, hidden text, field codes, form
 * defaults, alternative texts and comment authors. Element names come without prefix; WordprocessingML and DrawingML
 * share the relevant ones (p, r, t, tbl, tr, tc).
 */
import type { Place } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import type { DocumentText } from '../office/document-text.js';
import { isOn } from './ooxml-styles.js';

export type OfficeTextOptions = {
  /** Styles whose text is hidden (styles.xml). */
  readonly hiddenStyles?: ReadonlySet<string>;
  /** Further elements whose character data is text, besides `t` and similar ones. */
  readonly textElements?: ReadonlySet<string>;
  /** Collects the names of authors of changes and comments. */
  readonly authors?: Set<string>;
};

const MAX_AUTHORS = 10_000;
const DELETED = { hidden: 'tracked-deletion' };
const VANISHED = { hidden: 'hidden-text' };
const FIELD = { part: 'field' };
const FORM = { part: 'form-field', hidden: 'form-field' };
const ALTERNATIVE = { part: 'alt-text', hidden: 'alt-text' };
/** Elements that hold an older version or a copy of other content. */
const SKIPPED = new Set(['Fallback', 'pPrChange', 'rPrChange', 'sectPrChange', 'tblPrChange']);
/** Elements that hold their value in attributes: the place for it, and the attributes. */
const VALUES: ReadonlyMap<string, readonly [place: Place, ...attributes: string[]]> = new Map([
  ['listItem', [FORM, 'displayText', 'value']],
  ['listEntry', [FORM, 'val']],
  ['default', [FORM, 'val']],
  ['helpText', [FORM, 'val']],
  ['statusText', [FORM, 'val']],
  ['docPr', [ALTERNATIVE, 'descr', 'title']],
  ['cNvPr', [ALTERNATIVE, 'descr', 'title']],
  ['imagedata', [ALTERNATIVE, 'title']],
  ['shape', [ALTERNATIVE, 'alt']],
  ['textpath', [{ part: 'text-box' }, 'string']],
]);

export class OfficeText implements XmlHandler {
  #depth = 0;
  #skipDepth = 0;
  #deleted = 0;
  #runs = 0;
  #properties = 0;
  #textKind: 'text' | 'deleted' | 'field' | undefined;
  #runHidden = false;
  #paragraphHidden = false;
  /** Depth of the hidden shape, or 0. */
  #hiddenShape = 0;
  #span = 1;

  constructor(
    private readonly target: DocumentText,
    private readonly options: OfficeTextOptions = {},
  ) {}

  open(name: string, attrs: XmlAttributes): void {
    this.#depth += 1;
    if (this.#skipDepth > 0) return;
    if (SKIPPED.has(name)) {
      this.#skipDepth = this.#depth;
      return;
    }
    const value = VALUES.get(name);
    if (value) this.#value(value, attrs);
    this.#openElement(name, attrs);
  }

  #openElement(name: string, attrs: XmlAttributes): void {
    switch (name) {
      case 't':
      case 'delText':
      case 'instrText':
      case 'delInstrText':
        this.#textKind = name === 't' ? 'text' : name === 'delText' ? 'deleted' : 'field';
        return;
      case 'r':
      case 'fld':
        this.#runs += 1;
        this.#runHidden = false;
        return;
      case 'p':
        this.#paragraphHidden = false;
        return;
      case 'rPr':
      case 'pPr':
        this.#properties += 1;
        return;
      case 'del':
      case 'moveFrom':
        this.#deleted += 1;
        this.#author(attrs);
        return;
      case 'tbl':
        this.target.openTable();
        return;
      case 'tr':
        this.target.openRow();
        return;
      case 'tc':
        this.#span = Number(attrs.get('gridSpan') ?? 1) || 1;
        this.target.openCell();
        return;
      case 'txbxContent':
        this.target.openAside({ part: 'text-box' });
        return;
      default:
        this.#openOther(name, attrs);
    }
  }

  #openOther(name: string, attrs: XmlAttributes): void {
    switch (name) {
      case 'br':
      case 'cr':
        this.#write('\n');
        return;
      case 'tab':
      case 'ptab':
        // In a paragraph's properties it is a tab stop.
        if (this.#properties === 0) this.#write('\t');
        return;
      case 'noBreakHyphen':
        this.#write('-');
        return;
      case 'vanish':
        // In the properties of a paragraph it concerns the paragraph mark.
        if (this.#runs > 0 && this.#properties === 1 && isOn(attrs.get('val'))) this.#runHidden = true;
        return;
      case 'rStyle':
        if (this.options.hiddenStyles?.has(attrs.get('val') ?? '')) this.#runHidden = true;
        return;
      case 'pStyle':
        if (this.options.hiddenStyles?.has(attrs.get('val') ?? '')) this.#paragraphHidden = true;
        return;
      case 'hidden':
        if (isOn(attrs.get('val'))) this.target.hideRow('row');
        return;
      case 'gridSpan':
        this.#span = Number(attrs.get('val') ?? 1) || 1;
        return;
      case 'fldSimple':
        this.target.aside(FIELD, `${attrs.get('instr') ?? ''}\n`);
        return;
      case 'ins':
      case 'moveTo':
        this.#author(attrs);
        return;
      case 'comment':
        this.#author(attrs);
        if (attrs.get('author')) this.target.write(`${attrs.get('author')}: `);
        return;
      case 'cNvPr':
        // A shape is the grandparent of its non-visual properties.
        if (this.#hiddenShape === 0 && attrs.get('hidden') === '1') this.#hiddenShape = this.#depth - 2;
        return;
      default:
        if (this.options.textElements?.has(name)) this.#textKind = 'text';
    }
  }

  close(name: string): void {
    this.#depth -= 1;
    if (this.#skipDepth > 0) {
      if (this.#depth < this.#skipDepth) this.#skipDepth = 0;
      return;
    }
    if (this.#depth < this.#hiddenShape) this.#hiddenShape = 0;
    switch (name) {
      case 't':
      case 'delText':
      case 'instrText':
      case 'delInstrText':
        this.#textKind = undefined;
        return;
      case 'r':
      case 'fld':
        this.#runs = Math.max(0, this.#runs - 1);
        return;
      case 'p':
        this.#paragraphHidden = false;
        this.target.endParagraph();
        return;
      case 'rPr':
      case 'pPr':
        this.#properties = Math.max(0, this.#properties - 1);
        return;
      case 'del':
      case 'moveFrom':
        this.#deleted = Math.max(0, this.#deleted - 1);
        return;
      case 'tbl':
        this.target.closeTable();
        return;
      case 'tr':
        this.target.closeRow();
        return;
      case 'tc':
        this.target.closeCell(this.#span);
        this.#span = 1;
        return;
      case 'txbxContent':
        this.target.closeAside();
        return;
      default:
        if (this.#textKind && this.options.textElements?.has(name)) this.#endTextElement();
    }
  }

  text(text: string): void {
    if (this.#textKind === undefined || this.#skipDepth > 0) return;
    if (this.#textKind === 'field') this.target.aside(FIELD, text);
    else if (this.#textKind === 'deleted' || this.#deleted > 0) this.target.aside(DELETED, text);
    else this.#write(text);
  }

  #write(text: string): void {
    if (this.#deleted > 0) this.target.aside(DELETED, text);
    else if (this.#runHidden || this.#paragraphHidden) this.target.aside(VANISHED, text);
    else if (this.#hiddenShape > 0) this.target.aside({ hidden: 'hidden-shape' }, text);
    else this.target.write(text);
  }

  #endTextElement(): void {
    this.#textKind = undefined;
    this.target.endParagraph();
  }

  #value([place, ...names]: readonly [Place, ...string[]], attrs: XmlAttributes): void {
    const values = new Set(names.map((name) => attrs.get(name) ?? '').filter(Boolean));
    for (const value of values) this.target.aside(place, `${value}\n`);
  }

  #author(attrs: XmlAttributes): void {
    const author = attrs.get('author');
    const { authors } = this.options;
    if (author && authors && authors.size < MAX_AUTHORS) authors.add(author);
  }
}
