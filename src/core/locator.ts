/**
 * Identifies a content: the URI of its item, the item's version, and the hops through containers. `hops` are the
 * member names, outermost first, already escaped; `path` joins them with `!`.
 */
import { isUnsafe } from './printable.js';

export type Locator = {
  readonly uri: string;
  /** ETag or version of an object; size-mtime of a file. */
  readonly version?: string;
  readonly hops: readonly string[];
};

/** The locator of a member inside `parent`. `name` is hostile: it is escaped here, once. */
export function memberLocator(parent: Locator, name: string): Locator {
  return { ...parent, hops: [...parent.hops, escapeName(name).replaceAll('!', '%21')] };
}

/** The path inside the item, or undefined for the item itself. */
export function innerPath(locator: Locator): string | undefined {
  return locator.hops.length === 0 ? undefined : locator.hops.join('!');
}

/** For logs and errors: `uri!hop!hop`. */
export function printLocator(locator: Locator): string {
  return [locator.uri, ...locator.hops].join('!');
}

const PLAIN = /^[ !-$&-~]*$/;

/**
 * Percent-encodes what must not appear raw in a name: unsafe characters (printable.ts), lone surrogates (bytes that
 * are not UTF-8, as U+DC80 + byte − 0x80, like Python's surrogateescape) and `%` itself, so that the escaping is
 * reversible.
 */
export function escapeName(name: string): string {
  if (PLAIN.test(name)) return name;
  let out = '';
  for (const ch of name) {
    const cp = ch.codePointAt(0) as number;
    if (cp >= 0xdc80 && cp <= 0xdcff) out += percent(cp - 0xdc00);
    else if (cp >= 0xd800 && cp <= 0xdfff) out += '%EF%BF%BD';
    else if (ch === '%' || isUnsafe(ch)) out += encodeURIComponent(ch);
    else out += ch;
  }
  return out;
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
