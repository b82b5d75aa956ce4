/**
 * Scans one table. Input: rows; output: typed cells and pattern matches, each with row, column and column name. Holds
 * the first rows until the header is found and the columns are typed; then rows stream through in batches. Every row
 * is matched separately, so batch borders do not affect the result.
 */
import type { Cell, RowBatch, RowOptions, TableFlow, TableOptions } from '../../core/content.js';
import { bandOf, type Entity } from '../../core/entity.js';
import { escapeLabel } from '../../core/printable.js';
import { namedAs } from '../../findings/roster.js';
import {
  type ColumnFacts,
  type ColumnType,
  classifyColumns,
  columnFacts,
  findHeader,
  isKnownHeader,
  withoutStatistics,
} from '../../match/columns/columns.js';
import { textRowsOf, UsedColumns } from './column-gaps.js';
import { BatchBuilder } from './row-batch.js';
import { BatchScan, columnLetters, type HiddenCells, type TableHeader } from './scan-batch.js';
import { type ContentScope, shownPlace } from './scan-scope.js';

/** Rows held to find the header and to type the columns by their values. */
export const HELD_ROWS = 120;
const HELD_BYTES = 256 * 1024;
type FoundHeader = Omit<TableHeader, 'shown'>;
type Held = { batch: RowBatch; hidden?: HiddenCells };
export class TableScan implements TableFlow {
  #held: Held[] | undefined = [];
  #heldRows = 0;
  #heldBytes = 0;
  /** Rows before the next batch. */
  #done = 0;
  #primed = false;
  #begun = false;
  #header: TableHeader = { names: [], shown: [], firstData: 0, types: [], facts: [] };
  readonly #shown: ReturnType<typeof shownPlace>;
  readonly #builder: BatchBuilder;
  #primer: BatchBuilder | undefined;

  constructor(
    private readonly scope: ContentScope,
    private readonly options: TableOptions,
  ) {
    this.#builder = new BatchBuilder((batch, hidden) => this.#take(batch, hidden));
    this.#shown = shownPlace(options, scope.names);
  }

  row(cells: readonly (string | Cell)[], options: RowOptions = {}): void {
    if (options.primes) {
      this.#primer ??= new BatchBuilder((batch) => this.prime(batch));
      this.#primer.row(cells, options);
      return;
    }
    this.#primer?.flush();
    this.#primer = undefined;
    this.#builder.row(cells, options);
  }

  prime(batch: RowBatch): void {
    this.#hold(batch);
    this.#primed = true;
  }

  rows(batch: RowBatch): void {
    this.#builder.flush();
    this.#take(batch);
  }

  /** Passes on held rows, unless they wait for the header. */
  flush(): void {
    this.#builder.flush();
  }

  end(): void {
    this.#builder.flush();
    this.#release();
    if (this.#begun) this.scope.collector.endTable();
  }

  #take(batch: RowBatch, hidden?: HiddenCells): void {
    if (this.#primed && this.#held) this.#release();
    if (!this.#held) {
      this.#scan(batch, hidden);
      return;
    }
    this.#hold(batch, hidden);
    if (this.#isFull()) this.#release();
  }

  #hold(batch: RowBatch, hidden?: HiddenCells): void {
    if (!this.#held || this.#isFull()) return;
    this.#held.push({ batch: { ...batch, bytes: Buffer.from(batch.bytes) }, hidden });
    this.#heldRows += batch.rowCells.length - 1;
    this.#heldBytes += batch.bytes.length;
  }

  #isFull(): boolean {
    return this.#heldRows >= HELD_ROWS || this.#heldBytes >= HELD_BYTES;
  }

  /** Finds the header in the held rows, types the columns, and scans the rows. */
  #release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    const header = this.#classify(held);
    this.#header = { ...header, shown: header.names.map((name) => this.#shownHeader(name)) };
    // Primed rows only show the header; another range scans them.
    if (this.#primed) return;
    for (const { batch, hidden } of held) this.#scan(batch, hidden);
  }

  /** The packs' own headers are no values, though `Line Manager` could be a name. */
  #shownHeader(name: string): string {
    const { columns, names } = this.scope;
    return columns && isKnownHeader(name, columns) ? escapeLabel(name) : names.label(name);
  }

  /** Announces the table to the collector, before its first row. */
  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { shown: names, types } = this.#header;
    const { continues } = this.options;
    const { sheet } = this.#shown;
    const hidden = this.options.hidden ?? this.scope.hidden;
    const width = Math.max(names.length, types.length);
    const columns = Array.from({ length: width }, (_, i) => ({
      column: columnLetters(i + 1),
      name: names[i] ?? '',
      entity: sureEntity(types[i]),
      role: types[i]?.role,
    }));
    const { locator, shown } = this.scope;
    const named = namedAs(locator, this.options.sheet);
    const place = { locator: shown, sheet, hidden, named };
    this.scope.collector.beginTable(columns, place, continues === true);
  }

  #classify(held: readonly Held[]): FoundHeader {
    const rows = held.flatMap(({ batch }) => textRowsOf(batch, HELD_ROWS)).slice(0, HELD_ROWS);
    // Databases name all their columns.
    if (this.options.columns) return this.#classifyRows(rows);
    const used = new UsedColumns(rows);
    const { names, types, facts, firstData } = this.#classifyRows(used.rows);
    return {
      names: used.spread(names, ''),
      types: used.spread(types, undefined),
      facts: used.spread<ColumnFacts | undefined>(facts, undefined),
      firstData,
    };
  }

  #classifyRows(rows: readonly (readonly string[])[]): FoundHeader {
    const { columns } = this.scope;
    const given = this.options.columns;
    if (!columns) return { names: given ?? [], firstData: 0, types: [], facts: [] };
    if (given) {
      const types = classifyColumns({ header: given, sample: rows }, columns);
      return headerOf({ names: given, firstData: 0, types }, rows);
    }
    const found = findHeader(rows, (name) => isKnownHeader(name, columns));
    const firstData = found.row === -1 ? 0 : found.row + found.depth;
    const header = found.row === -1 ? undefined : found.names;
    const types = classifyColumns({ header, sample: rows.slice(firstData) }, columns);
    return headerOf({ names: header ?? [], firstData, types }, rows);
  }

  #scan(batch: RowBatch, hidden?: HiddenCells): void {
    if (this.#primed && this.#done === 0) this.#done = batch.firstRow - 1;
    this.#begin();
    new BatchScan(
      this.scope,
      { options: this.options, shown: this.#shown, header: this.#header, done: this.#done },
      batch,
      hidden,
    ).run();
    this.#done += batch.rowCells.length - 1;
  }
}

/** The entity of a column that is certain enough to be reported: a guess makes no roster. */
function sureEntity(type: ColumnType | undefined): Entity | undefined {
  return type && bandOf(type.confidence) !== 'low' ? type.rule.entity : undefined;
}

function headerOf(header: Omit<FoundHeader, 'facts'>, rows: readonly (readonly string[])[]): FoundHeader {
  const sample = rows.slice(header.firstData);
  const types = withoutStatistics(header.types, sample);
  return { ...header, types, facts: columnFacts(header.names, sample, types) };
}
