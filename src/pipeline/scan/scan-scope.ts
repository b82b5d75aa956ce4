/** What the scan of one content's parts works with. Made anew for every content; the engine is shared. */
import type { Place } from '../../core/content.js';
import type { Location } from '../../core/events.js';
import type { Locator } from '../../core/locator.js';
import type { Match } from '../../core/match.js';
import type { FindingOptions, FindingPlace } from '../../findings/finding.js';
import type { RosterColumn, RosterPlace } from '../../findings/roster.js';
import type { ColumnRules } from '../../match/columns/columns.js';
import type { Engine } from '../../match/engine.js';

export type ScanOptions = {
  /** Bytes matched at once. Does not show in the result. */
  readonly pageBytes: number;
  /** Characters of context to report on each side; 0: none. */
  readonly matchContext: number;
  readonly findings: FindingOptions;
};

/** A row as its table has it. */
export type RowView = {
  readonly number: number;
  /** The text under a header name, as written there. */
  cell(header: string): string | undefined;
};

/** Takes what parts yield, in order of their place. */
export interface Collector {
  /** A match that stands; its place is asked for where it is reported. */
  match(match: Match, placeOf: () => FindingPlace): void;
  endText(): void;
  /** All parts of the content were read. May be called again. */
  endContent(): void;
  /** From here to endTable() matches come row by row. `continues`: with the table of the range before. */
  beginTable(columns: readonly RosterColumn[], place: RosterPlace, continues?: boolean): void;
  /** `isData`: the row stands below the header. */
  endRow(isData: boolean, row: RowView): void;
  endTable(): void;
}

export type ContentScope = {
  readonly engine: Engine;
  readonly columns: ColumnRules | undefined;
  readonly options: ScanOptions;
  readonly locator: Locator;
  /** The kind of hiding of the whole content, if it is hidden in its container. */
  readonly hidden?: string;
  readonly collector: Collector;
  /** A sheet, part or column name as output may show it. */
  readonly label: (name: string) => string;
};

/** A place as output may show it. */
export function shownPlace(
  { page, sheet, part }: Place,
  label: ContentScope['label'],
): Pick<Location, 'page' | 'sheet' | 'part'> {
  return {
    page,
    sheet: sheet === undefined ? undefined : label(sheet),
    part: part === undefined ? undefined : label(part),
  };
}
