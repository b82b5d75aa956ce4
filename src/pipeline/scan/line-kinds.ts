/**
 * Sorts the lines of shard files by what they are for: findings (with records and rosters), coverage, and
 * keys, which are counted and never shown. Works on whole lines in buffers, by their first bytes.
 */
export type LineKind = 'findings' | 'coverage' | 'keys';

const COVERAGE = Buffer.from('{"type":"coverage"');
const KEYS = Buffer.from('{"type":"keys"');
const NEWLINE = 10;

/** Calls `take` with runs of whole lines of one kind, in order. */
export function eachRun(bytes: Buffer, take: (kind: LineKind, lines: Buffer) => void): void {
  let start = 0;
  let kind: LineKind | undefined;
  for (let at = 0; at < bytes.length; ) {
    const found = kindAt(bytes, at);
    if (kind !== undefined && found !== kind) {
      take(kind, bytes.subarray(start, at));
      start = at;
    }
    kind = found;
    at = bytes.indexOf(NEWLINE, at) + 1;
  }
  if (kind !== undefined) take(kind, bytes.subarray(start));
}

function kindAt(bytes: Buffer, at: number): LineKind {
  if (bytes.subarray(at, at + COVERAGE.length).equals(COVERAGE)) return 'coverage';
  return bytes.subarray(at, at + KEYS.length).equals(KEYS) ? 'keys' : 'findings';
}

/** Whole lines of a stream of chunks. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) yield bytes.subarray(0, whole);
    rest = Buffer.from(bytes.subarray(whole));
  }
}
