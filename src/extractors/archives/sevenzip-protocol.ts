/** What the 7-Zip worker is given and what it posts back. Plain data: it crosses a thread. */
/** Given once, at the start of the thread; after it, arrays of 7-Zip's arguments are posted one by one. */
export type SevenZipJob = {
  /** The archive: a local file, or its bytes. To 7-Zip it is /in/archive; members go to /out. */
  readonly archive: string | Uint8Array;
  /** One Int32: chunks posted and not yet taken. The worker sleeps while there are MAX_UNTAKEN. */
  readonly untaken: SharedArrayBuffer;
};

export type SevenZipEvent =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'error-line'; readonly text: string }
  /** A member begins: its path below /out, as 7-Zip cleaned it. */
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'close' }
  /** A symbolic link that was not made. */
  | { readonly type: 'link'; readonly path: string }
  /** The end of one command. */
  | { readonly type: 'exit'; readonly code: number };

export const MAX_UNTAKEN = 16;
export const ARCHIVE = '/in/archive';
export const OUTPUT = '/out';
