/**
 * Serialises events into buffers of whole JSON lines and counts them. `flush` receives each full buffer; in a worker
 * it blocks until there is room.
 */
import type { Coverage, Event, Finding } from '../../core/events.js';
import type { Match } from '../../core/match.js';
import { safeJson } from '../../core/printable.js';
import type { ItemRange } from '../../core/range.js';
import type { NameRedactor } from '../names/name-redactor.js';
import { findingLine } from './finding-line.js';
import type { KeysLine } from './run-totals.js';
import { countCoverage, countFinding, newTally, type Tally } from './tally.js';

const BUFFER_CHARACTERS = 64 * 1024;

export class EventWriter {
  readonly tally: Tally = newTally();
  #keys: Uint32Array[] = [];
  #watch = new Set<number>();
  #lines: string[] = [];
  #length = 0;

  constructor(
    private readonly flushed: (lines: Buffer) => void,
    private readonly redactor?: NameRedactor,
  ) {}

  finding(finding: Finding, match: Match): void {
    countFinding(this.tally, finding);
    if (this.redactor?.learn(finding, match)) this.#redactHeld(this.redactor);
    this.#write(findingLine(this.redactor?.redact(finding) ?? finding));
  }

  coverage(coverage: Coverage): void {
    countCoverage(this.tally, coverage);
    this.#write(this.#lineOf(coverage));
  }

  /** One range's share of an item's coverage; the shares of all ranges are joined to one line. */
  rangeCoverage(coverage: Coverage, range: ItemRange): void {
    this.tally.ranges.push({ coverage, index: range.index, last: range.last });
  }

  other(event: Event): void {
    if (event.type === 'record') this.tally.records += 1;
    if (event.type === 'roster') this.tally.rosters += 1;
    this.#write(this.#lineOf(event));
  }

  /** Call between chunks of a long input: flushes what has accumulated, so that a slow item shows progress. */
  flushIfLarge(): void {
    if (this.#length >= BUFFER_CHARACTERS / 4) this.flush();
  }

  /** Keys of a record, for counting persons, and the watchlist rows that it matches. */
  keys(packed: Uint32Array, watch: readonly number[]): void {
    this.#keys.push(packed);
    for (const index of watch) this.#watch.add(index);
  }

  #flushKeys(): void {
    if (this.#keys.length === 0) return;
    const records = Buffer.concat(this.#keys.map(bytesOf)).toString('base64');
    const line: KeysLine = { type: 'keys', records, watch: [...this.#watch] };
    this.#keys = [];
    this.#watch.clear();
    this.#lines.push(`${JSON.stringify(line)}\n`);
    this.#length += 1;
  }

  flush(): void {
    this.#flushKeys();
    if (this.#length === 0) return;
    const lines = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#length = 0;
    this.flushed(lines);
  }

  #lineOf(event: Event): string {
    return `${safeJson(this.redactor?.redact(event) ?? event)}\n`;
  }

  /** Values in names are known now: redacts them in lines that are not flushed yet. */
  #redactHeld(redactor: NameRedactor): void {
    this.#lines = this.#lines.map((line) => `${safeJson(redactor.redact(JSON.parse(line) as Event))}\n`);
  }

  #write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= BUFFER_CHARACTERS) this.flush();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
