/**
 * Pivot caches: a copy of the source rows that remains when the source sheet is deleted. Records become rows of a
 * table with the cache's field names; shared items that no record uses (deleted, or cached without records) become
 * one-column tables.
 */
import type { TableFlow } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import type { OfficePackage } from '../office/office-package.js';
import { decodeXstring } from '../office/xstring.js';

const KIND = 'pivot-cache';
const MAX_FIELDS = 16_384;
const MAX_ITEM_CHARS = 64 << 20;

type Field = { readonly name: string; readonly items: string[]; readonly used: Set<number> };

/** Elements that hold one value: string, number, date, boolean, error, missing. */
const VALUES: ReadonlySet<string> = new Set(['s', 'n', 'd', 'b', 'e', 'm']);

export async function readPivotCache(pack: OfficePackage, part: string): Promise<void> {
  const definition = new DefinitionReader();
  await pack.xml(part, definition);
  const { out } = pack.io;
  if (definition.overflowed) out.partial('limit-memory');
  const { fields } = definition;
  const records = (await pack.relationships(part)).find((rel) => rel.type === 'pivotCacheRecords');
  if (records && pack.take(records.target)) {
    const table = out.table({ part: KIND, hidden: KIND, columns: fields.map((field) => field.name) });
    await pack.xml(records.target, new RecordsReader(table, fields));
    table.end();
  }
  for (const field of fields) {
    const unused = field.items.filter((item, index) => item !== '' && !field.used.has(index));
    if (unused.length === 0) continue;
    const table = out.table({ part: KIND, hidden: KIND, columns: [field.name] });
    for (const item of unused) table.row([item]);
    table.end();
  }
  writeSource(pack, definition.source);
}

function writeSource(pack: OfficePackage, source: string): void {
  if (source.trim() === '') return;
  const flow = pack.io.out.text({ part: KIND, hidden: KIND });
  flow.write(source);
  flow.end();
}

class DefinitionReader implements XmlHandler {
  readonly fields: Field[] = [];
  /** The user who refreshed it and its source. */
  source = '';
  overflowed = false;
  #inItems = false;
  #chars = 0;

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'cacheField') this.#field(attrs);
    else if (name === 'sharedItems' || name === 'groupItems') this.#inItems = true;
    else if (this.#inItems && VALUES.has(name)) this.#item(attrs.get('v') ?? '');
    else if (name === 'worksheetSource' || name === 'rangeSet' || name === 'pivotCacheDefinition') {
      const said = ['refreshedBy', 'sheet', 'name', 'ref'].map((key) => attrs.get(key)).filter(Boolean);
      if (said.length > 0 && this.source.length < MAX_FIELDS) this.source += `${said.join(' ')}\n`;
    }
  }

  #field(attrs: XmlAttributes): void {
    if (this.fields.length >= MAX_FIELDS) return;
    const name = decodeXstring(attrs.get('caption') ?? attrs.get('name') ?? '');
    this.fields.push({ name, items: [], used: new Set() });
  }

  #item(value: string): void {
    // Each item has a fixed cost too, however short.
    this.#chars += value.length + 16;
    if (this.#chars > MAX_ITEM_CHARS) this.overflowed = true;
    else this.fields.at(-1)?.items.push(decodeXstring(value));
  }

  text(): void {}

  close(name: string): void {
    if (name === 'sharedItems' || name === 'groupItems') this.#inItems = false;
  }
}

class RecordsReader implements XmlHandler {
  #row: string[] = [];

  constructor(
    private readonly table: TableFlow,
    private readonly fields: readonly Field[],
  ) {}

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'r') this.#row = [];
    else if (this.#row.length >= MAX_FIELDS) return;
    else if (name === 'x') this.#row.push(this.#shared(Number(attrs.get('v') ?? -1)));
    else if (VALUES.has(name)) this.#row.push(decodeXstring(attrs.get('v') ?? ''));
  }

  #shared(index: number): string {
    const field = this.fields[this.#row.length];
    const value = field?.items[index];
    if (value === undefined) return '';
    field?.used.add(index);
    return value;
  }

  text(): void {}

  close(name: string): void {
    if (name === 'r') this.table.row(this.#row);
  }
}
