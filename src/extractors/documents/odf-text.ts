/**
 * Reads an ODF text or presentation part (content.xml, styles.xml) into a DocumentText: paragraphs, tables as tables,
 * notes, annotations, text boxes, hidden text, tracked deletions, headers and footers of page styles, slides with
 * their number. Element names come without prefix. Also reads attributes that hold displayed values.
 */
import type { Place } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import type { DocumentText } from '../office/document-text.js';

/** Elements whose content is separate from the text around them. */
const ASIDES: ReadonlyMap<string, Place> = new Map([
  ['annotation', { part: 'comment', hidden: 'comment' }],
  ['text-box', { part: 'text-box' }],
  ['desc', { part: 'alt-text', hidden: 'alt-text' }],
  ['change-info', { part: 'metadata', hidden: 'metadata' }],
  ['deletion', { hidden: 'tracked-deletion' }],
  ['hidden-text', { hidden: 'hidden-text' }],
  ['hidden-paragraph', { hidden: 'hidden-text' }],
]);
const ENDNOTE: Place = { part: 'endnote' };
const FOOTNOTE: Place = { part: 'footnote' };
const HEADERS = /^(header|footer)(-left|-first)?$/;
/** Bounds memory; further links are dropped. */
const MAX_LINKS = 100_000;
/** The most spaces that one `s` element stands for: `c` can claim any number. */
const MAX_SPACES = 1000;
/** Attributes that hold a displayed or entered value. */
const VALUE_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ['hidden-text', ['string-value']],
  ['user-field-decl', ['name', 'string-value', 'value']],
  ['variable-set', ['string-value']],
  ['text', ['current-value', 'value']],
  ['textarea', ['current-value', 'value']],
  ['formatted-text', ['current-value', 'value']],
  ['combobox', ['current-value', 'value']],
  ['item', ['label']],
  ['option', ['label', 'value']],
  ['property', ['string-value']],
  ['image', ['alt']],
  ['dde-source', ['dde-topic', 'dde-item']],
]);

export class OdfText implements XmlHandler {
  readonly links = new Set<string>();
  #page = 0;
  #hiddenStyles = new Set<string>();
  #hiddenPages = new Set<string>();
  #style = '';
  /** Names of open elements that redirect text, innermost last. */
  readonly #open: string[] = [];
  #paragraphs = 0;
  #hiddenDepth = 0;
  #scripts = 0;
  #depth = 0;

  constructor(
    private readonly target: DocumentText,
    private readonly place: Place = {},
  ) {}

  open(name: string, attrs: XmlAttributes): void {
    this.#depth += 1;
    const href = attrs.get('href');
    if (href && /^[a-z][a-z0-9+.-]*:/i.test(href) && this.links.size < MAX_LINKS) this.links.add(href);
    this.#values(name, attrs);
    if (this.#openStyle(name, attrs) || this.#openTable(name, attrs)) return;
    switch (name) {
      case 'p':
      case 'h':
        this.#paragraphs += 1;
        this.#hide(attrs);
        return;
      case 'span':
        this.#hide(attrs);
        return;
      case 's':
        this.#write(' '.repeat(Math.min(Number(attrs.get('c') ?? 1) || 1, MAX_SPACES)));
        return;
      case 'tab':
        this.#write('\t');
        return;
      case 'line-break':
        this.#write('\n');
        return;
      case 'page':
        this.#openPage(attrs);
        return;
      case 'notes':
        this.#openAside(name, { part: 'notes', hidden: 'notes' });
        return;
      case 'note':
        this.#openAside(name, attrs.get('note-class') === 'endnote' ? ENDNOTE : FOOTNOTE);
        return;
      case 'script':
      case 'binary-data':
      case 'note-citation':
        this.#scripts += 1;
        return;
      default: {
        const aside = ASIDES.get(name);
        // All text of a slide is in boxes; only a box anchored in a paragraph is separate.
        if (name === 'text-box' && this.#paragraphs === 0) return;
        if (aside) this.#openAside(name, aside);
        else if (HEADERS.test(name))
          this.#openAside(name, { part: name.startsWith('h') ? 'header' : 'footer' });
      }
    }
  }

  #openAside(name: string, place: Place): void {
    this.#open.push(name);
    this.target.openAside(place);
  }

  /** Styles that hide text, and drawing page styles that hide slides. */
  #openStyle(name: string, attrs: XmlAttributes): boolean {
    if (name === 'style') this.#style = attrs.get('name') ?? '';
    else if (name === 'text-properties') {
      if (attrs.get('display') === 'none') this.#hiddenStyles.add(this.#style);
    } else if (name === 'drawing-page-properties') {
      if (attrs.get('visibility') === 'hidden') this.#hiddenPages.add(this.#style);
    } else return false;
    return true;
  }

  #openTable(name: string, attrs: XmlAttributes): boolean {
    switch (name) {
      case 'table':
        this.target.openTable();
        return true;
      case 'table-row':
        this.target.openRow();
        if (/collapse|filter/.test(attrs.get('visibility') ?? '')) this.target.hideRow('row');
        return true;
      case 'table-cell':
      case 'covered-table-cell':
        this.target.openCell();
        return true;
      default:
        return false;
    }
  }

  #openPage(attrs: XmlAttributes): void {
    this.#page += 1;
    const isHidden = this.#hiddenPages.has(attrs.get('style-name') ?? '');
    const place = { ...this.place, page: this.#page };
    this.target.moveTo(isHidden ? { ...place, hidden: 'hidden-slide' } : place);
  }

  #values(name: string, attrs: XmlAttributes): void {
    const wanted = VALUE_ATTRIBUTES.get(name);
    if (!wanted) return;
    const hidden = name === 'hidden-text' ? 'hidden-text' : undefined;
    for (const key of wanted) {
      const value = attrs.get(key);
      if (value) this.target.aside(hidden ? { hidden } : { part: 'form-field' }, `${value}\n`);
    }
  }

  /** A paragraph or span in a hidden style hides its content. */
  #hide(attrs: XmlAttributes): void {
    if (this.#hiddenDepth === 0 && this.#hiddenStyles.has(attrs.get('style-name') ?? '')) {
      this.#hiddenDepth = this.#depth;
    }
  }

  close(name: string): void {
    if (this.#depth === this.#hiddenDepth) this.#hiddenDepth = 0;
    this.#depth -= 1;
    switch (name) {
      case 'p':
      case 'h':
        this.#paragraphs = Math.max(0, this.#paragraphs - 1);
        this.target.endParagraph();
        return;
      case 'table':
        this.target.closeTable();
        return;
      case 'table-row':
        this.target.closeRow();
        return;
      case 'table-cell':
      case 'covered-table-cell':
        this.target.closeCell();
        return;
      case 'script':
      case 'binary-data':
      case 'note-citation':
        this.#scripts = Math.max(0, this.#scripts - 1);
        return;
      case 'creator':
      case 'date':
        if (this.#open.length > 0) this.target.write('\n');
        return;
      default:
        if (this.#open.at(-1) !== name) return;
        this.#open.pop();
        this.target.closeAside();
    }
  }

  text(text: string): void {
    if (this.#scripts > 0) return;
    // Outside paragraphs there is only white space between tags, and the names in annotations.
    if (this.#paragraphs === 0 && text.trim() === '') return;
    this.#write(this.#paragraphs > 0 ? text.replace(/[\r\n]+/g, ' ') : text);
  }

  #write(text: string): void {
    if (this.#hiddenDepth > 0) this.target.aside({ hidden: 'hidden-text' }, text);
    else this.target.write(text);
  }
}
