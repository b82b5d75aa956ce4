/**
 * Cuts the matches of a text into passages: neighbouring matches without a blank line or a long gap between them.
 * Input: settled matches in order, each with its line where known; output: whole passages. Holds one passage at a
 * time, bounded in matches.
 */
import type { Match } from '../core/match.js';

/** The longest gap seen between two entries of a signature block or form. */
const MAX_GAP_BYTES = 260;
/** The most lines between two entries of a letterhead or form. */
const MAX_GAP_LINES = 3;
/** A longer run of matches is a list, not a passage about one person. Cutting it bounds memory. */
const MAX_MATCHES = 200;

export type Placed<T> = { readonly match: Match; readonly line?: number; readonly at: T };

export class Passages<T> {
  #open: Placed<T>[] = [];

  constructor(private readonly emit: (passage: readonly Placed<T>[]) => void) {}

  push(placed: Placed<T>): void {
    const last = this.#open.at(-1);
    if (last && (isApart(last, placed) || this.#open.length >= MAX_MATCHES)) this.end();
    this.#open.push(placed);
  }

  /** Ends the flow and emits the open passage. */
  end(): void {
    if (this.#open.length === 0) return;
    const passage = this.#open;
    this.#open = [];
    this.emit(passage);
  }
}

function isApart<T>(last: Placed<T>, next: Placed<T>): boolean {
  if (next.match.start - last.match.end > MAX_GAP_BYTES) return true;
  return last.line !== undefined && next.line !== undefined && next.line - last.line > MAX_GAP_LINES;
}
