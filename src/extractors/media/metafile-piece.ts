/** The results of the metafile readers: a piece of drawn text, or that something is not text. */
export type Piece = {
  readonly text: string;
  /** Its start, in the units of the drawing. */
  readonly x: number;
  readonly y: number;
  /** Its end, if its character widths are known. */
  readonly end?: number;
};

/** A picture, or text given as glyph numbers. */
export const UNREADABLE = Symbol('unreadable');

/** The file ends before its last record. */
export const CUT = Symbol('cut');

export type Drawn = Piece | typeof UNREADABLE | typeof CUT;

/** Bits of the options of a text record. */
export const ETO = { opaque: 2, clipped: 4, glyphs: 0x10, noRectangle: 0x100, smallCharacters: 0x200 };

/** The text without invisible characters. */
export function drawnText(text: string): string {
  return text.replace(/\0+/g, '');
}
