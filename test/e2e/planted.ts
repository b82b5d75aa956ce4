/** A planted content, and its expected findings. */
export const MAIL = 'planted.value@example.org';
export const PHONE = '06 39 98 12 34';
/** One line with both, in words that give the number its context. */
export const LINE = `Contact : ${MAIL}, portable : ${PHONE}.`;

export type Planted = {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** The inner path of the finding. */
  readonly path?: string;
  readonly location?: Readonly<Record<string, unknown>>;
  readonly hidden?: string;
  /** Reasons that the content itself or what holds it may give; none: every content is complete. */
  readonly reasons?: readonly string[];
  /** Where only the address was planted. */
  readonly mailOnly?: boolean;
};

export function planted(
  file: string,
  bytes: Uint8Array | string,
  more: Omit<Planted, 'file' | 'bytes'> = {},
): Planted {
  return { file, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes, ...more };
}
