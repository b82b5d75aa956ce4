/**
 * Reads the events of an extraction by 7-Zip: members are passed on as they are written, so that a solid archive is
 * read once and nothing is stored. Each member is a content; an error that 7-Zip prints becomes its member's.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { ENDS_ITEM } from '../../core/limits.js';
import { archiveFaults, faultCode, isAboutMember, lineAbout } from './sevenzip-faults.js';
import type { SevenZipEvent } from './sevenzip-protocol.js';
import type { WantedMembers } from './sevenzip-wanted.js';

/** Exit status of 7-Zip up to which nothing failed: https://7-zip.opensource.jp/chm/cmdline/exit_codes.htm */
const WARNING = 1;

export type ReadInto = {
  readonly out: PartWriter;
  readonly context: ExtractContext;
  /** Collects why the archive is incomplete. */
  readonly reasons: Set<string>;
};

/**
 * Passes on the wanted members of one extraction. Those that 7-Zip skips, or does not reach before it or the budget
 * ends, become members with a reason. Throws what ended the extraction.
 */
export async function readWanted(
  events: AsyncIterable<SevenZipEvent>,
  wanted: WantedMembers,
  into: ReadInto & { readonly archiveBytes: number },
): Promise<void> {
  const { reasons, context } = into;
  const feed = new Feed(events, into.archiveBytes, context);
  let fault: unknown;
  try {
    await giveMembers(feed, wanted, into);
  } catch (error) {
    if (ENDS_ITEM.has(codeOf(error))) throw error;
    fault = error;
  } finally {
    await feed.close();
  }
  const { errors } = feed;
  for (const reason of archiveFaults(errors)) reasons.add(reason);
  if (feed.exitCode > WARNING && errors.length === 0) reasons.add('corrupt');
  for (const [path, name] of wanted.left()) {
    const code = fault === undefined ? faultCode(lineAbout(path, errors)) : codeOf(fault);
    await refuseMember({ name, code }, into);
  }
  if (fault !== undefined) throw fault;
}

async function giveMembers(feed: Feed, wanted: WantedMembers, { out, context }: ReadInto): Promise<void> {
  for (let event = await feed.next(); event; event = await feed.next()) {
    if (event.type !== 'open' && event.type !== 'link') continue;
    const { type, path } = event;
    const name = wanted.nameOf(path);
    if (name === undefined) continue;
    const open = type === 'link' ? () => refuse('not-regular-file') : () => feed.member(path);
    await out.member(context.child(name, open));
  }
}

/** Adds a member that is not read; the archive is then incomplete, unless there was nothing to read. */
export async function refuseMember(
  member: { readonly name: string; readonly code: string; readonly size?: number },
  { out, context, reasons }: ReadInto,
): Promise<void> {
  const { name, code, size } = member;
  if (code !== 'not-regular-file') reasons.add(code);
  await out.member(context.child(name, () => refuse(code), { size }));
}

/** The content of a member that cannot be read. */
// biome-ignore lint/correctness/useYield: it only says why there is nothing to read.
export async function* refuse(code: string): AsyncGenerator<Uint8Array> {
  throw new LeaksiftError(code, 'a member that 7-Zip does not read');
}

/** The events, with one of lookahead, and the data of the current member. */
class Feed {
  exitCode = 0;
  readonly errors: string[] = [];
  #expanded = 0;
  #held: SevenZipEvent | undefined;
  #fault: unknown;
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
    // A failed stream gives no more: its error must end the extraction, not only a member.
    if (this.#fault !== undefined) throw this.#fault;
    const next = await this.#iterator.next().catch((error: unknown) => {
      this.#fault = error;
      throw error;
    });
    if (next.done) return undefined;
    const event = next.value;
    if (event.type === 'exit') this.exitCode = event.code;
    if (event.type === 'error-line' && event.text.trim() !== '') this.errors.push(event.text);
    if (event.type === 'data') this.#charge(event.bytes.length);
    return event;
  }

  /** Data of unread members is charged too. */
  #charge(bytes: number): void {
    const { budget } = this.context;
    this.#expanded += bytes;
    budget.expand(bytes);
    budget.ratio(this.archiveBytes, this.#expanded);
  }

  /** Yields the data up to the next member; then throws the error of 7-Zip for this one. */
  async *member(path: string): AsyncGenerator<Uint8Array> {
    const before = this.errors.length;
    for (let event = await this.next(); event; event = await this.next()) {
      if (event.type === 'data') yield event.bytes;
      if (event.type !== 'open' && event.type !== 'link' && event.type !== 'exit') continue;
      this.#held = event;
      break;
    }
    const said = this.errors.slice(before).find((line) => isAboutMember(line, path));
    if (said !== undefined) throw new LeaksiftError(faultCode(said), '7-Zip could not read the member');
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
