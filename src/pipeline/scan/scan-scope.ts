/** What the scan of one content's parts needs. Created for every content; the engine is shared. */
import type { Place } from '../../core/content.js';
import type { Location } from '../../core/events.js';
import type { Locator } from '../../core/locator.js';
import type { Match } from '../../core/match.js';
import type { FindingOptions, FindingPlace } from '../../findings/finding.js';
import type { RosterColumn, RosterPlace } from '../../findings/roster.js';
import type { ColumnRules } from '../../match/columns/columns.js';
import type { Engine } from '../../match/engine.js';
import type { ShownNames } from '../names/shown-names.js';

export type ScanOptions = {
  /** Bytes matched at once. Does not affect the result. */
  readonly pageBytes: number;
  /** Characters of context to report on each side; 0: none. */
  readonly matchContext: number;
  readonly findings: FindingOptions;
};

/** A row as seen by its table. */
export type RowView = {
  readonly number: number;
  /** The text under a header, given as written. */
  cell(header: string): string | undefined;
};

/** Receives what parts yield, in order of position. */
export interface Collector {
  /** An accepted match; its place is computed only if it is reported. */
  match(match: Match, placeOf: () => FindingPlace): void;
  endText(): void;
  /** All parts of the content were read. Can be called again. */
  endContent(): void;
  /** Until endTable(), matches come row by row. `continues`: the table of the previous range continues. */
  beginTable(columns: readonly RosterColumn[], place: RosterPlace, continues?: boolean): void;
  /** `isData`: the row is below the header. */
  endRow(isData: boolean, row: RowView): void;
  endTable(): void;
}

export type ContentScope = {
  readonly engine: Engine;
  readonly columns: ColumnRules | undefined;
  readonly options: ScanOptions;
  readonly locator: Locator;
  /** The kind of hiding of the whole content, if its container hides it. */
  readonly hidden?: string;
  readonly collector: Collector;
  /** The locator as output may show it. */
  readonly shown: Locator;
  readonly names: ShownNames;
};

/** A place in the form for output. */
export function shownPlace(
  { page, sheet, part }: Place,
  names: ShownNames,
): Pick<Location, 'page' | 'sheet' | 'part'> {
  return {
    page,
    sheet: sheet === undefined ? undefined : names.sheet(sheet),
    part: part === undefined ? undefined : names.label(part),
  };
}
