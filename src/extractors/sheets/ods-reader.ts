/**
 * Turns XML events of an OpenDocument spreadsheet part into tables and texts. Hidden sheets are recognised by their
 * style, rows and columns by their visibility. A repeated cell is emitted a limited number of times; repeated rows
 * are emitted once with their own number.
 */
import type { PartWriter } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { MAX_COLUMNS, MAX_ROWS } from './xlsx-cell-ref.js';
import { RowGatherer } from './xlsx-row.js';

const MAX_REPEATED_CELLS = 64;
const MAX_CELL_CHARS = 1 << 20;
const MAX_STYLES = 100_000;

/** Elements whose text is a separate part, with the kind of hiding that flags it. */
const PARTS: Readonly<Record<string, string>> = {
  annotation: 'comment',
  'content-validation': 'validation',
  header: 'header-footer',
  'header-left': 'header-footer',
  'header-first': 'header-footer',
  footer: 'header-footer',
  'footer-left': 'header-footer',
  'footer-first': 'header-footer',
  'tracked-changes': 'tracked-deletion',
  meta: 'metadata',
  shapes: 'drawing',
  frame: 'drawing',
  'custom-shape': 'drawing',
};

type Cell = { repeated: number; type: string; value: string; text: string };

export class OdsReader implements XmlHandler {
  readonly #hiddenStyles = new Set<string>();
  #style = '';
  #sheet: string | undefined;
  #rows: RowGatherer | undefined;
  #row = 0;
  #rowRepeat = 1;
  #column = 0;
  #cell: Cell | undefined;
  /** The part that currently receives text, if it is not a cell; with the nesting depth of its element in itself. */
  #part: { name: string; kind: string; depth: number; text: string } | undefined;
  #skipText = false;
  #depthInTable = 0;

  constructor(private readonly out: PartWriter) {}

  open(name: string, attrs: XmlAttributes): void {
    if (this.#part) this.#openInPart(name, attrs);
    else if (PARTS[name] !== undefined) this.#startPart(name, attrs);
    else if (name === 'style') this.#style = attrs.get('name') ?? '';
    else if (name === 'table-properties') this.#tableStyle(attrs);
    else if (name === 'table') this.#table(attrs);
    else if (name === 'named-range' || name === 'named-expression') this.#named(attrs);
    else if (name === 'binary-data') this.#skipText = true;
    else if (this.#rows) this.#openInTable(name, attrs);
  }

  #tableStyle(attrs: XmlAttributes): void {
    if (attrs.get('display') === 'false' && this.#hiddenStyles.size < MAX_STYLES)
      this.#hiddenStyles.add(this.#style);
  }

  #table(attrs: XmlAttributes): void {
    this.#depthInTable += 1;
    // A table inside a cell is read as part of that cell.
    if (this.#depthInTable > 1) return;
    this.#sheet = attrs.get('name') ?? '';
    const hidden = this.#hiddenStyles.has(attrs.get('style-name') ?? '') ? 'hidden-sheet' : undefined;
    this.#rows = new RowGatherer(this.out, { sheet: this.#sheet, hidden });
    this.#row = 0;
    this.#column = 0;
  }

  #named(attrs: XmlAttributes): void {
    const said = [attrs.get('name'), attrs.get('cell-range-address') ?? attrs.get('expression')].join(': ');
    this.#write('defined-name', `${said}\n`);
  }

  #openInTable(name: string, attrs: XmlAttributes): void {
    if (name === 'table-column') this.#tableColumn(attrs);
    else if (name === 'table-row') this.#startRow(attrs);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#startCell(attrs);
    else if (this.#cell && name === 'tab') this.text('\t');
    else if (this.#cell && name === 's') this.text(' '.repeat(repeat(attrs.get('c'), MAX_REPEATED_CELLS)));
    else if (this.#cell && name === 'line-break') this.text('\n');
    else if (name === 'a') this.#write('hyperlink', `${attrs.get('href') ?? ''}\n`);
  }

  #tableColumn(attrs: XmlAttributes): void {
    const count = repeat(attrs.get('number-columns-repeated'), MAX_COLUMNS);
    if (isHidden(attrs)) this.#rows?.hideColumns(this.#column + 1, this.#column + count);
    this.#column += count;
  }

  #startRow(attrs: XmlAttributes): void {
    this.#rowRepeat = repeat(attrs.get('number-rows-repeated'), MAX_ROWS);
    this.#row += 1;
    this.#column = 0;
    this.#rows?.startRow(this.#row, isHidden(attrs));
  }

  #startCell(attrs: XmlAttributes): void {
    const value = attrs.get('date-value') ?? attrs.get('string-value') ?? attrs.get('value') ?? '';
    const repeated = repeat(attrs.get('number-columns-repeated'), MAX_COLUMNS);
    this.#cell = { repeated, type: attrs.get('value-type') ?? '', value, text: '' };
  }

  text(text: string): void {
    if (this.#skipText) return;
    const holder = this.#part ?? this.#cell;
    if (!holder || holder.text.length > MAX_CELL_CHARS) return;
    holder.text += text;
  }

  close(name: string): void {
    if (name === 'binary-data') this.#skipText = false;
    if (this.#part) this.#closeInPart(name);
    else if (name === 'table') this.#endTable();
    else if (!this.#rows) return;
    else if (name === 'p' && this.#cell) this.text('\n');
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#endCell();
    else if (name === 'table-row') {
      this.#rows.endRow();
      this.#row += this.#rowRepeat - 1;
    }
  }

  #endCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (!cell) return;
    const text = cell.text.replace(/\n$/, '') || cell.value;
    if (text !== '') {
      const raw = cell.value !== '' && cell.value !== text ? cell.value : undefined;
      const times = Math.min(cell.repeated, MAX_REPEATED_CELLS);
      for (let i = 1; i <= times; i++) this.#rows?.add(this.#column + i, text, { raw });
    }
    this.#column += cell.repeated;
  }

  #endTable(): void {
    this.#depthInTable = Math.max(0, this.#depthInTable - 1);
    if (this.#depthInTable > 0) return;
    this.#rows?.end();
    this.#rows = undefined;
    this.#sheet = undefined;
  }

  #startPart(name: string, attrs: XmlAttributes): void {
    this.#part = { name, kind: PARTS[name] as string, depth: 1, text: '' };
    this.#attributes(attrs);
  }

  #openInPart(name: string, attrs: XmlAttributes): void {
    const part = this.#part;
    if (!part) return;
    if (name === part.name) part.depth += 1;
    if (name === 'binary-data') this.#skipText = true;
    else if (name === 'tab' || name === 's') this.text(' ');
    else if (name === 'line-break') this.text('\n');
    this.#attributes(attrs);
  }

  /** Attribute values that are content: titles, links, conditions, names of user-defined properties. */
  #attributes(attrs: XmlAttributes): void {
    for (const key of ['href', 'condition', 'title', 'name'] as const) {
      const value = this.#part?.kind === 'drawing' && key === 'name' ? undefined : attrs.get(key);
      if (value) this.text(`${value} `);
    }
  }

  #closeInPart(name: string): void {
    const part = this.#part;
    if (!part) return;
    if (name === 'p' || name === 'h' || part.kind === 'metadata') this.text('\n');
    if (name !== part.name) return;
    part.depth -= 1;
    if (part.depth > 0) return;
    this.#part = undefined;
    this.#write(part.kind, part.text);
  }

  #write(kind: string, text: string): void {
    if (text.trim() === '') return;
    const flow = this.out.text({
      sheet: this.#sheet,
      part: kind,
      hidden: kind === 'hyperlink' ? undefined : kind,
    });
    flow.write(text);
    flow.end();
  }

  end(): void {
    if (this.#part) this.#write(this.#part.kind, this.#part.text);
    if (this.#cell) this.#endCell();
    this.#rows?.end();
  }
}

function repeat(value: string | undefined, most: number): number {
  const count = Number(value ?? 1);
  return count >= 1 ? Math.min(Math.floor(count), most) : 1;
}

/** Collapsed by the user, or excluded by a filter. */
function isHidden(attrs: XmlAttributes): boolean {
  const visibility = attrs.get('visibility');
  return visibility === 'collapse' || visibility === 'filter';
}
