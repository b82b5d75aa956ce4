/** Messages between a reader and its 7-Zip thread. Plain data only. */

/** Sent once, when the thread starts. */
export type SevenZipStart = {
  /** One Int32: chunks posted and not yet taken. The thread sleeps while it equals MAX_UNTAKEN. */
  readonly untaken: SharedArrayBuffer;
};

export type SevenZipRequest =
  /**
   * The archive of all later commands: a local file, or its bytes. 7-Zip sees it as /in/archive; members go to /out.
   */
  | { readonly type: 'open'; readonly archive: string | Uint8Array }
  /** One command, as 7-Zip's arguments. The next may follow after its `exit`. */
  | { readonly type: 'run'; readonly args: readonly string[] }
  /** Drops the archive. */
  | { readonly type: 'close' };

export type SevenZipEvent =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'error-line'; readonly text: string }
  /** A member begins: its path below /out, as cleaned by 7-Zip. */
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'close' }
  /** A symbolic link that was not created. */
  | { readonly type: 'link'; readonly path: string }
  /** The end of one command, and the size of 7-Zip's heap. */
  | { readonly type: 'exit'; readonly code: number; readonly heapBytes: number };

/** With 7-Zip's writes of up to 64 KiB, a paused reader holds about 1 MiB. */
export const MAX_UNTAKEN = 16;
export const ARCHIVE = '/in/archive';
export const OUTPUT = '/out';
