/** Excel's XML spreadsheets of 2003 (SpreadsheetML): one table per worksheet, hidden rows and sheets flagged. */
import type { PartWriter } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { RowGatherer } from '../sheets/xlsx-row.js';
import { isTrue } from '../sheets/xlsx-workbook.js';
import { LazyText } from './record-table.js';

const MAX_CELL_CHARS = 1 << 20;

export class SpreadsheetXmlReader implements XmlHandler {
  #rows: RowGatherer | undefined;
  #sheet = '';
  #row = 0;
  #column = 0;
  #hiddenColumn = 0;
  /** The element that receives character data. */
  #holder: '' | 'cell' | 'comment' | 'other' = 'other';
  #text = '';
  readonly #comments: string[] = [];
  readonly #other: LazyText;

  constructor(private readonly out: PartWriter) {
    this.#other = new LazyText(out);
  }

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'Worksheet') this.#startSheet(attrs);
    else if (name === 'Column') this.#col(attrs);
    else if (name === 'Row') this.#startRow(attrs);
    else if (name === 'Cell') {
      const index = Number(attrs.get('Index') ?? 0);
      this.#column = index > 0 ? index : this.#column + 1;
      this.#text = '';
      const link = attrs.get('HRef');
      if (link) this.#other.write(`${link}\n`);
    } else if (name === 'Data' && this.#holder !== 'comment') this.#holder = 'cell';
    else if (name === 'Comment') this.#startComment(attrs);
    else if (name === 'NamedRange')
      this.#other.write(`${attrs.get('Name') ?? ''}: ${attrs.get('RefersTo') ?? ''}\n`);
  }

  #startSheet(attrs: XmlAttributes): void {
    this.#endSheet();
    this.#sheet = attrs.get('Name') ?? '';
    // The sheet's visibility follows its rows (WorksheetOptions), too late for its table.
    this.#rows = new RowGatherer(this.out, { sheet: this.#sheet });
    this.#row = 0;
    this.#hiddenColumn = 0;
  }

  #col(attrs: XmlAttributes): void {
    const first = Number(attrs.get('Index') ?? this.#hiddenColumn + 1);
    this.#hiddenColumn = first + Number(attrs.get('Span') ?? 0);
    if (isTrue(attrs.get('Hidden'))) this.#rows?.hideColumns(first, this.#hiddenColumn);
  }

  #startRow(attrs: XmlAttributes): void {
    const index = Number(attrs.get('Index') ?? 0);
    this.#row = index > 0 ? index : this.#row + 1;
    this.#column = 0;
    this.#rows?.startRow(this.#row, isTrue(attrs.get('Hidden')));
  }

  #startComment(attrs: XmlAttributes): void {
    this.#flushCell();
    this.#holder = 'comment';
    this.#text = `${attrs.get('Author') ?? ''}\n`;
  }

  text(text: string): void {
    if (this.#holder === 'other') {
      if (text.trim() !== '') this.#other.write(`${text}\n`);
    } else if (this.#holder !== '' && this.#text.length < MAX_CELL_CHARS) this.#text += text;
  }

  comment(text: string): void {
    this.#other.write(`${text}\n`);
  }

  close(name: string): void {
    if (name === 'Data' && this.#holder === 'cell') {
      this.#flushCell();
      this.#holder = '';
    } else if (name === 'Comment') {
      this.#comments.push(this.#text);
      this.#text = '';
      this.#holder = '';
    } else if (name === 'Row') this.#rows?.endRow();
    else if (name === 'Table') this.#rows?.end();
    else if (name === 'Worksheet') this.#endSheet();
    if (name === 'DocumentProperties' || name === 'Worksheet') this.#holder = 'other';
  }

  #flushCell(): void {
    const text = this.#text.replace(/T00:00:00\.000$/, '');
    this.#text = '';
    if (this.#holder === 'cell' && text !== '') this.#rows?.add(this.#column, text);
  }

  #endSheet(): void {
    this.#rows?.end();
    this.#rows = undefined;
    if (this.#comments.length === 0) return;
    const flow = this.out.text({ sheet: this.#sheet, part: 'comment', hidden: 'comment' });
    flow.write(this.#comments.splice(0).join('\n\n'));
    flow.end();
  }

  end(): void {
    this.#endSheet();
    this.#other.end();
  }
}
