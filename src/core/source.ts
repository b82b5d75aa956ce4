/** Contracts of sources: addresses that can be listed, and the items they list. */
import type { Content } from './content.js';
import { type Limits, MiB } from './limits.js';
import type { ItemRange } from './range.js';

/**
 * One listed thing, as plain data: it is stored in plans and crosses to workers, where the source of
 * its `scheme` opens it. `fault` is set where listing already knows that it cannot be read.
 */
export type Item = {
  /** The id of its source. */
  readonly scheme: string;
  readonly uri: string;
  /** What the source needs to open it: an encoded local path, or bucket and key. */
  readonly target: string;
  readonly bytes?: number;
  /** Changes when the content does: ETag or version id; size-mtimeNs-ctimeNs-inode of a file. */
  readonly version?: string;
  /** One piece of a huge text that is cut so that all cores share it. */
  readonly range?: ItemRange;
  readonly fault?: { readonly status: 'skipped' | 'error'; readonly reason: string };
};

export type SourceOptions = {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly followSymlinks: boolean;
  /** A target that holds nothing to read is no fault. */
  readonly allowEmpty?: boolean;
  readonly s3: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly profile?: string;
    readonly noSignRequest: boolean;
    readonly requestPayer?: boolean;
    /** Reads all versions of objects, not the current ones only. */
    readonly versions?: boolean;
  };
};

export type SourceContext = {
  readonly options: SourceOptions;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called for each item, or whole folder, that --include and --exclude leave out of a listing. */
  readonly omitted?: (what: Omitted) => void;
};

export type Omitted = 'item' | 'folder';

/** The part of a pino logger that the pipeline uses. Never pass content or values. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What planning and scanning must know of a source. Sizes in bytes. */
export type SourceTraits = {
  /** Targets are local paths; a stored plan keeps them absolute, since it outlives its working folder. */
  readonly isLocal: boolean;
  /** Items can be opened once, in one process: a stored run cannot go on with them. */
  readonly isReadOnce: boolean;
  /** Items are opened over the network: threads that read them may connect to it. */
  readonly usesNetwork: boolean;
  /** Each list and open is a request that is charged as those of S3 are. */
  readonly hasPricedRequests: boolean;
  /** Bytes of a shard, and of the first ones of a run, which are small so that all workers start at once. */
  readonly shardBytes: number;
  readonly firstShardBytes: number;
  /** Texts larger than twice this are cut into ranges of this size. */
  readonly rangeBytes: number;
  /** Items that one worker reads side by side. */
  readonly itemsAtOnce: number;
  /** Where items are small, as many as this, while they hold no more than a few MiB together. */
  readonly mostItemsAtOnce: number;
};

/** Of local files: a shard is seconds of work, so that a worker does not wait long for the last of a run. */
export const DEFAULT_TRAITS: SourceTraits = {
  isLocal: false,
  isReadOnce: false,
  usesNetwork: false,
  hasPricedRequests: false,
  shardBytes: 8 * MiB,
  firstShardBytes: 2 * MiB,
  rangeBytes: 8 * MiB,
  // Files are read faster than matched.
  itemsAtOnce: 2,
  mostItemsAtOnce: 2,
};

export interface Source {
  /** Unique: the scheme of its items. */
  readonly id: string;
  /** Where it differs from DEFAULT_TRAITS. */
  readonly traits?: Partial<SourceTraits>;
  /** True when the source reads this address as written on the command line. */
  accepts(address: string): boolean;
  /**
   * Lists in a fixed order (by bytes of the whole name, as S3 does). Throws LeaksiftError `source` or
   * the errno's code when the address itself cannot be opened; faults further in are items with `fault`.
   */
  list(address: string, context: SourceContext): AsyncIterable<Item>;
  /** Opens a listed item. Throws LeaksiftError when it cannot be read or has changed since. */
  open(item: Item, context: SourceContext): Promise<Content>;
  /** Frees connections. */
  close?(): Promise<void>;
}
