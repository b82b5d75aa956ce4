/**
 * The members of an archive that are to be read: which of the paths that 7-Zip writes to is one of them, under
 * which name, and which ones did not come. Paths are compared as 7-Zip prints them: control characters in names
 * come out as `_` in its listing, but not where it writes to.
 */

/** Characters that a listing cannot show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant.
const CONTROL = /[\0-\x1f\x7f]/g;

export class WantedMembers {
  readonly #names = new Map<string, string>();
  readonly #left = new Map<string, string>();
  readonly #refused = new Set<string>();

  /** `others`: whether a path that no listing named is a member too. */
  constructor(private readonly others: 'read' | 'ignore') {}

  get size(): number {
    return this.#names.size;
  }

  /** Takes a member by its path in the listing. Of two with one path, both are read. */
  want(path: string, name: string): void {
    this.#names.set(keyOf(path), name);
    this.#left.set(keyOf(path), name);
  }

  /** A member that is not to be read, unless another one of the same path is. */
  refuse(path: string): void {
    this.#refused.add(keyOf(path));
  }

  /** The name of the member that is written to this path; undefined where it is none to read. */
  nameOf(path: string): string | undefined {
    const key = keyOf(path);
    const name = this.#names.get(key);
    if (name !== undefined) {
      this.#left.delete(key);
      return path.search(CONTROL) < 0 ? name : path;
    }
    if (this.others === 'ignore' || this.#refused.has(key)) return undefined;
    // A listing may hold one member without a path: a stream that its archive holds alone.
    this.#left.delete('');
    return path;
  }

  /** Paths and names of the members that did not come. */
  left(): readonly (readonly [string, string])[] {
    return [...this.#left];
  }
}

/** A name that is none (`a/`, `a/.`) is written as `a/_`. */
function keyOf(path: string): string {
  const isNamed = !/(?:^|\/)\.{0,2}$/.test(path);
  const clean = cleanPath(path);
  return (isNamed || clean === '' ? clean : `${clean}/_`).replace(CONTROL, '_');
}

/** A listed path as 7-Zip writes it when extracting: without leading slashes and dots. */
export function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}
