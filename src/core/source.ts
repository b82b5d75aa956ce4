/** Contracts of sources: addresses that can be listed, and the items they list. */
import type { Content } from './content.js';
import { type Limits, MiB } from './limits.js';
import type { ItemRange } from './range.js';

/**
 * A listed item, as plain data: plans store it and workers receive it, where the source of its `scheme` opens it.
 * `fault` is set if listing already finds that it cannot be read.
 */
export type Item = {
  /** The id of its source. */
  readonly scheme: string;
  readonly uri: string;
  /** What the source needs to open it: an encoded local path, or bucket and key. */
  readonly target: string;
  readonly bytes?: number;
  /** Changes with the content: an object's ETag or version id; size-mtimeNs-ctimeNs-inode of a file. */
  readonly version?: string;
  /** Where in `uri` the names begin that no item listed before had. Default: its own, the last. */
  readonly namesFrom?: number;
  /** One piece of a huge text that is cut so that all cores share the work. */
  readonly range?: ItemRange;
  readonly fault?: { readonly status: 'skipped' | 'error'; readonly reason: string };
};

export type SourceOptions = {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly followSymlinks: boolean;
  /** An empty target is no fault. */
  readonly allowEmpty?: boolean;
  readonly s3: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly profile?: string;
    readonly noSignRequest: boolean;
    readonly requestPayer?: boolean;
    /** Reads all versions of objects, not only the current ones. */
    readonly versions?: boolean;
  };
};

export type SourceContext = {
  readonly options: SourceOptions;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called for each item or whole folder that --include and --exclude omit from a listing. */
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

/** What planning and scanning need to know about a source. Sizes in bytes. */
export type SourceTraits = {
  /** Targets are local paths. A stored plan keeps them absolute, so that it works from another folder. */
  readonly isLocal: boolean;
  /** Items can be opened only once, in one process: a stored run cannot resume with them. */
  readonly isReadOnce: boolean;
  /** Items are opened over the network: threads that read them may connect to it. */
  readonly usesNetwork: boolean;
  /** Each list and open is a request that is billed like those of S3. */
  readonly hasPricedRequests: boolean;
  /** Bytes of a shard, and of the first shards of a run, which are smaller so that all workers start at once. */
  readonly shardBytes: number;
  readonly firstShardBytes: number;
  /** Texts larger than twice this are cut into ranges of this size. */
  readonly rangeBytes: number;
  /** Items that one worker reads concurrently. */
  readonly itemsAtOnce: number;
  /** The limit of itemsAtOnce while the open items are small: a few MiB in total. */
  readonly mostItemsAtOnce: number;
};

/** Traits of local files: a shard takes seconds, so that no worker waits long for the last one of a run. */
export const DEFAULT_TRAITS: SourceTraits = {
  isLocal: false,
  isReadOnce: false,
  usesNetwork: false,
  hasPricedRequests: false,
  shardBytes: 8 * MiB,
  firstShardBytes: 2 * MiB,
  rangeBytes: 8 * MiB,
  // Files are read faster than they are matched.
  itemsAtOnce: 2,
  mostItemsAtOnce: 2,
};

export interface Source {
  /** Unique: the scheme of its items. */
  readonly id: string;
  /** The traits that differ from DEFAULT_TRAITS. */
  readonly traits?: Partial<SourceTraits>;
  /** True if the source reads this address, as given on the command line. */
  accepts(address: string): boolean;
  /**
   * Lists in a fixed order (by bytes of the whole name, as S3 does). Throws LeaksiftError `source` or the errno's
   * code if the address itself cannot be opened; later faults are items with `fault`.
   */
  list(address: string, context: SourceContext): AsyncIterable<Item>;
  /** Opens a listed item. Throws LeaksiftError if it cannot be read or has changed since listing. */
  open(item: Item, context: SourceContext): Promise<Content>;
  /** Closes connections. */
  close?(): Promise<void>;
}
