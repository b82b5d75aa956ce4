/**
 * Masks the text around a finding. Found values are masked in full; of the other words only lone vocabulary words of
 * the packs stay visible (so that `Téléphone :` explains a number). The context ends at a secret, because text behind
 * it would reveal its length.
 */
import { entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { SECRET_MASK, withoutControls } from './mask.js';

/** UTF-8 text before and after a match, with the other matches found in it. */
export type ContextView = {
  readonly before: Buffer;
  readonly after: Buffer;
  /** True where the source text continues beyond this view: the word at that end may be cut. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
  /** The bounds of the match itself: `before` ends at start, `after` begins at end. Same offsets as `near`. */
  readonly start: number;
  readonly end: number;
};

export type ShownContext = { readonly before: string; readonly after: string };

/** Words that may be shown, and the subset that are also names. All folded. */
export type Vocabulary = { readonly words: ReadonlySet<string>; readonly names: ReadonlySet<string> };

const SECRET = entitiesWith('secret');
/** The characters that may delimit a lone word. */
const LONE = /(?<=^|[\s,;|]|[\s([{"'«][([{"'«])\p{L}+(?=$|[\s,;|]|[:.)\]}"'»!?](?:[\s,;|]|$))/gu;

/** The context without masking, for --show-values. */
export function plainContext({ before, after }: ContextView): ShownContext {
  return { before: before.toString('utf8'), after: after.toString('utf8') };
}

/** `near` holds every match that overlaps the text, reported or not, in any order. */
export function maskedContext(
  view: ContextView,
  near: readonly Match[],
  vocabulary: Vocabulary,
): ShownContext {
  const before = piecesOf(view.before, view.start - view.before.length, near);
  const after = piecesOf(view.after, view.end, near);
  const lastSecret = before.findLastIndex(({ kind }) => kind === 'secret');
  const firstSecret = after.findIndex(({ kind }) => kind === 'secret');
  const mask = (pieces: readonly Piece[], edges: Edges) =>
    pieces.map((piece, i) => maskPiece(piece, vocabulary, edgesOf(pieces, i, edges))).join('');
  return {
    before: mask(before.slice(Math.max(0, lastSecret)), { start: view.cutBefore, end: false }),
    after: mask(firstSecret < 0 ? after : after.slice(0, firstSecret + 1), {
      start: false,
      end: view.cutAfter,
    }),
  };
}

type Piece = { readonly kind: 'text' | 'value' | 'secret'; readonly text: string };
/** Whether the text is known to begin and end at a word boundary. */
type Edges = { readonly start: boolean; readonly end: boolean };

/** Splits the text at the found values. `base` is the offset of its first byte. */
function piecesOf(text: Buffer, base: number, near: readonly Match[]): Piece[] {
  const end = base + text.length;
  const inside = near.filter((match) => match.start < end && match.end > base);
  inside.sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = base;
  const push = (kind: Piece['kind'], to: number) => {
    if (to <= at) return;
    pieces.push({ kind, text: text.toString('utf8', at - base, to - base) });
    at = to;
  };
  for (let i = 0; i < inside.length; ) {
    const { start } = inside[i] as Match;
    let [stop, isSecret] = [start, false];
    // Overlapping values are masked as one, whichever of them is reported.
    for (; i < inside.length && (stop === start || (inside[i] as Match).start < stop); i++) {
      const match = inside[i] as Match;
      stop = Math.max(stop, match.end);
      isSecret ||= SECRET.has(match.rule.entity);
    }
    push('text', Math.min(start, end));
    push(isSecret ? 'secret' : 'value', Math.min(stop, end));
  }
  push('text', end);
  return pieces;
}

function edgesOf(pieces: readonly Piece[], i: number, edges: Edges): Edges {
  return { start: i > 0 || edges.start, end: i < pieces.length - 1 || edges.end };
}

function maskPiece({ kind, text }: Piece, vocabulary: Vocabulary, edges: Edges): string {
  if (kind === 'secret') return SECRET_MASK;
  const plain = withoutControls(text);
  if (kind === 'value') return masked(plain);
  let out = '';
  let from = 0;
  for (const { 0: word, index } of plain.matchAll(LONE)) {
    const isCut = (index === 0 && edges.start) || (index + word.length === plain.length && edges.end);
    if (isCut || !mayShow(word, vocabulary)) continue;
    out += masked(plain.slice(from, index)) + word;
    from = index + word.length;
  }
  return out + masked(plain.slice(from));
}

/** A capitalised word that is also a name counts as a name and is masked. */
function mayShow(word: string, { words, names }: Vocabulary): boolean {
  const lower = word.toLowerCase();
  return words.has(lower) && (word === lower || !names.has(lower));
}

function masked(text: string): string {
  return text.replace(/\p{L}\p{M}*/gu, 'x').replace(/\p{N}/gu, '9');
}
