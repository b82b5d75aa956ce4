/**
 * Classifies the lines of shard files: findings (with records and rosters), coverage, and keys, which are counted and
 * never shown. Reads the first bytes of each line in a buffer of whole lines.
 */
import { lineEnds } from './lines.js';

export type LineKind = 'findings' | 'coverage' | 'keys';

const FINDING = Buffer.from('{"type":"finding"');
const COVERAGE = Buffer.from('{"type":"coverage"');
const KEYS = Buffer.from('{"type":"keys"');

/** Calls `take` with runs of whole lines of one kind, in order. */
export function eachRun(bytes: Buffer, take: (kind: LineKind, lines: Buffer) => void): void {
  let start = 0;
  let at = 0;
  let kind: LineKind | undefined;
  for (const end of lineEnds(bytes)) {
    const found = kindAt(bytes, at);
    if (kind !== undefined && found !== kind) {
      take(kind, bytes.subarray(start, at));
      start = at;
    }
    kind = found;
    at = end;
  }
  if (kind !== undefined) take(kind, bytes.subarray(start));
}

/** True for a finding, not for a record or roster. */
export function isFindingLine(line: Buffer): boolean {
  return startsWith(line, FINDING);
}

export function isCoverageLine(line: Buffer): boolean {
  return startsWith(line, COVERAGE);
}

function startsWith(bytes: Buffer, prefix: Buffer, at = 0): boolean {
  return bytes.subarray(at, at + prefix.length).equals(prefix);
}

function kindAt(bytes: Buffer, at: number): LineKind {
  if (startsWith(bytes, COVERAGE, at)) return 'coverage';
  return startsWith(bytes, KEYS, at) ? 'keys' : 'findings';
}
