/** Turns a match into a finding: severity, masking, fingerprint. The only place that decides what a finding hides. */
import type { Place } from '../core/content.js';
import { BANDS, type Band, bandOf, type Severity } from '../core/entity.js';
import type { Finding, Location } from '../core/events.js';
import { innerPath, type Locator } from '../core/locator.js';
import type { Match } from '../core/match.js';
import {
  type ContextView,
  maskedContext,
  plainContext,
  type ShownContext,
  type Vocabulary,
} from './context-mask.js';
import type { Fingerprinter } from './fingerprint.js';
import { isSecret, maskValue } from './mask.js';

export type FindingOptions = {
  readonly fingerprinter: Fingerprinter;
  readonly showValues: boolean;
  /** Findings below this band are not reported. */
  readonly minBand: Band;
  /** Words that masked context may show. */
  readonly vocabulary: Vocabulary;
};

/** Values reserved for documentation or fiction pass every check, so their confidence is capped here. */
const EXAMPLE_CONFIDENCE = 0.7;
const EXAMPLE_SEVERITY: Severity = 'low';

export function isReported(match: Match, options: FindingOptions): boolean {
  return BANDS.indexOf(bandOf(confidenceOf(match))) >= BANDS.indexOf(options.minBand);
}

export function confidenceOf(match: Match): number {
  return match.example ? Math.min(match.confidence, EXAMPLE_CONFIDENCE) : match.confidence;
}

export type FindingPlace = {
  readonly locator: Locator;
  /** The same as it may be shown. */
  readonly shown: Locator;
  readonly location: Location;
  /** Unmasked names of sheet, column and member; `location` holds the form that may be shown. */
  readonly place: Place;
  readonly hidden?: string;
  readonly context?: ContextView;
  /** Other matches within the context. Complete by the time the match is settled. */
  readonly near?: readonly Match[];
};

/** A match with its position, and the id of its record if it has one. */
export type Placed = { readonly match: Match; readonly at: FindingPlace; readonly recordId?: string };

export function toFinding({ match, at: place, recordId }: Placed, options: FindingOptions): Finding {
  const { rule, value } = match;
  const hasShape = !isSecret(rule.entity) || options.showValues;
  const confidence = confidenceOf(match);
  // All fields written out, absent ones as undefined: a spread per optional field costs more than the rest of this
  // function.
  return {
    type: 'finding',
    ruleId: rule.id,
    entity: rule.entity,
    severity: match.example ? EXAMPLE_SEVERITY : rule.severity,
    confidence,
    band: bandOf(confidence),
    uri: place.shown.uri,
    path: innerPath(place.shown),
    location: hasShape ? place.location : withoutEnd(place.location),
    masked: maskValue(value, rule.entity),
    value: options.showValues ? value : undefined,
    length: hasShape ? characters(value) : undefined,
    fingerprint: options.fingerprinter.of(rule.entity, match.normal),
    hidden: place.hidden,
    example: match.example ? true : undefined,
    context: shownContext(place, options),
    recordId,
  };
}

/** Drops the end offset of a secret: with the start it would reveal the length. */
export function withoutEnd(location: Location): Location {
  return { ...location, endByte: undefined };
}

/** Counts Unicode characters, not UTF-16 units. */
function characters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xdc00 && code <= 0xdfff && isLead(text.charCodeAt(i - 1))) count -= 1;
  }
  return count;
}

function isLead(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function shownContext(
  { context, near = [] }: FindingPlace,
  options: FindingOptions,
): ShownContext | undefined {
  if (!context) return undefined;
  return options.showValues ? plainContext(context) : maskedContext(context, near, options.vocabulary);
}
