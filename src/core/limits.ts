/**
 * Limits on the cost of one item, and the budget that counts against them. Sizes in bytes, times in milliseconds.
 * Every extractor charges the budget as it expands; past a limit the budget throws a LeaksiftError whose code names
 * the limit, which the scan records as coverage.
 */
import { LeaksiftError, throwIfInterrupted } from './errors.js';

export type Limits = {
  /** Items larger than this are skipped with `limit-file-size`. Infinity: no limit. */
  readonly maxFileBytes: number;
  /** The deepest nesting of containers that is opened. */
  readonly maxArchiveDepth: number;
  /** Total bytes that all members of one item may expand to. */
  readonly maxExpandedBytes: number;
  /** Members of one item, over all its containers. */
  readonly maxMembers: number;
  /** Expanded bytes per compressed byte of one stream, tested once it has grown past 64 MiB. */
  readonly maxRatio: number;
  /** Time for one item, extended as its bytes arrive (Budget). */
  readonly timeoutMs: number;
  /** A member that needs random access is held in memory up to this size, and spooled to a private file above it. */
  readonly maxMemoryBytes: number;
  /** Text larger than twice this is cut into ranges of about this size. Undefined: the source's default. */
  readonly rangeBytes?: number;
  /** The largest content handed to a parser that must hold all of it in memory. */
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

/** Codes of the budget's errors that end the item: nothing more of it is read. */
export const ENDS_ITEM: ReadonlySet<string> = new Set([
  'timeout',
  'interrupted',
  'limit-expanded-size',
  'limit-members',
]);

const RATIO_GRACE_BYTES = 64 * MiB;

/** Bytes of an item that extend its time by one second. No working disk or parser is slower. */
const BYTES_PER_SECOND = 2 * MiB;

/** Counts the cost of one item. One per item, shared by all its members. */
export class Budget {
  expandedBytes = 0;
  members = 0;
  /** The most bytes that extend the time, where the item's size is known: bytes read twice count once. */
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

  /** Counts bytes of the item itself, which extend the time. Do not pass bytes of a hole. */
  arrive(bytes: number): void {
    this.#arrivedBytes = Math.min(this.#arrivedBytes + bytes, this.itemBytes);
  }

  /** Excludes time in which a sender was silent: the source limits it. */
  wait(ms: number): void {
    this.#waitedMs += ms;
  }

  /** Charges bytes that a container expands to. Throws `limit-expanded-size`. */
  expand(bytes: number): void {
    this.expandedBytes += bytes;
    if (this.expandedBytes > this.limits.maxExpandedBytes) {
      throw new LeaksiftError('limit-expanded-size', 'expands to more than --max-expanded-size');
    }
  }

  /** Checks the compression ratio of one stream. Throws `limit-ratio`. */
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

  /** Throws `timeout` or `interrupted`. Call it in every loop that can run long. */
  check(): void {
    throwIfInterrupted(this.signal);
    const boughtMs = (this.#arrivedBytes / BYTES_PER_SECOND) * 1000;
    if (this.now() - this.#started > this.limits.timeoutMs + boughtMs + this.#waitedMs)
      throw new LeaksiftError('timeout', `took longer than ${this.limits.timeoutMs / 1000} s`);
  }

  /** Charged milliseconds so far. */
  time(): number {
    return this.now();
  }
}

/** Bytes of a content that detection reads: includes the magics of tar (at 257) and ISO 9660 (at 32,769). */
export const HEAD_BYTES = 64 * 1024;
