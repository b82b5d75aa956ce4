/**
 * Line and column of ascending offsets, without visiting a byte twice: the scanner counts newlines and characters
 * between two queries. 1-based; columns in characters.
 */

/** Counts over the current page, by offsets in its memory. */
export type Counter = {
  lines(from: number, to: number): number;
  characters(from: number, to: number): number;
};

export class LineCursor {
  #line: number;
  /** Characters of the current line before the cursor. */
  #column = 0;

  constructor(firstLine: number) {
    this.#line = firstLine;
  }

  /** Moves from `from` to `to` and returns the position there. */
  advance(
    memory: Buffer,
    counter: Counter,
    span: { from: number; to: number },
  ): { line: number; column: number } {
    const { from, to } = span;
    const newlines = counter.lines(from, to);
    if (newlines > 0) {
      this.#line += newlines;
      const lineStart = memory.subarray(from, to).lastIndexOf(10) + from + 1;
      this.#column = counter.characters(lineStart, to);
    } else {
      this.#column += counter.characters(from, to);
    }
    return { line: this.#line, column: this.#column + 1 };
  }

  /** The position at `to`, while the cursor stays at `from`. */
  ahead(
    memory: Buffer,
    counter: Counter,
    span: { from: number; to: number },
  ): { line: number; column: number } {
    const copy = new LineCursor(this.#line);
    copy.#column = this.#column;
    return copy.advance(memory, counter, span);
  }
}
