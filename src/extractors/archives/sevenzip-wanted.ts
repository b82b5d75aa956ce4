/**
 * The members of an archive to read: maps the paths that 7-Zip writes to the listed members and their names, and
 * keeps which did not arrive. Paths are compared as 7-Zip prints them: it lists control characters as `_`, but writes
 * them unchanged.
 */

/** Characters that a listing cannot show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant.
const CONTROL = /[\0-\x1f\x7f]/g;

export class WantedMembers {
  readonly #names = new Map<string, string>();
  readonly #left = new Map<string, string>();
  readonly #refused = new Set<string>();

  /** `others`: whether a path that no listing contained is a member too. */
  constructor(private readonly others: 'read' | 'ignore') {}

  get size(): number {
    return this.#names.size;
  }

  /** Adds a member by its path in the listing. Of two with one path, both are read. */
  want(path: string, name: string): void {
    this.#names.set(keyOf(path), name);
    this.#left.set(keyOf(path), name);
  }

  /** A member that is not read, unless another one has the same path. */
  refuse(path: string): void {
    this.#refused.add(keyOf(path));
  }

  /** The name of the member that is written to this path; undefined if it is not to be read. */
  nameOf(path: string): string | undefined {
    const key = keyOf(path);
    const name = this.#names.get(key);
    if (name !== undefined) {
      this.#left.delete(key);
      return path.search(CONTROL) < 0 ? name : path;
    }
    if (this.others === 'ignore' || this.#refused.has(key)) return undefined;
    // A listing can hold one member without a path: its archive's only stream.
    this.#left.delete('');
    return path;
  }

  /** Paths and names of the members that did not arrive. */
  left(): readonly (readonly [string, string])[] {
    return [...this.#left];
  }
}

/** 7-Zip writes an empty name (`a/`, `a/.`) as `a/_`. */
function keyOf(path: string): string {
  const isNamed = !/(?:^|\/)\.{0,2}$/.test(path);
  const clean = cleanPath(path);
  return (isNamed || clean === '' ? clean : `${clean}/_`).replace(CONTROL, '_');
}

/** A listed path in the form that 7-Zip extracts to: without leading slashes and dots. */
export function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}
