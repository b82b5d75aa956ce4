/**
 * Is this table a list of persons? In: its typed columns once, then for each data row what its records
 * were. Out: one line a responder can act on, or nothing. Constant memory; two parts of one table (byte
 * ranges) merge by adding.
 */
import { type Entity, entitiesWith } from '../core/entity.js';
import type { Roster } from '../core/events.js';
import { innerPath, type Locator } from '../core/locator.js';
import type { RecordDraft } from './record.js';
import { areRowsPersons } from './roster-subject.js';

export type RosterColumn = {
  /** Spreadsheet letter. */
  readonly column: string;
  readonly name: string;
  readonly entity?: Entity;
  /** Another person of the row whose column it is. */
  readonly role?: string;
};

export type RosterPlace = {
  readonly locator: Locator;
  readonly sheet?: string;
  readonly hidden?: string | true;
};

/**
 * Counts of a table's rows: plain data that adds up over parts. `posts`: rows that tell of a post and leave its
 * holder out (`N/D`).
 */
export type RosterCounts = { rows: number; persons: number; police: number; posts: number };

/** Fewer persons than this are no roster but a contact list or a form. */
const MIN_PERSONS = 5;
/** Share of the data rows that must be persons. */
const MIN_SHARE = 0.5;
/** Share of the persons that must be a police service's for the whole to be one. */
const POLICE_SHARE = 0.1;

/** What columns, beside names, make a list of persons a staff list or the like. */
const TELLING = entitiesWith('personal');
/** Headers that only a police service writes. */
const POLICE_HEADER =
  /\b(?:badge|shield|star|collar|warrant|epaulette|shoulder|precinct|sworn|dpsst|lpu|trooper|constable|nigend|rio|brigade|gendarmerie|police|officer|constabulary|beat|commissariat)\b/i;

export class RosterBuilder {
  readonly counts: RosterCounts = { rows: 0, persons: 0, police: 0, posts: 0 };

  /** True where the table has a column for the names of its own persons. */
  readonly isNamed: boolean;

  constructor(private readonly columns: readonly RosterColumn[]) {
    this.isNamed = columns.some(({ entity, role }) => entity === 'PERSON' && role === undefined);
  }

  /** Takes one data row: its records (none: nobody stands there), and whether its typed cells tell of a post. */
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

/** The roster event of a whole table, or undefined where it is none. */
export function rosterOf(
  columns: readonly RosterColumn[],
  counts: RosterCounts,
  place: RosterPlace,
): Roster | undefined {
  const typed = new Set(columns.flatMap(({ entity }) => entity ?? []));
  const telling = [...typed].filter((entity) => TELLING.has(entity)).length;
  // Names and one thing more; or, where names were taken out, three things more.
  const isStaff = (typed.has('PERSON') && telling >= 1) || telling >= 3;
  if (!isStaff || !areRowsPersons(columns) || isCredits(place)) return undefined;
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
    kind: isPoliceTable(columns, counts) || isPoliceName(place) ? 'police' : 'other',
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

/** Names of files and sheets that only such a service's lists have. */
const POLICE_NAME =
  /police|sheriff|constabulary|gendarmerie|polizei|politie|polic[ií]a|carabinieri|(?<![a-z])nypd|lapd/i;

/** Manifests of packages and lists of those who made something: published with it. */
const CREDITS_NAME =
  /^(?:package(?:-lock)?|composer|bower|codemeta|\.?all-contributors(?:rc)?|contributors?|authors?|maintainers?|credits|codeowners|humans|citation)(?:\.\w{2,8})?$/i;

function isCredits({ locator }: RosterPlace): boolean {
  return CREDITS_NAME.test(fileName(locator));
}

function fileName(locator: Locator): string {
  return (innerPath(locator) ?? locator.uri).split(/[/!]/).at(-1) ?? '';
}

/** The table's own file or sheet, not the folders above it, which hold other tables too. */
function isPoliceName({ locator, sheet }: RosterPlace): boolean {
  return POLICE_NAME.test(fileName(locator)) || POLICE_NAME.test(sheet ?? '');
}

function isPoliceTable(columns: readonly RosterColumn[], counts: RosterCounts): boolean {
  if (counts.police >= Math.max(2, POLICE_SHARE * counts.persons)) return true;
  const headers = columns.filter(
    ({ name, entity }) => entity !== undefined && POLICE_HEADER.test(name.replace(/_/g, ' ')),
  );
  return headers.length > 0;
}
