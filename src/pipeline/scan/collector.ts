/**
 * Turns matches with their places into findings, records of persons, and rosters. Holds the matches of one table row,
 * or of one passage of a text, until it is complete; then writes its findings with the id of their record, followed
 * by its records.
 */
import { entitiesWith } from '../../core/entity.js';
import type { PersonRecord } from '../../core/events.js';
import { innerPath, printLocator } from '../../core/locator.js';
import type { Match } from '../../core/match.js';
import type { ItemRange } from '../../core/range.js';
import { withDocumentKey } from '../../findings/document-keys.js';
import {
  type FindingOptions,
  type FindingPlace,
  isReported,
  toFinding,
  withoutEnd,
} from '../../findings/finding.js';
import { isSecret, maskValue } from '../../findings/mask.js';
import { Passages, type Placed } from '../../findings/passage.js';
import { personKeys } from '../../findings/person-keys.js';
import { passageRecords, provingMembers, type RecordDraft, recordIdOf } from '../../findings/record.js';
import { RosterBuilder, type RosterColumn, type RosterPlace } from '../../findings/roster.js';
import { rowRecords } from '../../findings/row-record.js';
import type { Watchlist } from '../../findings/watchlist.js';
import type { EventWriter } from './event-writer.js';
import type { Collector } from './scan-scope.js';
import { bump } from './tally.js';

/** Reported only as a number in the summary: a log holds thousands, none of them a person's. */
const COUNT_ONLY = entitiesWith('countOnly');
/** Describes the holder of a post, not only its location. */
const PERSONAL = entitiesWith('personal');

export type CollectorOptions = {
  readonly findings: FindingOptions;
  readonly watchlist: Watchlist | undefined;
  readonly range: ItemRange | undefined;
};

type Held = Placed<FindingPlace>;
type OpenTable = {
  readonly builder: RosterBuilder;
  readonly columns: readonly RosterColumn[];
  readonly place: RosterPlace;
  readonly continues: boolean;
};
/** Passages without a name, kept until it is known whether the content names one person only. */
const MAX_NAMELESS = 100;

export class PersonCollector implements Collector {
  readonly #passages = new Passages<FindingPlace>((passage) => {
    const lines = passage.map(({ line }) => line);
    this.#emit(passage, (matches) => passageRecords(matches, lines));
  });
  #row: Held[] | undefined;
  /** Keys of the names in the content's texts, and the values there without a name. */
  readonly #names = new Set<string>();
  #nameless: { draft: RecordDraft; matches: readonly Match[]; isRecord: boolean; watch: number[] }[] = [];
  #document = '';
  #table: OpenTable | undefined;
  /** Enclosing tables, which continue when this one ends. */
  readonly #outer: (OpenTable | undefined)[] = [];

  constructor(
    private readonly writer: EventWriter,
    private readonly options: CollectorOptions,
  ) {}

  match(match: Match, placeOf: () => FindingPlace): void {
    if (COUNT_ONLY.has(match.rule.entity) && match.by !== 'column') {
      bump(this.writer.tally.counted, match.rule.entity);
      return;
    }
    if (!isReported(match, this.options.findings)) return;
    const place = placeOf();
    const held = { match, line: place.location.startLine, at: place };
    if (this.#row) this.#row.push(held);
    else this.#passages.push(held);
  }

  endText(): void {
    this.#passages.end();
  }

  /** Nameless values in texts belong to the content's only named person. */
  endContent(): void {
    const [onlyName] = this.#names.size === 1 ? this.#names : [];
    const document = this.#document;
    const fingerprints = this.options.findings.fingerprinter;
    for (const { draft, matches, isRecord, watch } of this.#nameless) {
      if (!isRecord && onlyName === undefined) continue;
      const keys = personKeys(draft, matches, fingerprints);
      const name = onlyName && { document, name: onlyName };
      this.writer.keys(name ? withDocumentKey(keys, name, fingerprints) : keys, watch);
    }
    this.#nameless = [];
    this.#names.clear();
  }

  beginTable(columns: readonly RosterColumn[], place: RosterPlace, continues = false): void {
    this.#outer.push(this.#table);
    this.#table = { builder: new RosterBuilder(columns), columns, place, continues };
    this.#row = [];
  }

  endRow(isData: boolean): void {
    const row = this.#row ?? [];
    const isNamed = this.#table?.builder.isNamed === true;
    const recordsOf = isData ? (matches: readonly Match[]) => rowRecords(matches, { isNamed }) : noRecords;
    const records = row.length === 0 ? [] : this.#emit(row, recordsOf);
    if (isData) this.#table?.builder.row(records, row.some(tellsPost));
    this.#row = [];
  }

  endTable(): void {
    const table = this.#table;
    this.#table = this.#outer.pop();
    this.#row = this.#table && [];
    if (!table) return;
    const { range } = this.options;
    if (range && table.place.locator.hops.length === 0) {
      const { columns, place, builder, continues } = table;
      const { index } = range;
      this.writer.tally.rosterParts.push({ columns, place, counts: builder.counts, index, continues });
      return;
    }
    const roster = table.builder.finish(table.place);
    if (roster) this.writer.other(roster);
  }

  /** Writes the findings of a row or passage, and their records. */
  #emit(held: readonly Held[], recordsOf: (matches: readonly Match[]) => RecordDraft[]): RecordDraft[] {
    const matches = held.map(({ match }) => match);
    const drafts = recordsOf(matches);
    const idOf = new Map<number, string>();
    const where = drafts.length > 0 ? placeName((held[0] as Held).at) : '';
    const ids = drafts.map((draft) => recordIdOf(where, draft.slot));
    drafts.forEach((draft, n) => {
      for (const member of draft.members) idOf.set(member, ids[n] as string);
    });
    held.forEach(({ match, at }, i) => {
      this.writer.finding(toFinding({ match, at, recordId: idOf.get(i) }, this.options.findings), match);
    });
    drafts.forEach((draft, n) => {
      this.#record(draft, held, ids[n] as string);
    });
    if (!this.#table && drafts.length === 0) this.#keepProof(matches);
    return drafts;
  }

  #record(draft: RecordDraft, held: readonly Held[], recordId: string): void {
    const { fingerprinter } = this.options.findings;
    const matches = held.map(({ match }) => match);
    const first = held[draft.members[0] as number] as Held;
    const { locator, shown, location, hidden } = first.at;
    const own = draft.members.map((i) => matches[i] as Match);
    const hits = this.options.watchlist?.lookup(own, draft.name) ?? [];
    const record: PersonRecord = {
      type: 'record',
      recordId,
      uri: shown.uri,
      path: innerPath(shown),
      location: isSecret((matches[draft.members[0] as number] as Match).rule.entity)
        ? withoutEnd(location)
        : location,
      person: draft.person === undefined ? undefined : maskValue(draft.person, 'PERSON'),
      role: draft.role,
      personFingerprint: draft.name && fingerprinter.of('PERSON', draft.name.key),
      entities: draft.entities as Record<string, number>,
      risk: draft.risk,
      hidden,
      watchlist: hits.length === 0 ? undefined : hits.map(({ ref, by }) => ({ ref, by: [...by] })),
    };
    this.writer.other(record);
    const watch = hits.map(({ index }) => index);
    if (this.#table) {
      this.writer.keys(personKeys(draft, matches, fingerprinter), watch);
      return;
    }
    this.#document = printLocator(locator);
    if (!draft.name) {
      this.#keepNameless({ draft, matches, isRecord: true, watch });
      return;
    }
    const keys = personKeys(draft, matches, fingerprinter);
    const { key: name, isFull } = draft.name;
    if (isFull && this.#names.size < 2) this.#names.add(name);
    const known = { document: this.#document, name };
    this.writer.keys(isFull ? withDocumentKey(keys, known, fingerprinter) : keys, watch);
  }

  /** A lone account number in a letter is no record, but can belong to the addressee. */
  #keepProof(matches: readonly Match[]): void {
    const members = provingMembers(matches);
    if (members.length === 0) return;
    const entities: Record<string, number> = {};
    for (const i of members) entities[(matches[i] as Match).rule.entity] = 1;
    const risk = { score: 0, reasons: [] };
    const draft: RecordDraft = { members, slot: '', entities, risk, isPolice: false };
    this.#keepNameless({ draft, matches, isRecord: false, watch: [] });
  }

  #keepNameless(kept: { draft: RecordDraft; matches: readonly Match[]; isRecord: boolean; watch: number[] }) {
    this.#nameless.push(kept);
    if (this.#nameless.length < MAX_NAMELESS) return;
    // More are a list of people, not a letter to one.
    const fingerprints = this.options.findings.fingerprinter;
    for (const { draft, matches, isRecord, watch } of this.#nameless) {
      if (isRecord) this.writer.keys(personKeys(draft, matches, fingerprints), watch);
    }
    this.#nameless = [];
  }
}

/** A typed cell that describes the holder of a post. */
function tellsPost({ match }: Held): boolean {
  return match.by === 'column' && PERSONAL.has(match.rule.entity);
}

function noRecords(): RecordDraft[] {
  return [];
}

/** The place of a row or passage: content, sheet and row, or content and offset. */
function placeName({ locator, location, place }: FindingPlace): string {
  const { row, startByte } = location;
  const { sheet, part, page } = place;
  return [printLocator(locator), sheet, part, page, row ?? startByte].join('\u0000');
}
