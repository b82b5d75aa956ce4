/**
 * Finds values in a name: a path segment, a member, a sheet. Input: the name; output: non-overlapping matches. Names
 * are short and without context, and their words are rarely joined by spaces (`Dupont_Jean-CV.pdf`). Do not call it
 * while a page is being scanned: the engine holds only one.
 */
import type { Match } from '../../core/match.js';
import { type Located, Resolver } from '../../findings/resolve.js';
import type { Engine } from '../../match/engine.js';

/** Folders repeat with every file below them, sheets and columns with every table. */
const CACHED_NAMES = 4096;
/** Longer names are cut: no file system has them. */
const MAX_NAME_BYTES = 8192;
/** About ten digits with a leading national zero: other numbers in names rarely begin with it. */
const NATIONAL_NUMBER = /(?<!\d)0[1-9]\d{7}/;
/** Persons have capitals. */
const JOINED_WORDS = /\p{Lu}.*[.+-]|[.+-].*\p{Lu}/u;
/** A capital, an address or four digits: without one no pattern and no name matches, and most names have none. */
const MAY_TELL = /\p{Lu}|@|(?:\d\D{0,3}){4}/u;
const ENDING = /\.(?=[A-Za-z0-9]{1,8}$)/;

export class NameFinder {
  readonly #known = new Map<string, readonly Match[]>();

  constructor(private readonly engine: Engine) {}

  /** Matches ordered by start; offsets are bytes of the name in UTF-8. */
  find(name: string): readonly Match[] {
    const known = this.#known.get(name);
    if (known) return known;
    const found = this.#find(name.slice(0, MAX_NAME_BYTES));
    if (this.#known.size >= CACHED_NAMES) this.#known.clear();
    this.#known.set(name, found);
    return found;
  }

  #find(name: string): readonly Match[] {
    if (!MAY_TELL.test(name)) return [];
    const joined = name.replace(/_/g, ' ');
    const found = this.#scan(joined);
    const stem = joined.replace(ENDING, '\n');
    // With dots and hyphens read as spaces only persons are searched: numbers contain them.
    if (JOINED_WORDS.test(stem)) {
      const spaced = this.#scan(stem.replace(/[.+-]/g, ' '));
      found.push(...spaced.filter(({ rule }) => rule.entity === 'PERSON'));
    }
    if (NATIONAL_NUMBER.test(joined)) found.push(...this.#phones(joined));
    return settled(found);
  }

  /** A file named by a number alone is a recording, a chat or a contact of that number. */
  #phones(text: string): Match[] {
    return this.#scan(text, 'telephone').filter(({ rule, value }) => {
      return rule.entity === 'PHONE_NUMBER' && value.startsWith('0');
    });
  }

  /** `header`: reads the text as a cell under this header. */
  #scan(text: string, header?: string): Match[] {
    const { engine } = this;
    const bytes = Buffer.from(text);
    bytes.copy(engine.packs.scanner.page(bytes.length));
    const found: Match[] = [];
    const page = { length: bytes.length, from: 0, to: bytes.length, base: 0 };
    const cell = header && { rows: [0, bytes.length], columnName: () => header };
    engine.scan({ ...page, ...cell }, engine.newCarry(), (match) => found.push(match));
    return found;
  }
}

function settled(found: Match[]): readonly Match[] {
  const out: Match[] = [];
  const resolver = new Resolver<undefined>(({ match }: Located<undefined>) => out.push(match));
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  resolver.push(
    found.map((match) => ({ match, at: undefined })),
    Number.POSITIVE_INFINITY,
  );
  resolver.end();
  return out;
}
