/** The outside of a command: what a scan needs of it, streams and a terminal. cli.ts fills it from `process`. */
import type { Readable, Writable } from 'node:stream';
import type { Outside } from '../library/outside.js';

/** `signal` is aborted by SIGINT or SIGTERM; its reason is the exit status. */
export type Io = Outside & {
  /** Opened where it is asked for. Scans read it through its own source. */
  readonly stdin?: () => Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
};

export const EXIT = { complete: 0, findings: 1, usage: 2, incomplete: 3 } as const;
