/**
 * What is found in a name: a segment of a path, a member, a sheet. In: the name. Out: the matches in it that share no
 * byte. Names are short and without context; words in them are joined by anything but spaces (`Dupont_Jean-CV.pdf`).
 * Not to be called while a page is being scanned: the engine has room for one.
 */
import type { Match } from '../../core/match.js';
import { type Located, Resolver } from '../../findings/resolve.js';
import type { Engine } from '../../match/engine.js';

/** Folders repeat with every file below them, sheets and columns with every table. */
const CACHED_NAMES = 4096;
/** Longer names are cut: no file system has them. */
const MAX_NAME_BYTES = 8192;
/** Ten digits or so with the zero that leads numbers of a country: other numbers in names hardly begin with it. */
const NATIONAL_NUMBER = /(?<!\d)0[1-9]\d{7}/;
/** Persons have capitals. */
const JOINED_WORDS = /\p{Lu}.*[.+-]|[.+-].*\p{Lu}/u;
/** A capital, an address or four digits: without one no pattern and no name matches, and most names have none. */
const MAY_TELL = /\p{Lu}|@|(?:\d\D{0,3}){4}/u;
const ENDING = /\.(?=[A-Za-z0-9]{1,8}$)/;

export class NameFinder {
  readonly #known = new Map<string, readonly Match[]>();

  constructor(private readonly engine: Engine) {}

  /** Matches in the order of their start; offsets are of the name's UTF-8. */
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
    // Only persons are looked for where dots and hyphens are spaces: numbers are written with them.
    if (JOINED_WORDS.test(stem)) {
      const spaced = this.#scan(stem.replace(/[.+-]/g, ' '));
      found.push(...spaced.filter(({ rule }) => rule.entity === 'PERSON'));
    }
    if (NATIONAL_NUMBER.test(joined)) found.push(...this.#phones(joined));
    return settled(found);
  }

  /** A file that is called by a number alone is a recording, a chat or a card of that number. */
  #phones(text: string): Match[] {
    return this.#scan(text, 'telephone').filter(({ rule, value }) => {
      return rule.entity === 'PHONE_NUMBER' && value.startsWith('0');
    });
  }

  /** `header`: what the text is read as a cell of. */
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
