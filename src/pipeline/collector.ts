/** Matches with their places → findings that are reported or only counted. */
import type { Match } from '../core/match.js';
import { type FindingOptions, type FindingPlace, isReported, toFinding } from '../findings/finding.js';
import type { EventWriter } from './event-writer.js';
import type { Collector } from './scope.js';
import { bump } from './tally.js';

/** Reported as a number in the summary: a log holds thousands, and none of them is a person's. */
const COUNT_ONLY = new Set(['IP_ADDRESS']);

export class FindingCollector implements Collector {
  constructor(
    private readonly writer: EventWriter,
    private readonly options: FindingOptions,
  ) {}

  match(match: Match, place: FindingPlace): void {
    if (COUNT_ONLY.has(match.rule.entity) && match.by !== 'column') {
      bump(this.writer.tally.counted, match.rule.entity);
      return;
    }
    if (!isReported(match, this.options)) return;
    this.writer.finding(toFinding(match, place, this.options));
  }

  boundary(): void {}
}
