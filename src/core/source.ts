/** Contracts of sources: addresses that can be listed, and the items they list. */
import type { Content } from './content.js';
import type { Limits } from './limits.js';
import type { ItemRange } from './range.js';

/**
 * One listed thing, as plain data: it is stored in plans and crosses to workers, where the source of
 * its `scheme` opens it. `fault` is set where listing already knows that it cannot be read.
 */
export type Item = {
  readonly scheme: 'file' | 's3' | 'stdin';
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
  readonly s3: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly profile?: string;
    readonly noSignRequest: boolean;
    readonly requestPayer?: boolean;
  };
};

export type SourceContext = {
  readonly options: SourceOptions;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly log: Log;
};

/** The part of a pino logger that the pipeline uses. Never pass content or values. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Source {
  readonly id: Item['scheme'];
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
