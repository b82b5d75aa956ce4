/**
 * The text beside a finding, masked: found values in full, of everything else only lone words of the packs stay
 * (so that `Téléphone :` explains a number). A secret ends what is shown, since text behind it would tell its length.
 */
import { entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import { SECRET_MASK, withoutControls } from './mask.js';

/** Text before and behind a match, as UTF-8, with what else was found there. */
export type ContextView = {
  readonly before: Buffer;
  readonly after: Buffer;
  /** True where the text goes on beyond what is shown: a word at that end may be a part of something. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
  /** The match itself: where the two texts end and start, in the offsets of `near`. */
  readonly start: number;
  readonly end: number;
};

export type ShownContext = { readonly before: string; readonly after: string };

/** Words that may be shown, and those of them that are names too. All folded. */
export type Vocabulary = { readonly words: ReadonlySet<string>; readonly names: ReadonlySet<string> };

const SECRET = entitiesWith('secret');
/** What may stand on either side of a word that is read by itself. */
const LONE = /(?<=^|[\s,;|]|[\s([{"'«][([{"'«])\p{L}+(?=$|[\s,;|]|[:.)\]}"'»!?](?:[\s,;|]|$))/gu;

/** The same without a mask: for --show-values. */
export function plainContext({ before, after }: ContextView): ShownContext {
  return { before: before.toString('utf8'), after: after.toString('utf8') };
}

/** `near`: every match that overlaps the text, whether it is reported or not, in any order. */
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
/** Where a text is not known to begin or end with a whole word. */
type Edges = { readonly start: boolean; readonly end: boolean };

/** The text cut at the found values in it. `base` is the offset of its first byte. */
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
    // Values that overlap are one: whichever of them is reported, none may be read.
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

/** A word with a capital that is a name too is taken for a name. */
function mayShow(word: string, { words, names }: Vocabulary): boolean {
  const lower = word.toLowerCase();
  return words.has(lower) && (word === lower || !names.has(lower));
}

function masked(text: string): string {
  return text.replace(/\p{L}\p{M}*/gu, 'x').replace(/\p{N}/gu, '9');
}
