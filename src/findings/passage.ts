/**
 * Cuts the matches of a text into passages: what stands near together, without a blank line or a long gap
 * between. In: settled matches in order, each with its line where known. Out: whole passages. Holds one
 * passage, bounded in matches.
 */
import type { Match } from '../core/match.js';

/** Characters of a signature block or form between two of its entries. */
const MAX_GAP_BYTES = 260;
/** Lines between two entries of one letterhead or form. */
const MAX_GAP_LINES = 3;
/** A longer list is no passage of one person; it is cut so that memory stays bounded. */
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

  /** The flow ended: what is open is whole. */
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
