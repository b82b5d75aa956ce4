/**
 * Bounds on what one item may cost, and the budget that counts against them. All sizes in bytes, times
 * in milliseconds. Every extractor charges the budget as it expands; the budget throws a LeaksiftError
 * whose code names the limit, and the scan records it as coverage.
 */
import { LeaksiftError } from './errors.js';

export type Limits = {
  /** Items larger than this are skipped with `limit-file-size`. Infinity: no limit. */
  readonly maxFileBytes: number;
  /** How many containers may be opened inside one another. */
  readonly maxArchiveDepth: number;
  /** Total bytes that all members of one item may expand to. */
  readonly maxExpandedBytes: number;
  /** Members of one item, over all its containers. */
  readonly maxMembers: number;
  /** Expanded bytes per compressed byte of one stream, tested once it has grown past 64 MiB. */
  readonly maxRatio: number;
  /** Time for one item, which its bytes lengthen as they arrive (Budget). */
  readonly timeoutMs: number;
  /** A member that needs random access is held in memory up to here, else spooled to a private file. */
  readonly maxMemoryBytes: number;
  /** Text larger than twice this is cut into ranges of about this size. Undefined: what suits its source. */
  readonly rangeBytes?: number;
  /** The largest content handed to a parser that must hold all of it at once. */
  readonly maxParseBytes: number;
};

export const MiB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  maxFileBytes: Number.POSITIVE_INFINITY,
  maxArchiveDepth: 8,
  maxExpandedBytes: 64 * 1024 * MiB,
  maxMembers: 5_000_000,
  // Deflate cannot exceed 1,032 : 1, but real logs and CSV stay far below 500 : 1 over 64 MiB.
  maxRatio: 500,
  timeoutMs: 600_000,
  maxMemoryBytes: 16 * MiB,
  maxParseBytes: 512 * MiB,
};

/** Codes of what a budget throws for the item as a whole: nothing more of it is read. */
export const ENDS_ITEM: ReadonlySet<string> = new Set([
  'timeout',
  'interrupted',
  'limit-expanded-size',
  'limit-members',
]);

const RATIO_GRACE_BYTES = 64 * MiB;

/** Bytes of an item that buy it a second more. Slower disks and parsers than this are none. */
const BYTES_PER_SECOND = 2 * MiB;

/** Counts what one item has cost so far. One per item, shared by all its members. */
export class Budget {
  expandedBytes = 0;
  members = 0;
  /** Bytes that may buy time, where the size of the item is known: what is read twice buys it once. */
  itemBytes = Number.POSITIVE_INFINITY;
  #arrivedBytes = 0;
  #waitedMs = 0;
  readonly #started: number;

  constructor(
    readonly limits: Limits,
    private readonly now: () => number,
    readonly signal?: AbortSignal,
  ) {
    this.#started = now();
  }

  /** Bytes of the item itself have come: they buy time. Bytes of a hole must not be told. */
  arrive(bytes: number): void {
    this.#arrivedBytes = Math.min(this.#arrivedBytes + bytes, this.itemBytes);
  }

  /** Time that went by while a sender was silent. It is not charged: the source bounds it. */
  wait(ms: number): void {
    this.#waitedMs += ms;
  }

  /** Charges bytes that came out of a container. Throws `limit-expanded-size`. */
  expand(bytes: number): void {
    this.expandedBytes += bytes;
    if (this.expandedBytes > this.limits.maxExpandedBytes) {
      throw new LeaksiftError('limit-expanded-size', 'expands to more than --max-expanded-size');
    }
  }

  /** Tests one stream's compression ratio. Throws `limit-ratio`. */
  ratio(compressedBytes: number, expandedBytes: number): void {
    if (expandedBytes < RATIO_GRACE_BYTES) return;
    if (expandedBytes > this.limits.maxRatio * Math.max(1, compressedBytes)) {
      throw new LeaksiftError('limit-ratio', `expands more than ${this.limits.maxRatio} times`);
    }
  }

  /** Counts one member. Throws `limit-members`. */
  member(): void {
    this.members += 1;
    if (this.members > this.limits.maxMembers) {
      throw new LeaksiftError('limit-members', `holds more than ${this.limits.maxMembers} members`);
    }
  }

  /** Throws `timeout` or `interrupted`. Call it in every loop that may be long. */
  check(): void {
    if (this.signal?.aborted) throw new LeaksiftError('interrupted', 'interrupted');
    const boughtMs = (this.#arrivedBytes / BYTES_PER_SECOND) * 1000;
    if (this.now() - this.#started > this.limits.timeoutMs + boughtMs + this.#waitedMs)
      throw new LeaksiftError('timeout', `took longer than ${this.limits.timeoutMs / 1000} s`);
  }

  /** Milliseconds on the clock that is charged. */
  time(): number {
    return this.now();
  }
}

/** First bytes of a content that detection looks at: magics of tar (257) and ISO 9660 (32,769) are inside. */
export const HEAD_BYTES = 64 * 1024;
