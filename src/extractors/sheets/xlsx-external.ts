/** What a workbook stores of other workbooks that it refers to: their paths, and cached cells as tables. */
import type { PartWriter } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import type { OfficePackage } from '../office/office-package.js';
import { decodeXstring } from '../office/xstring.js';
import { columnOf, rowOf } from './xlsx-cell-ref.js';
import { RowGatherer } from './xlsx-row.js';

const KIND = 'external-link';
const MAX_SHEETS = 10_000;
const MAX_CELL_CHARS = 1 << 18;

export async function readExternalLink(pack: OfficePackage, part: string): Promise<void> {
  const { out } = pack.io;
  const reader = new ExternalReader(out);
  await pack.xml(part, reader);
  reader.end();
  const targets = (await pack.relationships(part)).filter((rel) => rel.external).map((rel) => rel.target);
  const lines = [...targets, ...reader.names];
  if (lines.length === 0) return;
  const flow = out.text({ part: KIND, hidden: KIND });
  flow.write(`${lines.join('\n')}\n`);
  flow.end();
}

class ExternalReader implements XmlHandler {
  readonly names: string[] = [];
  readonly #sheets: string[] = [];
  #rows: RowGatherer | undefined;
  #column = 0;
  #value: string | undefined;

  constructor(private readonly out: PartWriter) {}

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'sheetName' && this.#sheets.length < MAX_SHEETS) this.#sheets.push(attrs.get('val') ?? '');
    else if (name === 'definedName' && this.names.length < MAX_SHEETS) {
      this.names.push(`${attrs.get('name') ?? ''}: ${attrs.get('refersTo') ?? ''}`);
    } else if (name === 'ddeLink' || name === 'oleLink') {
      this.names.push(
        [attrs.get('ddeService'), attrs.get('ddeTopic'), attrs.get('progId')].filter(Boolean).join(' '),
      );
    } else if (name === 'sheetData') this.#startSheet(Number(attrs.get('sheetId') ?? 0));
    else if (name === 'row') this.#rows?.startRow(rowOf(attrs.get('r') ?? ''), false);
    else if (name === 'cell') this.#column = columnOf(attrs.get('r') ?? '');
    else if (name === 'v') this.#value = '';
  }

  #startSheet(index: number): void {
    this.#rows?.end();
    this.#rows = new RowGatherer(this.out, { sheet: this.#sheets[index], part: KIND, hidden: KIND });
  }

  text(text: string): void {
    if (this.#value !== undefined && this.#value.length < MAX_CELL_CHARS) this.#value += text;
  }

  close(name: string): void {
    if (name === 'v' && this.#value !== undefined) {
      const text = decodeXstring(this.#value);
      if (this.#rows) this.#rows.add(this.#column, text);
      else if (this.names.length < MAX_SHEETS) this.names.push(text);
      this.#value = undefined;
    } else if (name === 'row') this.#rows?.endRow();
    else if (name === 'sheetData') this.end();
  }

  end(): void {
    this.#rows?.end();
    this.#rows = undefined;
  }
}
