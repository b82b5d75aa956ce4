/** The outside of a command: streams, environment, terminal, signals. cli.ts fills it from `process`. */
import type { Readable, Writable } from 'node:stream';

export type Io = {
  /** Opened where it is asked for. Scans read it through its own source. */
  readonly stdin?: () => Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  readonly workingFolder: string;
  /** Aborted by SIGINT or SIGTERM; the reason is the exit status. */
  readonly signal: AbortSignal;
};

export const EXIT = { complete: 0, findings: 1, usage: 2, incomplete: 3 } as const;
