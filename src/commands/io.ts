/** The environment of a command: signal, streams and terminal. cli.ts fills it from `process`. */
import type { Readable, Writable } from 'node:stream';
import type { Outside } from '../library/outside.js';

/** `signal` is aborted by SIGINT or SIGTERM; its reason is the exit status. */
export type Io = Outside & {
  /** Opened on demand. Scans read it through their own source. */
  readonly stdin?: () => Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
};

/** Findings and incompleteness have separate statuses: a job can accept one and not the other. */
export const EXIT = { complete: 0, findings: 1, usage: 2, incomplete: 3, findingsIncomplete: 4 } as const;

/** The status of a run that was not interrupted. */
export function statusOf({
  isFound,
  isWhole,
}: {
  readonly isFound: boolean;
  readonly isWhole: boolean;
}): number {
  if (isFound) return isWhole ? EXIT.findings : EXIT.findingsIncomplete;
  return isWhole ? EXIT.complete : EXIT.incomplete;
}
