/** What crosses between a reader and its 7-Zip thread. Plain data only. */

/** Given once, when the thread starts. */
export type SevenZipStart = {
  /** One Int32: chunks posted and not yet taken. The thread sleeps while there are MAX_UNTAKEN. */
  readonly untaken: SharedArrayBuffer;
};

export type SevenZipRequest =
  /** The archive of all later runs: a local file, or its bytes. To 7-Zip it is /in/archive; members go to /out. */
  | { readonly type: 'open'; readonly archive: string | Uint8Array }
  /** One command, given as 7-Zip's arguments. The next may follow once its `exit` was posted. */
  | { readonly type: 'run'; readonly args: readonly string[] }
  /** Drops the archive. */
  | { readonly type: 'close' };

export type SevenZipEvent =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'error-line'; readonly text: string }
  /** A member begins: its path below /out, as 7-Zip cleaned it. */
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'close' }
  /** A symbolic link that was not made. */
  | { readonly type: 'link'; readonly path: string }
  /** The end of one command, and how large 7-Zip's heap had grown. */
  | { readonly type: 'exit'; readonly code: number; readonly heapBytes: number };

/** At 7-Zip's write size of up to 64 KiB a reader that pauses holds about 1 MiB. */
export const MAX_UNTAKEN = 16;
export const ARCHIVE = '/in/archive';
export const OUTPUT = '/out';
