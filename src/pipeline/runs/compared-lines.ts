/**
 * Compares the lines that shards merge to with the output file, as a stream. With a baseline, findings may be missing
 * from the file and unread contents may be marked: both count as accepted.
 */
import { createHash } from 'node:crypto';
import type { Coverage, Finding } from '../../core/events.js';
import { isCoverageLine, isFindingLine } from '../scan/line-kinds.js';
import { linesIn, wholeLines } from '../scan/lines.js';
import { isUnread, type Tally, uncountFinding } from '../scan/tally.js';
import { acceptUnread } from './baseline-unread.js';
import type { RunStore } from './run-store.js';

export interface ComparedLines {
  take(lines: Buffer): Promise<void> | void;
  /** True if the file holds exactly the lines taken. Call once. */
  isSame(file: FileDigest): Promise<boolean>;
}

export type FileDigest = { readonly bytes: number; readonly sha256: string };

/** Undefined if the file does not exist. */
export async function digestOf(store: RunStore, name: string): Promise<FileDigest | undefined> {
  if ((await store.size(name)) === undefined) return undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of store.read(name)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

export class HashedLines implements ComparedLines {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  take(lines: Buffer): void {
    this.#hash.update(lines);
    this.#bytes += lines.length;
  }

  async isSame({ bytes, sha256 }: FileDigest): Promise<boolean> {
    return bytes === this.#bytes && sha256 === this.#hash.digest('hex');
  }
}

/** Reads the file in parallel with the lines. */
export class BaselinedLines implements ComparedLines {
  readonly #file: AsyncGenerator<Buffer>;
  #next: Buffer | undefined;
  #bytes = 0;
  #isBegun = false;
  #isSame = true;

  /** `tally`: accepted findings and contents are removed from it. */
  constructor(
    store: RunStore,
    name: string,
    private readonly tally: Tally,
  ) {
    this.#file = eachLine(store.read(name));
  }

  async take(lines: Buffer): Promise<void> {
    if (!this.#isBegun) await this.#advance();
    for (const line of linesIn(lines)) {
      if (!this.#isSame) return;
      if (this.#next && line.equals(this.#next)) await this.#advance();
      else if (isFindingLine(line)) this.#accept(line);
      else if (this.#isMarked(line)) await this.#advance();
      else this.#isSame = false;
    }
  }

  async isSame({ bytes }: FileDigest): Promise<boolean> {
    if (!this.#isBegun) await this.#advance();
    await this.#file.return(undefined);
    return this.#isSame && this.#next === undefined && this.#bytes === bytes;
  }

  #accept(line: Buffer): void {
    uncountFinding(this.tally, JSON.parse(line.toString('utf8')) as Finding);
    this.tally.accepted += 1;
  }

  /** True if the file has this coverage line marked as accepted. */
  #isMarked(line: Buffer): boolean {
    if (!isCoverageLine(line)) return false;
    const coverage = JSON.parse(line.toString('utf8')) as Coverage;
    return isUnread(coverage) && this.#next?.equals(acceptUnread(coverage, this.tally)) === true;
  }

  async #advance(): Promise<void> {
    this.#isBegun = true;
    const { value, done } = await this.#file.next();
    this.#next = done ? undefined : (value as Buffer);
    this.#bytes += this.#next?.length ?? 0;
  }
}

async function* eachLine(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const lines of wholeLines(chunks)) yield* linesIn(lines);
}
