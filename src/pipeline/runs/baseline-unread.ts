/**
 * Unread contents that somebody has reviewed and accepted, by address, reason and, optionally, version of the item.
 * Their coverage lines stay and are marked; they no longer make the run incomplete.
 */
import { z } from 'zod';
import type { Coverage } from '../../core/events.js';
import { safeJson } from '../../core/printable.js';
import { compileGlob, globbedName } from '../../sources/glob.js';
import { isCoverageLine } from '../scan/line-kinds.js';
import { isUnread, type Tally } from '../scan/tally.js';
import { acceptance, globText } from './baseline-entry.js';

export const unreadSchema = z.strictObject({
  /** Reasons as in coverage lines, separated by commas. */
  unread: z.string().regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, 'must be reasons as in a coverage line'),
  uri: globText,
  /** The member, as in its coverage line; default: the item itself. */
  path: globText.optional(),
  /** Applies to these bytes only; default: to any content at the address. */
  version: z.string().min(1).optional(),
  ...acceptance,
});

export type UnreadEntry = z.infer<typeof unreadSchema>;
type Accepted = {
  readonly entry: UnreadEntry;
  readonly reasons: ReadonlySet<string>;
  readonly uri: RegExp;
  readonly path: RegExp | undefined;
  used: boolean;
};

const COMPLETE = Buffer.from('"status":"complete"');

export class AcceptedUnread {
  readonly #accepted: readonly Accepted[];

  constructor(entries: readonly UnreadEntry[]) {
    this.#accepted = entries.map((entry) => ({
      entry,
      reasons: new Set(entry.unread.split(',')),
      uri: compileGlob(entry.uri),
      path: entry.path === undefined ? undefined : compileGlob(entry.path),
      used: false,
    }));
  }

  /** Entries that matched no coverage line. */
  get unused(): number {
    return this.#accepted.filter(({ used }) => !used).length;
  }

  /** Returns the marked line if an entry accepts it, and removes it from the tally's unread. */
  mark(line: Buffer, tally: Tally): Buffer | undefined {
    if (this.#accepted.length === 0 || !isCoverageLine(line)) return undefined;
    if (line.includes(COMPLETE)) return undefined;
    const coverage = JSON.parse(line.toString('utf8')) as Coverage;
    const match = isUnread(coverage) && this.#accepted.find((accepted) => accepts(accepted, coverage));
    if (!match) return undefined;
    match.used = true;
    return acceptUnread(coverage, tally);
  }
}

/** The coverage line marked as accepted. Removes it from the tally's unread. */
export function acceptUnread(coverage: Coverage, tally: Tally): Buffer {
  tally.unread -= 1;
  tally.acceptedUnread += 1;
  return Buffer.from(`${safeJson({ ...coverage, accepted: true })}\n`);
}

function accepts({ entry, reasons, uri, path }: Accepted, coverage: Coverage): boolean {
  const { reason = '', version } = coverage;
  const isPlace =
    path === undefined ? coverage.path === undefined : path.test(globbedName(coverage.path ?? ''));
  return (
    isPlace &&
    uri.test(globbedName(coverage.uri)) &&
    reason.split(',').every((one) => reasons.has(one)) &&
    (entry.version === undefined || isSameVersion(entry.version, version ?? ''))
  );
}

const LOCAL_VERSION = /^(\d+-\d+)-\d+-\d+$/;

/** Of local files only size and modification time count: another mount or mode does not change the bytes. */
function isSameVersion(a: string, b: string): boolean {
  const [x, y] = [LOCAL_VERSION.exec(a)?.[1], LOCAL_VERSION.exec(b)?.[1]];
  return a === b || (x !== undefined && x === y);
}
