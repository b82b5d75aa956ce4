/**
 * Scans one batch of whole rows: patterns over all of it, typed cells column by column, then, row by row, the
 * accepted matches with row, column and column name. Over 250 lines because the checks of a row (markup, echoes,
 * shared values, recipients) depend on each other.
 */
import type { RowBatch, TableOptions } from '../../core/content.js';
import { bandOf, entitiesWith } from '../../core/entity.js';
import type { Location } from '../../core/events.js';
import { type Counter, LineCursor } from '../../core/lines.js';
import type { Match } from '../../core/match.js';
import { sourceOffset } from '../../core/width.js';
import type { FindingPlace } from '../../findings/finding.js';
import { type Located, Resolver } from '../../findings/resolve.js';
import { type ColumnFacts, type ColumnType, isHeaderLike } from '../../match/columns/columns.js';
import { alignDown, alignUp } from '../../match/utf8.js';
import { blankMarkup } from './cell-markup.js';
import { BRACKET_BYTES, bracketedNumber, owned, RecipientLists } from './cell-owner.js';
import type { ContentScope, RowView, shownPlace } from './scan-scope.js';
import { typedMatches } from './typed-cell.js';

/** Entities whose values can span several cells (street, postcode, town). */
const MAY_SPAN_CELLS = entitiesWith('spansCells');

/** Kinds of hiding of rows and cells, by index in the batch. Absent: nothing is hidden. */
export type HiddenCells = { rows: ReadonlyMap<number, string>; cells: ReadonlyMap<number, string> };

export type TableHeader = {
  readonly names: readonly string[];
  /** The names in the form for output. */
  readonly shown: readonly string[];
  /** Absolute index of the first data row, in rows of this table. */
  readonly firstData: number;
  readonly types: readonly (ColumnType | undefined)[];
  readonly facts: readonly (ColumnFacts | undefined)[];
};

export type TableState = {
  readonly options: TableOptions;
  readonly shown: ReturnType<typeof shownPlace>;
  readonly header: TableHeader;
  readonly done: number;
};

/** `<` */
const LESS = 0x3c;

/** A match of a row, its position, and all matches of the row. */
type Settled = { readonly position: RowPosition; readonly match: Match; readonly near: readonly Match[] };

/** A match and the cell in which it starts. */
type InCell = Located<number>;

/** The scan of one batch of whole rows. */
export class BatchScan {
  readonly #memory: Buffer;
  readonly #located: InCell[][] = [];

  constructor(
    private readonly scope: ContentScope,
    private readonly table: TableState,
    private readonly batch: RowBatch,
    private readonly hidden: HiddenCells | undefined,
  ) {
    this.#memory = scope.engine.packs.scanner.page(batch.bytes.length);
    batch.bytes.copy(this.#memory);
    const cells = batch.rowCells[batch.rowCells.length - 1] as number;
    const mayBeMarkup = batch.bytes.includes(LESS);
    for (let c = 0; mayBeMarkup && c < cells; c++) {
      blankMarkup(this.#memory.subarray(batch.cells[2 * c] as number, batch.cells[2 * c + 1] as number));
    }
  }

  run(): void {
    const { batch, scope } = this;
    const rows = batch.rowCells.length - 1;
    this.#matchPatterns();
    for (let r = 0; r < rows; r++) {
      this.#readTyped(r);
      const isData = this.table.done + r >= this.table.header.firstData;
      const row = this.#located[r];
      if (!row) {
        if (isData && this.#holdsText(r)) scope.collector.endRow(isData, this.#view(r));
        continue;
      }
      this.#settle(r, withoutNamesOfPosts(this.batch.columnNumbers ? this.#withoutEchoes(r, row) : row));
      scope.collector.endRow(isData, this.#view(r));
    }
  }

  /** Passes on the accepted matches of a row, in order. */
  #settle(row: number, located: InCell[]): void {
    const position = new RowPosition(this.batch, row);
    const near = located.map(({ match }) => match);
    located.sort((a, b) => a.match.start - b.match.start || a.match.end - b.match.end);
    const resolver = new Resolver<number>(({ match, at }) =>
      this.scope.collector.match(match, () => this.#placeOf({ position, match, near }, at)),
    );
    resolver.push(located, Number.POSITIVE_INFINITY);
    resolver.end();
  }

  /** Drops matches found both in a cell's displayed text and in its raw value. */
  #withoutEchoes(row: number, located: readonly InCell[]): InCell[] {
    const seen = new Map<string, number>();
    return located.filter(({ match, at }) => {
      const key = `${this.#columnIndex(row, at)} ${match.rule.entity} ${match.normal}`;
      const cell = seen.get(key);
      if (cell === undefined) seen.set(key, at);
      return cell === undefined || cell === at;
    });
  }

  #view(row: number): RowView {
    const { batch, table } = this;
    return {
      number: batch.rowNumbers?.[row] ?? batch.firstRow + row,
      cell: (header) => {
        const column = table.header.names.indexOf(header);
        for (let c = batch.rowCells[row] as number; c < (batch.rowCells[row + 1] as number); c++) {
          if (this.#columnIndex(row, c) !== column) continue;
          return this.#text(c);
        }
        return undefined;
      },
    };
  }

  /** Blank rows do not count as rows without a person. */
  #holdsText(row: number): boolean {
    const { batch } = this;
    for (let c = batch.rowCells[row] as number; c < (batch.rowCells[row + 1] as number); c++) {
      if ((batch.cells[2 * c + 1] as number) > (batch.cells[2 * c] as number)) return true;
    }
    return false;
  }

  #matchPatterns(): void {
    const { batch, scope, table } = this;
    const { engine } = scope;
    const { length } = batch.bytes;
    const page = {
      length,
      from: 0,
      to: length,
      base: 0,
      rows: batch.rowStarts,
      columnName: (offset: number) => {
        const row = this.#rowAt(offset);
        return this.#columnName(row, this.#cellAt(row, offset));
      },
    };
    const found: Match[] = [];
    engine.scan(page, engine.newCarry(), (match) => found.push(match));
    const lists = new RecipientLists();
    for (const match of found.sort((a, b) => a.start - b.start)) {
      const row = this.#rowAt(match.start);
      const cell = this.#cellAt(row, match.start);
      if (cell < 0) continue;
      const spans = match.end > (batch.cells[2 * cell + 1] as number);
      if (spans && !MAY_SPAN_CELLS.has(match.rule.entity)) continue;
      const facts = table.header.facts[this.#columnIndex(row, cell)];
      const isAbove = table.done + row < table.header.firstData;
      // `Job Titles` is a header, although Job can be a name.
      if (isAbove && match.rule.entity === 'PERSON' && isHeaderLike(this.#columnName(row, cell) ?? ''))
        continue;
      if (facts?.denied.has(match.rule.entity) && !isAbove) continue;
      const own =
        !facts || isAbove
          ? match
          : lists.owned(
              owned(match, facts, () => this.#text(cell)),
              cell,
              facts,
            );
      this.#add(row, { ...own, cell }, cell);
      if (match.rule.entity === 'PERSON' && !isAbove) this.#readBracket(row, { ...own, cell });
    }
  }

  #text(cell: number): string {
    const { bytes, cells } = this.batch;
    return bytes.toString('utf8', cells[2 * cell], cells[2 * cell + 1]);
  }

  /** Reads the number in brackets after a name in running text, which belongs to that person. */
  #readBracket(row: number, name: Match & { cell: number }): void {
    const rule = this.scope.columns?.beside.number;
    const end = Math.min(name.end + BRACKET_BYTES, this.batch.cells[2 * name.cell + 1] as number);
    const found = rule && bracketedNumber(this.batch.bytes.toString('latin1', name.end, end));
    if (!found) return;
    const { value } = found;
    const start = name.end + found.start;
    const normal = value.toUpperCase();
    this.#add(
      row,
      { ...name, rule, start, end: start + value.length, value, normal, by: 'pattern' },
      name.cell,
    );
  }

  #readTyped(row: number): void {
    const { batch, table } = this;
    if (table.done + row < table.header.firstData) return;
    const first = batch.rowCells[row] as number;
    const last = batch.rowCells[row + 1] as number;
    for (let c = first; c < last; c++) {
      const type = table.header.types[this.#columnIndex(row, c)];
      if (!type) continue;
      const start = batch.cells[2 * c] as number;
      const end = batch.cells[2 * c + 1] as number;
      if (end > start) this.#readCell(row, { c, start, end }, type);
    }
  }

  #readCell(
    row: number,
    { c, start, end }: { c: number; start: number; end: number },
    type: ColumnType,
  ): void {
    const text = this.#memory.toString('utf8', start, end);
    const isConstant = this.table.header.facts[this.#columnIndex(row, c)]?.isConstant === true;
    for (const match of typedMatches(type, { text, start, cell: c, isConstant }, this.scope.columns)) {
      this.#add(row, match, c);
    }
  }

  #add(row: number, match: Match, at: number): void {
    const located = this.#located[row];
    if (located) located.push({ match, at });
    else this.#located[row] = [{ match, at }];
  }

  #placeOf({ position, match, near }: Settled, cell: number): FindingPlace {
    const { batch, table, scope } = this;
    const { sheet, page, part } = table.shown;
    const { row } = position;
    const isSource = batch.origins.length > 0;
    const at = isSource ? position.at(match.start, this.#memory, scope.engine.packs.scanner) : undefined;
    const location: Location = {
      startByte: isSource ? this.#sourceOffset(match.start) : undefined,
      endByte: isSource ? this.#sourceOffset(match.end) : undefined,
      offsets: isSource ? 'source' : undefined,
      startLine: at?.line,
      startColumn: at?.column,
      page,
      sheet,
      part,
      row: batch.rowNumbers?.[row] ?? batch.firstRow + row,
      column: columnLetters(this.#columnIndex(row, cell) + 1),
      columnName: table.header.shown[this.#columnIndex(row, cell)] || undefined,
    };
    const hidden =
      this.hidden?.rows.get(row) ?? this.hidden?.cells.get(cell) ?? table.options.hidden ?? scope.hidden;
    const context = this.#contextOf(row, match);
    const { locator, shown } = scope;
    return { locator, shown, location, place: table.options, hidden, context, near };
  }

  #sourceOffset(offset: number): number {
    const { bytes, origins } = this.batch;
    return sourceOffset(origins, offset, (a, b) => bytes.subarray(a, b));
  }

  #contextOf(row: number, match: Match): FindingPlace['context'] {
    const wanted = this.scope.options.matchContext;
    if (wanted === 0) return undefined;
    const { batch } = this;
    const rowStart = batch.rowStarts[row] as number;
    const rowEnd = batch.rowStarts[row + 1] as number;
    const from = alignUp(batch.bytes, Math.max(rowStart, match.start - wanted), match.start);
    const to = alignDown(batch.bytes, Math.min(rowEnd, match.end + wanted), match.end);
    return {
      before: Buffer.from(batch.bytes.subarray(from, match.start)),
      after: Buffer.from(batch.bytes.subarray(match.end, to)),
      cutBefore: from > rowStart,
      cutAfter: to < rowEnd,
      start: match.start,
      end: match.end,
    };
  }

  #columnName(row: number, cell: number): string | undefined {
    return cell < 0 ? undefined : this.table.header.names[this.#columnIndex(row, cell)];
  }

  /** 0-based column of a cell. A raw value follows the row but belongs to the column that displays it. */
  #columnIndex(row: number, cell: number): number {
    const number = this.batch.columnNumbers?.[cell];
    return number === undefined ? cell - (this.batch.rowCells[row] as number) : number - 1;
  }

  #rowAt(offset: number): number {
    return lastAtMost(this.batch.rowStarts, offset, this.batch.rowCells.length - 2);
  }

  /** The cell of `row` at the byte offset, or -1 between cells. */
  #cellAt(row: number, offset: number): number {
    const { batch } = this;
    for (let c = batch.rowCells[row] as number; c < (batch.rowCells[row + 1] as number); c++) {
      if (offset >= (batch.cells[2 * c] as number) && offset <= (batch.cells[2 * c + 1] as number)) {
        if (offset < (batch.cells[2 * c + 1] as number)) return c;
      }
    }
    return -1;
  }
}

/** Line and column of positions in one row, requested in ascending order. */
class RowPosition {
  readonly #cursor: LineCursor;
  #reached: number;

  constructor(
    batch: RowBatch,
    readonly row: number,
  ) {
    this.#cursor = new LineCursor(batch.rowLines[row] as number);
    this.#reached = batch.rowStarts[row] as number;
  }

  at(offset: number, memory: Buffer, counter: Counter): { line: number; column: number } {
    const position = this.#cursor.advance(memory, counter, { from: this.#reached, to: offset });
    this.#reached = offset;
    return position;
  }
}

/** `SR EVID TECH` in a column of posts is no name. */
function withoutNamesOfPosts(located: InCell[]): InCell[] {
  if (!located.some(isNameByText)) return located;
  const posts = new Set<number>();
  for (const { match, at } of located) {
    if (match.by === 'column' && match.rule.entity === 'RANK' && bandOf(match.confidence) !== 'low')
      posts.add(at);
  }
  return posts.size === 0 ? located : located.filter((found) => !isNameByText(found) || !posts.has(found.at));
}

function isNameByText({ match }: InCell): boolean {
  return match.rule.entity === 'PERSON' && match.by !== 'column';
}

/** Index of the last entry up to `max` that is at most `value`; entries ascend. */
function lastAtMost(entries: Uint32Array, value: number, max: number): number {
  let low = 0;
  let high = Math.max(0, max);
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if ((entries[mid] as number) <= value) low = mid;
    else high = mid - 1;
  }
  return low;
}

/** 1 → A, 26 → Z, 27 → AA. */
export function columnLetters(column: number): string {
  let out = '';
  for (let n = column; n > 0; n = Math.floor((n - 1) / 26))
    out = String.fromCharCode(65 + ((n - 1) % 26)) + out;
  return out;
}
