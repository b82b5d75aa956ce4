/**
 * Decides whether a table lists persons. Input: its typed columns once, then the records of each data row; output:
 * one roster event, or nothing. Uses constant memory; counts of two parts of a table (byte ranges) merge by addition.
 */
import { type Entity, entitiesWith } from '../core/entity.js';
import type { Roster } from '../core/events.js';
import { innerPath, type Locator } from '../core/locator.js';
import type { RecordDraft } from './record.js';
import { areRowsPersons } from './roster-subject.js';

export type RosterColumn = {
  /** The column's spreadsheet letter. */
  readonly column: string;
  readonly name: string;
  readonly entity?: Entity;
  /** The role of the other person that the column describes. */
  readonly role?: string;
};

export type RosterPlace = {
  /** As it may be shown. */
  readonly locator: Locator;
  /** What the names that may not be shown say; default: what `locator` and `sheet` say. */
  readonly named?: Named;
  readonly sheet?: string;
  readonly hidden?: string | true;
};

/**
 * Row counts of a table: plain data that adds up over parts. `posts` counts rows that name a post without its holder
 * (`N/D`).
 */
export type RosterCounts = { rows: number; persons: number; police: number; posts: number };

/** A table with fewer persons is a contact list or form, not a roster. */
const MIN_PERSONS = 5;
/** Personal entities that make a table without names a roster. */
const TELLING_WITHOUT_NAMES = 3;
/** The least share of data rows that must be persons. */
const MIN_SHARE = 0.5;
/** The least share of persons in a police service for the roster to count as police. */
const POLICE_SHARE = 0.1;

/** Entities that turn a list of names into a staff list or similar. */
const TELLING = entitiesWith('personal');
/** Headers that only police services use. */
const POLICE_HEADER =
  /\b(?:badge|shield|star|collar|warrant|epaulette|shoulder|precinct|sworn|dpsst|lpu|trooper|constable|nigend|rio|brigade|gendarmerie|police|officer|constabulary|beat|commissariat)\b/i;

export class RosterBuilder {
  readonly counts: RosterCounts = { rows: 0, persons: 0, police: 0, posts: 0 };

  /** True where a column holds the names of the table's own persons. */
  readonly isNamed: boolean;

  constructor(private readonly columns: readonly RosterColumn[]) {
    this.isNamed = columns.some(({ entity, role }) => entity === 'PERSON' && role === undefined);
  }

  /** Adds one data row: its records (empty without a person), and whether its typed cells name a post. */
  row(records: readonly RecordDraft[], tellsPost = false): void {
    this.counts.rows += 1;
    const persons = records.filter(({ role }) => role === undefined || !this.isNamed);
    if (!persons.some((record) => record.name || record.members.length > 1)) {
      if (this.isNamed && tellsPost) this.counts.posts += 1;
      return;
    }
    this.counts.persons += 1;
    if (records.some((record) => record.isPolice)) this.counts.police += 1;
  }

  finish(place: RosterPlace): Roster | undefined {
    return rosterOf(this.columns, this.counts, place);
  }
}

/** The roster event of a whole table, or undefined if it is no roster. */
export function rosterOf(
  columns: readonly RosterColumn[],
  counts: RosterCounts,
  place: RosterPlace,
): Roster | undefined {
  const typed = new Set(columns.flatMap(({ entity }) => entity ?? []));
  const telling = [...typed].filter((entity) => TELLING.has(entity)).length;
  // Names and one more entity, or, where names were removed, three more.
  const isStaff = (typed.has('PERSON') && telling >= 1) || telling >= TELLING_WITHOUT_NAMES;
  const { named = namedAs(place.locator, place.sheet) } = place;
  if (!isStaff || !areRowsPersons(columns) || named === 'credits') return undefined;
  if (counts.persons < MIN_PERSONS || counts.persons < MIN_SHARE * (counts.rows - counts.posts))
    return undefined;
  const path = innerPath(place.locator);
  return {
    type: 'roster',
    uri: place.locator.uri,
    ...(place.locator.version !== undefined && { version: place.locator.version }),
    ...(path !== undefined && { path }),
    ...(place.sheet !== undefined && { sheet: place.sheet }),
    rows: counts.rows,
    persons: counts.persons,
    columns: columns.map(({ column, name, entity }) => ({ column, name, ...(entity && { entity }) })),
    kind: isPoliceTable(columns, counts) || named === 'police' ? 'police' : 'other',
    ...(place.hidden !== undefined && { hidden: place.hidden }),
  };
}

/** Adds the counts of another part of the same table. */
export function addRosterCounts(into: RosterCounts, other: RosterCounts): void {
  into.rows += other.rows;
  into.persons += other.persons;
  into.police += other.police;
  into.posts += other.posts;
}

/** File and sheet names that only lists of police services have. */
const POLICE_NAME =
  /police|sheriff|constabulary|gendarmerie|polizei|politie|polic[ií]a|carabinieri|(?<![a-z])nypd|lapd/i;

/** Package manifests and contributor lists, whose names are meant to be published. */
const CREDITS_NAME =
  /^(?:package(?:-lock)?|composer|bower|codemeta|\.?all-contributors(?:rc)?|contributors?|authors?|maintainers?|credits|codeowners|humans|citation)(?:\.\w{2,8})?$/i;

/** What the names of a table's file and sheet tell of it. Not the folders above, which hold other tables too. */
export type Named = 'credits' | 'police' | 'otherwise';

export function namedAs(locator: Locator, sheet: string | undefined): Named {
  const file = fileName(locator);
  if (CREDITS_NAME.test(file)) return 'credits';
  return POLICE_NAME.test(file) || POLICE_NAME.test(sheet ?? '') ? 'police' : 'otherwise';
}

function fileName(locator: Locator): string {
  return (innerPath(locator) ?? locator.uri).split(/[/!]/).at(-1) ?? '';
}

function isPoliceTable(columns: readonly RosterColumn[], counts: RosterCounts): boolean {
  if (counts.police >= Math.max(2, POLICE_SHARE * counts.persons)) return true;
  const headers = columns.filter(
    ({ name, entity }) => entity !== undefined && POLICE_HEADER.test(name.replace(/_/g, ' ')),
  );
  return headers.length > 0;
}
