/**
 * Extracts an archive through 7-Zip in one pass: members come as they are written, so that a solid archive
 * is read once and nothing is stored. Each member is a content; the errors 7-Zip prints become theirs.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import type { SevenZipEvent } from './sevenzip-protocol.js';

export type MemberPlan = {
  /** The name to report for a path as 7-Zip writes it; undefined to leave the member out. */
  readonly nameOf: (path: string) => string | undefined;
  /** Bytes of the archive, to measure ratios by. */
  readonly archiveBytes: number;
};

export type Extracted = {
  readonly exitCode: number;
  readonly errors: readonly string[];
  readonly members: number;
};

export async function extractMembers(
  events: AsyncIterable<SevenZipEvent>,
  plan: MemberPlan,
  { out, context }: { out: PartWriter; context: ExtractContext },
): Promise<Extracted> {
  const feed = new Feed(events, plan.archiveBytes, context);
  let members = 0;
  try {
    for (let event = await feed.next(); event; event = await feed.next()) {
      if (event.type !== 'open' && event.type !== 'link') continue;
      const name = plan.nameOf(event.path);
      if (name === undefined) continue;
      members++;
      const open = event.type === 'link' ? refuseLink : () => feed.member();
      await out.member(context.child(name, open));
    }
    return { exitCode: feed.exitCode, errors: feed.errors, members };
  } finally {
    await feed.close();
  }
}

// biome-ignore lint/correctness/useYield: it only says why there is nothing to read.
async function* refuseLink(): AsyncGenerator<Uint8Array> {
  throw new LeaksiftError('not-regular-file', 'a link');
}

/** The events, with one taken back, and the data of the member they stand at. */
class Feed {
  exitCode = 0;
  readonly errors: string[] = [];
  #expanded = 0;
  #held: SevenZipEvent | undefined;
  readonly #iterator: AsyncIterator<SevenZipEvent>;

  constructor(
    events: AsyncIterable<SevenZipEvent>,
    private readonly archiveBytes: number,
    private readonly context: ExtractContext,
  ) {
    this.#iterator = events[Symbol.asyncIterator]();
  }

  async next(): Promise<SevenZipEvent | undefined> {
    const held = this.#held;
    this.#held = undefined;
    if (held) return held;
    const next = await this.#iterator.next();
    if (next.done) return undefined;
    const event = next.value;
    if (event.type === 'exit') this.exitCode = event.code;
    if (event.type === 'error-line' && event.text.trim() !== '') this.errors.push(event.text);
    if (event.type === 'data') this.#charge(event.bytes.length);
    return event;
  }

  /** Data of a member that nobody reads costs as much as any. */
  #charge(bytes: number): void {
    const { budget } = this.context;
    this.#expanded += bytes;
    budget.expand(bytes);
    budget.ratio(this.archiveBytes, this.#expanded);
  }

  /** The data up to the next member; then throws what 7-Zip said of this one. */
  async *member(): AsyncGenerator<Uint8Array> {
    const before = this.errors.length;
    for (let event = await this.next(); event; event = await this.next()) {
      if (event.type === 'data') yield event.bytes;
      if (event.type !== 'open' && event.type !== 'link' && event.type !== 'exit') continue;
      this.#held = event;
      break;
    }
    const said = this.errors.slice(before).find((line) => /^ERROR: /.test(line));
    if (said !== undefined) throw new LeaksiftError(faultCode(said), '7-Zip could not read the member');
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** Our code for an error line of 7-Zip. */
export function faultCode(line: string): string {
  if (/wrong password|encrypted/i.test(line)) return 'encrypted';
  if (/unsupported method/i.test(line)) return 'unsupported-method';
  if (/unexpected end|unavailable data|missing volume/i.test(line)) return 'truncated';
  return 'corrupt';
}
