/**
 * Windows metafiles (EMF with EMF+, WMF, with or without a placeable header): the text that they draw, pieces of a
 * line rejoined. Pictures in them, and text given as glyph numbers, are `image-not-read`.
 */
import type { Extractor } from '../../core/content.js';
import { pushText } from '../bytes/embedded.js';
import { emfPieces } from './metafile-emf.js';
import { CUT, type Piece, UNREADABLE } from './metafile-piece.js';
import { wmfPieces } from './metafile-wmf.js';

const MAX_BYTES = 128 << 20;
/** A gap wider than this share of a character is a space. */
const SPACE_SHARE = 0.35;

export const metafile: Extractor = {
  async extract(_content, out, context) {
    const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
    const isEmf = bytes.length >= 44 && bytes.toString('latin1', 40, 44) === ' EMF';
    const lines = new Lines();
    let isWhole = true;
    for (const piece of isEmf ? emfPieces(bytes) : wmfPieces(bytes)) {
      context.budget.check();
      if (piece === CUT) out.partial('truncated');
      else if (piece === UNREADABLE) isWhole = false;
      else lines.add(piece);
    }
    pushText(out, {}, lines.toString());
    if (!isWhole) out.partial('image-not-read');
  },
};

class Lines {
  #text = '';
  #last: Piece | undefined;

  add(piece: Piece): void {
    if (piece.text === '') return;
    this.#text += this.#gap(piece) + piece.text;
    this.#last = piece;
  }

  #gap(piece: Piece): string {
    const last = this.#last;
    if (!last) return '';
    if (piece.y !== last.y) return '\n';
    if (last.end === undefined) return ' ';
    const gap = Math.abs(piece.x - last.end);
    const width = Math.abs(last.end - last.x) / last.text.length;
    return gap > SPACE_SHARE * width ? ' ' : '';
  }

  toString(): string {
    return this.#text;
  }
}
