/**
 * Redacts names that contain values found in the item's contents, which lack the context to be found in the name
 * itself: `707001.pdf` with the file of 707001. Input: findings with their matches; output: events whose names hide
 * the values known so far. One per item.
 */
import { entitiesWith } from '../../core/entity.js';
import type { Event, Finding } from '../../core/events.js';
import type { Match } from '../../core/match.js';

/** Excludes values that occur in names by chance: ranks, units, short words. */
const TELLING: ReadonlySet<string> = new Set([...entitiesWith('identifying', 'secret'), 'PERSON']);
const MIN_CHARACTERS = 5;
/** A number in a name is written with or without separators. */
const MIN_DIGITS = 6;
const NUMBER = /^[\d\s.+()/-]+$/;
const BETWEEN_DIGITS = '[\\s._-]{0,2}';
const BETWEEN_WORDS = '[\\s._+-]{1,3}';

type Redaction = { readonly pattern: RegExp; readonly standIn: string };
type Named = { uri?: string; path?: string; sheet?: string; columns?: readonly { readonly name: string }[] };

export class NameRedactor {
  readonly #redactions: Redaction[] = [];
  readonly #values = new Set<string>();

  constructor(private readonly standInOf: (match: Match) => string) {}

  get isEmpty(): boolean {
    return this.#redactions.length === 0;
  }

  /** True if a name beside the finding contains its value and was not redacted before. */
  learn(finding: Finding, match: Match): boolean {
    const { value, rule } = match;
    if (value.length < MIN_CHARACTERS || !TELLING.has(rule.entity)) return false;
    const { uri, path = '', location } = finding;
    const names = `${uri}\n${path}\n${location.sheet ?? ''}\n${location.columnName ?? ''}`;
    if (!mayHold(names, value) || this.#values.has(value)) return false;
    const pattern = patternOf(match);
    if (!pattern.test(names)) return false;
    pattern.lastIndex = 0;
    this.#values.add(value);
    this.#redactions.push({ pattern, standIn: this.standInOf(match) });
    return true;
  }

  /** The event with its names redacted. */
  redact<E extends Event>(event: E): E {
    if (this.isEmpty) return event;
    const { uri, path, sheet, columns } = event as Named;
    const { location } = event as Partial<Finding>;
    return {
      ...event,
      ...(uri !== undefined && { uri: this.#shown(uri) }),
      ...(path !== undefined && { path: this.#shown(path) }),
      ...(sheet !== undefined && { sheet: this.#shown(sheet) }),
      ...(columns && { columns: columns.map((column) => ({ ...column, name: this.#shown(column.name) })) }),
      ...(location && { location: this.#location(location) }),
    };
  }

  #location(location: Finding['location']): Finding['location'] {
    const { sheet, columnName } = location;
    return {
      ...location,
      ...(sheet !== undefined && { sheet: this.#shown(sheet) }),
      ...(columnName !== undefined && { columnName: this.#shown(columnName) }),
    };
  }

  #shown(name: string): string {
    return this.#redactions.reduce(
      (text, { pattern, standIn }) => text.replace(pattern, () => standIn),
      name,
    );
  }
}

/** A fast check for every finding, nearly always false. */
function mayHold(names: string, value: string): boolean {
  if (names.includes(value)) return true;
  if (NUMBER.test(value)) return /\d(?:[\s._-]{0,2}\d){5}/.test(names);
  const lower = names.toLowerCase();
  return (value.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []).some((word) => lower.includes(word));
}

function patternOf({ value, normal, rule }: Match): RegExp {
  const forms = NUMBER.test(value) ? numbersOf(value, normal) : wordsOf(value, rule.entity === 'PERSON');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

/** The numbers as found, and in canonical form: a phone with its country. */
function numbersOf(...texts: readonly string[]): string[] {
  const digits = texts.map((text) => text.replace(/\D/g, '')).filter((text) => text.length >= MIN_DIGITS - 1);
  return digits.map((text) => `\\+?${[...text].join(BETWEEN_DIGITS)}`);
}

/** The value as found, with other separators, and each long word of a person's name: a surname alone identifies. */
function wordsOf(value: string, isPerson: boolean): string[] {
  const exact = value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const words = value.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [
    exact,
    words.join(BETWEEN_WORDS),
    ...words.filter((word) => isPerson && word.length >= MIN_CHARACTERS),
  ];
}
