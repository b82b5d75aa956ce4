/** What a scan needs from its process, besides its options. */
export type Outside = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  readonly workingFolder: string;
  /** Aborted to interrupt the scan. */
  readonly signal: AbortSignal;
};
