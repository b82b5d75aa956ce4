/**
 * Accepted findings and accepted unread contents, each with a reason, an owner and a last day. Accepted findings are
 * counted and not reported; accepted contents are marked. An expired entry has no effect. Applied when shards are
 * merged, so that shards hold all findings and another baseline needs no new scan.
 */
import { createHash } from 'node:crypto';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { LeaksiftError } from '../../core/errors.js';
import type { Finding } from '../../core/events.js';
import { compileGlob, globbedName } from '../../sources/glob.js';
import { isFindingLine } from '../scan/line-kinds.js';
import { lineEnds } from '../scan/lines.js';
import { type Tally, uncountFinding } from '../scan/tally.js';
import { acceptance, globText } from './baseline-entry.js';
import { AcceptedUnread, type UnreadEntry, unreadSchema } from './baseline-unread.js';

const entrySchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits, as in a finding'),
  /** Only in items with a matching URI; default: everywhere. */
  uri: globText.optional(),
  ...acceptance,
});

const fileSchema = z.union([
  z.array(z.unknown()),
  z.strictObject({ keyCheck: z.string().optional(), accepted: z.array(z.unknown()) }),
]);

type FindingEntry = z.infer<typeof entrySchema>;
export type BaselineEntry = FindingEntry | UnreadEntry;
type Accepted = { readonly entry: FindingEntry; readonly glob: RegExp | undefined; used: boolean };

// Inside a string the quotes would be escaped, so this matches only the key.
const MARK = Buffer.from('"fingerprint":"');
const FINGERPRINT_BYTES = 32;

export class Baseline {
  readonly expired: readonly BaselineEntry[];
  readonly #accepted = new Map<string, Accepted[]>();
  readonly #unread: AcceptedUnread;

  /** `keyCheck` belongs to the key of the fingerprints, if the file has it. */
  private constructor(
    entries: readonly BaselineEntry[],
    today: string,
    readonly keyCheck: string | undefined,
    /** SHA-256 of the file. */
    readonly sha256: string,
  ) {
    this.expired = entries.filter(({ expires }) => expires < today);
    const valid = entries.filter(({ expires }) => expires >= today);
    this.#unread = new AcceptedUnread(valid.filter((entry) => 'unread' in entry));
    for (const entry of valid.filter((each) => 'fingerprint' in each)) {
      const glob = entry.uri === undefined ? undefined : compileGlob(entry.uri);
      const known = this.#accepted.get(entry.fingerprint) ?? [];
      this.#accepted.set(entry.fingerprint, [...known, { entry, glob, used: false }]);
    }
  }

  /** YAML, or JSON lines with one entry each. `name` is for errors, which name the entry and the field. */
  static parse(content: string, name: string, today: string): Baseline {
    const { list, keyCheck } = readEntries(content, name);
    const entries = list.map((entry, i) => {
      const isUnread = typeof entry === 'object' && entry !== null && 'unread' in entry;
      const { data, error } = (isUnread ? unreadSchema : entrySchema).safeParse(entry);
      if (data) return data;
      const [issue] = error.issues;
      const field = issue?.path.join('.') ?? '';
      throw new LeaksiftError('config', `${name}: entry ${i + 1}: ${field}${field && ': '}${issue?.message}`);
    });
    const sha256 = createHash('sha256').update(content).digest('hex');
    return new Baseline(entries, today, keyCheck, sha256);
  }

  /** Throws `usage` if the fingerprints were made with another key: no entry would match. */
  mustBeOfKey(keyCheck: string, name: string): void {
    if (this.keyCheck === undefined || this.keyCheck === keyCheck) return;
    throw new LeaksiftError(
      'usage',
      `${name}: was made with another fingerprint key; give the same --fingerprint-key-file`,
    );
  }

  /** Entries in effect that matched nothing. */
  get unused(): number {
    const findings = [...this.#accepted.values()].flat().filter(({ used }) => !used).length;
    return findings + this.#unread.unused;
  }

  /**
   * Returns whole lines without the accepted findings, and with accepted coverage marked. Moves both to the tally's
   * accepted counts.
   */
  filter(lines: Buffer, tally: Tally): Buffer {
    const kept: Buffer[] = [];
    let from = 0;
    let at = 0;
    for (const end of lineEnds(lines)) {
      const line = lines.subarray(at, end);
      const finding = this.#acceptedAt(line);
      const marked = finding ? undefined : this.#unread.mark(line, tally);
      if (finding || marked) {
        kept.push(lines.subarray(from, at), ...(marked ? [marked] : []));
        from = end;
      }
      if (finding) {
        uncountFinding(tally, finding);
        tally.accepted += 1;
      }
      at = end;
    }
    return from === 0 ? lines : Buffer.concat([...kept, lines.subarray(from)]);
  }

  #acceptedAt(line: Buffer): Finding | undefined {
    if (!isFindingLine(line)) return undefined;
    const at = line.indexOf(MARK) + MARK.length;
    const candidates = this.#accepted.get(line.toString('latin1', at, at + FINGERPRINT_BYTES));
    if (!candidates) return undefined;
    const finding = JSON.parse(line.toString('utf8')) as Finding;
    const name = globbedName(finding.uri);
    const match = candidates.find(({ glob }) => glob === undefined || glob.test(name));
    if (match) match.used = true;
    return match && finding;
  }
}

function readEntries(content: string, name: string): { list: readonly unknown[]; keyCheck?: string } {
  if (/^\s*\{.*\}\s*(\n|$)/.test(content) && !/^\s*\{\s*"?accepted/.test(content))
    return readJsonLines(content, name);
  const { data } = fileSchema.safeParse(readYaml(content, name) ?? []);
  if (data === undefined) {
    throw new LeaksiftError(
      'config',
      `${name}: must be a list of accepted findings, or a map with "accepted"`,
    );
  }
  return Array.isArray(data) ? { list: data } : { list: data.accepted, keyCheck: data.keyCheck };
}

function readYaml(content: string, name: string): unknown {
  try {
    return parseYaml(content);
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw new LeaksiftError('config', `${name}${line ? `:${line}` : ''}: is not valid YAML`, {
      cause: error,
    });
  }
}

function readJsonLines(content: string, name: string): { list: unknown[] } {
  const list = content.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw new LeaksiftError('config', `${name}:${i + 1}: is not valid JSON`, { cause: error });
    }
  });
  return { list };
}
