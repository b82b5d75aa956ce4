/**
 * Names of the input in the form for output. Input: uris, members, sheets, columns; output: the same, with found
 * values replaced by their entity and a keyed pseudonym, or, with --mask-names, with every name replaced. Equal names
 * have equal pseudonyms under one key, and different names different ones.
 */
import type { Locator } from '../../core/locator.js';
import type { Match } from '../../core/match.js';
import { escapeLabel } from '../../core/printable.js';
import { type FindingOptions, isReported } from '../../findings/finding.js';
import { isHeaderLike } from '../../match/columns/columns.js';
import type { NameFinder } from './name-finder.js';
import { NameRedactor } from './name-redactor.js';

export type ShownNamesOptions = {
  readonly findings: FindingOptions;
  /** Replace file, member and sheet names by pseudonyms. */
  readonly maskNames: boolean;
  /** `.pdf`, if a name ends in it and it is just a format. */
  readonly endingOf: (name: string) => string | undefined;
};

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Segments without a name. */
const NAMELESS = /^(?:\.{0,2}|-)$/;
/** Letters of a pseudonym: 40 bits, so that a collision among a million names is unlikely. */
const PSEUDONYM_LETTERS = 10;
/** Names of parts are cut to this length for output. */
const MAX_PART_CHARACTERS = 200;
const FIRST_LETTER = 'a'.charCodeAt(0);

export class ShownNames {
  #uri = { raw: '', shown: '' };

  constructor(
    readonly finder: NameFinder,
    private readonly options: ShownNamesOptions,
  ) {}

  locator(locator: Locator): Locator {
    const { uri, hops } = locator;
    // Members of one item come in long runs.
    if (this.#uri.raw !== uri) this.#uri = { raw: uri, shown: this.#shownUri(uri) };
    return { ...locator, uri: this.#uri.shown, hops: hops.map((hop) => this.#segments(hop)) };
  }

  /** For one item: redacts values that are found in its contents and occur in its names. */
  redactor(): NameRedactor | undefined {
    return this.options.findings.showValues ? undefined : new NameRedactor((match) => this.#standIn(match));
  }

  /** A sheet's name. */
  sheet(name: string): string {
    return this.options.maskNames ? this.#pseudonym(name) : this.label(name);
  }

  /** A path inside a content, such as `word/comments.xml`. */
  part(name: string): string {
    return escapeLabel(this.#segments(name.slice(0, MAX_PART_CHARACTERS)));
  }

  /** A name that belongs to a format or a table: of a column, a part, a media type. */
  label(name: string): string {
    return escapeLabel(this.masked(name));
  }

  /** A text about a content, such as a log message, with the content's names and found values masked. */
  about(text: string, locator: Locator): string {
    const shown = this.locator(locator);
    let out = text.replaceAll(locator.uri, () => shown.uri);
    for (const [i, hop] of locator.hops.entries()) out = out.replaceAll(hop, () => shown.hops[i] as string);
    return this.masked(out);
  }

  /** A text with its values replaced. */
  masked(text: string): string {
    const found = this.#found(text);
    if (found.length === 0) return text;
    const bytes = Buffer.from(text);
    let out = '';
    let at = 0;
    for (const match of found) {
      out += bytes.toString('utf8', at, match.start) + this.#standIn(match);
      at = match.end;
    }
    return out + bytes.toString('utf8', at);
  }

  #shownUri(uri: string): string {
    const scheme = SCHEME.exec(uri)?.[0] ?? '';
    return scheme + this.#segments(uri.slice(scheme.length));
  }

  #segments(path: string): string {
    const show = this.options.maskNames
      ? (segment: string) => (NAMELESS.test(segment) ? segment : this.#pseudonym(segment))
      : (segment: string) => this.masked(segment);
    return path.split('/').map(show).join('/');
  }

  #found(name: string): readonly Match[] {
    const { findings } = this.options;
    if (findings.showValues) return [];
    const found = this.finder.find(name).filter((match) => isReported(match, findings));
    const isHeader = found.some(isPerson) && isHeaderLike(name);
    return isHeader ? found.filter((match) => !isPerson(match)) : found;
  }

  #standIn({ rule, normal }: Match): string {
    return `[${rule.entity}-${this.#letters(rule.entity, normal)}]`;
  }

  #pseudonym(name: string): string {
    const { endingOf } = this.options;
    return `${this.#letters('NAME', name)}${endingOf(name) ?? ''}`;
  }

  /** No digits: a pseudonym must not look like a found number. */
  #letters(kind: string, text: string): string {
    const hex = this.options.findings.fingerprinter.of(kind, text).slice(0, PSEUDONYM_LETTERS);
    return [...hex].map((digit) => String.fromCharCode(FIRST_LETTER + Number.parseInt(digit, 16))).join('');
  }
}

function isPerson({ rule }: Match): boolean {
  return rule.entity === 'PERSON';
}
